"""Statements and kept engagement are sealed by person: kept once a run, found again, gone with the person's key."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from domain.errors import LedgerBroken
from domain.ids import RecordHandle, RunId
from store.database import Database
from store.drops import DropRecords
from store.keys import KeyRing
from store.ledger import Ledger

ANNE, BEN = RecordHandle("per_aaaaaaaaaaaaaaaa"), RecordHandle("per_bbbbbbbbbbbbbbbb")
CLASS = "202680-12345"
READ_AT = datetime(2026, 9, 21, 14, tzinfo=UTC)


@pytest.fixture
def drops(database: Database, keyring: KeyRing) -> DropRecords:
    return DropRecords(database, keyring)


def keep(drops: DropRecords, run: str, person: RecordHandle = ANNE, words: str = '{"figure": "312.69"}') -> None:
    drops.keep_statement(RunId(run), person, CLASS, kind="registered", standing="ready", text=words)


def test_s119_a_statement_is_kept_once_a_run_and_found_by_person_and_class(drops: DropRecords) -> None:
    keep(drops, "run_1")
    keep(drops, "run_1", words='{"figure": "0.00"}')
    keep(drops, "run_2", BEN)
    found = drops.statements(ANNE, CLASS)
    assert [(one.run, one.text) for one in found] == [("run_1", '{"figure": "0.00"}')]
    assert {one.person for one in drops.statements()} == {ANNE, BEN}
    assert drops.statement("run_3") is None


def test_r116_engagement_is_kept_by_person_and_class(drops: DropRecords) -> None:
    drops.keep_engagement(ANNE, CLASS, RunId("run_1"), READ_AT, "first")
    drops.keep_engagement(ANNE, CLASS, RunId("run_2"), READ_AT, "second")
    assert drops.engagement(ANNE, CLASS) == "second"
    assert drops.engagement(BEN, CLASS) is None


def test_s226_the_database_shows_neither_figures_nor_events(drops: DropRecords, database: Database) -> None:
    keep(drops, "run_1")
    drops.keep_engagement(ANNE, CLASS, RunId("run_1"), READ_AT, "submission 17")
    with database.reading() as session:
        rows = [
            *session.execute(text("SELECT * FROM drop_statement")),
            *session.execute(text("SELECT * FROM drop_engagement")),
        ]
    assert "312.69" not in str(rows)
    assert "submission" not in str(rows)


def test_e18_who_is_forgotten_has_no_statement_any_more(drops: DropRecords, ledger: Ledger) -> None:
    keep(drops, "run_1")
    keep(drops, "run_2", BEN)
    drops.keep_engagement(ANNE, CLASS, RunId("run_1"), READ_AT, "events")
    ledger.erase(ANNE, "registrar", "asked")
    assert [one.text for one in drops.statements(ANNE)] == [None]
    assert drops.engagement(ANNE, CLASS) is None
    assert [one.text for one in drops.statements(BEN)] == ['{"figure": "312.69"}']
    assert ledger.verify().ok


def test_a_statement_moved_to_another_run_does_not_open(drops: DropRecords, database: Database) -> None:
    keep(drops, "run_1")
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE drop_statement SET run = 'run_9'")
    with pytest.raises(LedgerBroken):
        drops.statement("run_9")
