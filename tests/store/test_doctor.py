"""What the doctor says about the database, and that it says nothing where all is well."""

import sqlite3

import pytest

from domain.findings import Severity
from store import doctor
from store.database import open_database
from store.doctor import examine_database, examine_sqlite_version


@pytest.mark.parametrize(("version", "findings"), [((3, 40, 1), 1), ((3, 51, 2), 1), ((3, 51, 3), 0), ((3, 53, 0), 0)])
def test_a_sqlite_with_the_log_fault_is_said(version, findings):
    found = examine_sqlite_version(version)
    assert len(found) == findings
    assert all("3.51.3" in finding.message and finding.severity is Severity.WARNING for finding in found)


def test_a_database_in_order_has_no_finding_but_the_library_version(database, folder):
    expected = examine_sqlite_version() if database.dialect == "sqlite" else ()
    assert examine_database(database, folder) == expected


def test_a_database_without_tables_is_a_stop(empty_url, folder):
    database = open_database(empty_url)
    assert [finding.severity for finding in examine_database(database, folder)][-1] is Severity.STOP
    database.close()


def test_entries_without_an_outside_checkpoint_are_said(database, ledger, folder, monkeypatch):
    monkeypatch.setattr(doctor, "CHECKPOINT_BEHIND", 2)
    for _ in range(3):
        ledger.append("write", "gate", "run-1", {})
    assert any("3 ledger entries" in finding.message for finding in examine_database(database, folder))
    ledger.checkpoint()
    assert not any("ledger entries" in finding.message for finding in examine_database(database, folder))


def test_a_log_mode_that_did_not_take_is_said(database, folder, monkeypatch):
    if database.dialect != "sqlite":
        pytest.skip("a setting of SQLite")
    database.close()
    other = sqlite3.connect(database.engine.url.database)
    other.execute("PRAGMA journal_mode=DELETE")
    other.close()
    monkeypatch.setattr("store.database.SQLITE_PRAGMAS", ("synchronous=NORMAL",))
    assert any("journal mode delete and synchronous 1" in one.message for one in examine_database(database, folder))


def test_a_database_that_does_not_answer_is_a_stop(folder, tmp_path):
    path = tmp_path / "not.db"
    path.write_text("this is no database, only a text file that stands in its place" * 20)
    found = examine_database(open_database(f"sqlite:///{path}"), folder)
    assert [(finding.severity, finding.subject) for finding in found] == [(Severity.STOP, "database")]
