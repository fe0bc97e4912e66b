"""What leaves a detection for people and other systems: the published file and the digest (S57, S58, S251)."""

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from agents.roster.digest import group_findings, word_digest
from agents.roster.report import DiscrepancyFile, report_schema, write_report
from domain.findings import DiscrepancyType, Finding, Severity
from domain.ids import RunId
from tests.agents.world import World

DOCS = Path(__file__).parents[2] / "docs"


def _file() -> DiscrepancyFile:
    world = World()
    world.busy()
    section = world.section("10001")
    world.registers(world.person(1), section)
    world.enrolled(world.person(2), section)
    return write_report(world.detect(), RunId("run-1"), datetime(2026, 9, 21, 13, tzinfo=UTC))


def test_s251_the_published_schema_is_the_one_the_code_writes() -> None:
    published = json.loads((DOCS / "schema" / "discrepancies.schema.json").read_text(encoding="utf-8"))
    assert published == report_schema()


def test_s251_a_written_file_satisfies_the_published_schema() -> None:
    written = json.loads(_file().model_dump_json())
    jsonschema.Draft202012Validator(report_schema()).validate(written)
    assert written["counts"] == {"missing_in_lms": 1, "unexpected_enrollment": 1}
    assert DiscrepancyFile.model_validate(written) == _file()


def test_s252_s253_the_literals_of_the_seed_are_published() -> None:
    text = (DOCS / "schema" / "discrepancies.schema.json").read_text(encoding="utf-8")
    assert '"name_format"' in text
    assert '"unexpected_enrollment"' in text


@pytest.mark.parametrize("kind", list(DiscrepancyType))
def test_every_type_is_explained(kind: DiscrepancyType) -> None:
    assert f"`{kind.value}`" in (DOCS / "discrepancies.md").read_text(encoding="utf-8")


def _finding(subject: str, severity: Severity = Severity.WARNING, message: str = "A bad row.") -> Finding:
    return Finding(code="PV205", severity=severity, subject=subject, message=message, fix="Correct it.")


def test_s58_findings_are_grouped_the_gravest_first() -> None:
    findings = [_finding(f"row {number}") for number in range(7)]
    findings += [_finding("file", Severity.STOP, "Empty."), _finding("note", Severity.INFO, "Fine.")]
    lines = group_findings(findings)
    assert [(line.severity, line.count) for line in lines] == [
        (Severity.STOP, 1),
        (Severity.WARNING, 7),
        (Severity.INFO, 1),
    ]
    text = word_digest(lines)
    assert "row 4 and 2 more" in text
    assert len(text.splitlines()) == 3


def test_s57_nothing_wrong_gives_no_digest() -> None:
    assert word_digest(group_findings([])) == ""
