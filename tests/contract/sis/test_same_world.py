"""S13: the same campus over REST and over SFTP or files gives the same canonical records."""

import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from domain.records import Record
from tests.contract.sis.campus import SisCampus
from tests.contract.sis_spec import word_capabilities
from tests.tools.sftp_server import serve
from tools.sis.oneroster.read import OneRosterReader
from tools.sis.oneroster.sftp import open_delivery

NOT_HELD_BY_FILES = {"source_guid"}


@pytest.fixture(params=["1.1 folder", "1.2 sftp"])
def files(
    request: pytest.FixtureRequest, campus: SisCampus, bundles: Path, tmp_path: Path
) -> Iterable[OneRosterReader]:
    version, way = request.param.split()
    if way != "sftp":
        path = bundles / f"oneroster-{version}{'' if way == 'folder' else '.zip'}"
        yield OneRosterReader(path, campus.institution, clock=campus)
        return
    with serve(tmp_path) as server:
        packed = f"oneroster-{version}.zip"
        (server.folder / packed).write_bytes((bundles / packed).read_bytes())
        with open_delivery(server.server()) as paths:
            yield OneRosterReader(paths, campus.institution, clock=campus)


def lines(records: Iterable[Record], leave_out: set[str] | None = None) -> list[str]:
    """The records in canonical form and order, one per line, so that a difference can be read."""
    return sorted(record.model_dump_json(exclude=leave_out or set()) for record in records)


def test_s13_people_are_identical(campus: SisCampus, files: OneRosterReader) -> None:
    assert lines(files.read_people().rows) == lines(campus.banner().read_people().rows)


def test_s13_sections_are_identical(campus: SisCampus, files: OneRosterReader) -> None:
    assert lines(files.read_sections(campus.term).rows) == lines(campus.banner().read_sections(campus.term).rows)


def test_s13_registrations_are_identical(campus: SisCampus, files: OneRosterReader) -> None:
    by_files = files.read_registrations(campus.term)
    by_rest = campus.banner().read_registrations(campus.term)
    assert by_files.complete
    assert by_rest.complete
    assert lines(by_files.rows, NOT_HELD_BY_FILES) == lines(by_rest.rows, NOT_HELD_BY_FILES)


def test_s13_terms_of_the_bundle_are_those_of_banner(campus: SisCampus, files: OneRosterReader) -> None:
    registration = {"registration_open"}
    by_rest = set(lines(campus.banner().read_terms().rows, registration))
    assert set(lines(files.read_terms().rows, registration)) <= by_rest


def test_capabilities_side_by_side(
    campus: SisCampus, files: OneRosterReader, capsys: pytest.CaptureFixture[str]
) -> None:
    report = word_capabilities([campus.banner().capabilities(), files.capabilities()])
    holds = next(line for line in report.splitlines() if line.startswith("holds"))
    assert holds.split() == ["holds", "yes", "no"]
    with capsys.disabled():
        sys.stdout.write(f"\n{report}\n")
