"""``provost reconcile`` on a campus: the dry run, the real one, the file it writes, and its exit codes."""

import json
import sqlite3
from pathlib import Path

import jsonschema
import pytest

from evals.installation import ROOT
from tests.service.conftest import Install, Installation, Outcome

pytestmark = pytest.mark.xdist_group("service reconcile")
SCHEMA = json.loads((ROOT / "docs" / "schema" / "discrepancies.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def installation(install: Install, shipped_policy: str) -> Installation:
    return install(shipped_policy)


def reconcile(installation: Installation, file: Path, *options: str) -> tuple[Outcome, dict]:
    outcome = installation.run("reconcile", installation.term, "--json", file, *options)
    return outcome, json.loads(file.read_text(encoding="utf-8"))


def rows(installation: Installation, table: str) -> int:
    with sqlite3.connect(installation.home / "provost.db") as connection:
        found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    connection.close()
    return found


def test_a_dry_run_reports_what_a_real_one_does_and_writes_nothing(installation: Installation, tmp_path: Path) -> None:
    """R72: the same code with the effects swapped."""
    before = installation.writes()
    dry, foreseen = reconcile(installation, tmp_path / "dry.json", "--dry-run")
    assert installation.writes() == before
    assert (rows(installation, "intent"), rows(installation, "approval"), rows(installation, "notice")) == (0, 0, 0)
    assert "Nothing was written and nobody was asked" in dry.out

    real, done = reconcile(installation, tmp_path / "real.json")
    assert installation.writes() > before
    assert [stable(each) for each in foreseen["discrepancies"]] == [stable(each) for each in done["discrepancies"]]
    assert foreseen["counts"] == done["counts"]
    assert (dry.code, real.code) == (3, 3)
    assert "provost approvals list" in real.out


def stable(discrepancy: dict) -> tuple:
    return tuple(str(discrepancy[key]) for key in ("type", "subject", "rule", "tier", "handling", "details"))


@pytest.fixture(scope="module")
def settled(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, dict]:
    """What a run says once everything was answered, and what had waited for a restored account was enrolled (R4)."""
    installation.run("reconcile", installation.term)
    registrar = installation.person("reg", "registrar")
    technologist = installation.person("tech", "instructional_technology")
    for line in installation.run("approvals", "list").out.splitlines():
        if line.startswith("apr_"):
            token = registrar if line.endswith("registrar") else technologist
            assert installation.run("approvals", "approve", line.split()[0], "--token-file", token).code == 0
    installation.run("reconcile", installation.term)
    return reconcile(installation, tmp_path_factory.mktemp("settled") / "report.json")


def test_the_file_is_the_published_one(settled: tuple[Outcome, dict]) -> None:
    """S251: keys that others read stay, and the schema in docs holds."""
    _, file = settled
    jsonschema.Draft202012Validator(SCHEMA).validate(file)
    assert set(file) >= {"run_id", "counts", "discrepancies", "plan_hash", "state"}


def test_a_campus_in_line_is_clean(settled: tuple[Outcome, dict]) -> None:
    outcome, file = settled
    assert (outcome.code, file["state"]) == (0, "clean")
    assert "Nothing waits for a person." in outcome.out
    left = [each for each in file["discrepancies"] if each["handling"] not in {"ticket", "report", "requeue"}]
    assert left == []


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [("PROVOST_CANVAS__READ_TOKEN", "wrong", "PV701"), ("PROVOST_BANNER__READ_KEY", "wrong", "PV701")],
)
def test_a_run_that_cannot_read_fails_with_a_code_and_a_next_step(
    installation: Installation, setting: str, value: str, code: str
) -> None:
    before = installation.writes()
    outcome = installation.run("reconcile", installation.term, **{setting: value})
    assert outcome.code == 1
    assert code in outcome.err
    assert "Next step:" in outcome.err
    assert installation.writes() == before


def test_an_unknown_term_is_said(installation: Installation) -> None:
    outcome = installation.run("reconcile", "999999")
    assert outcome.code == 1
    assert "999999" in outcome.out + outcome.err


def test_the_screen_fits_80_columns(settled: tuple[Outcome, dict]) -> None:
    lines = [line for line in settled[0].out.splitlines() if "written to" not in line]
    assert [line for line in lines if len(line.rstrip()) > 80] == []
