"""What one run asks of the database does not grow with its changes: rows go and come by the batch."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import event

from domain.errors import LedgerUnavailable
from domain.ids import RunId
from governance.context import ContextReader
from governance.decision import decide
from store.database import Database
from tests.governance.house import House
from tests.governance.plans import AGENT, enrol, plan_of


@contextmanager
def listening(database: Database) -> Iterator[list[str]]:
    """Collect every statement that the writing engine is given."""
    said: list[str] = []

    def listen(_connection, _cursor, statement, *_rest) -> None:
        said.append(statement)

    event.listen(database.engine, "before_cursor_execute", listen)
    yield said
    event.remove(database.engine, "before_cursor_execute", listen)


def test_ten_changes_need_the_statements_of_one(house: House):
    house.run(enrol(100), run="run-0")
    with listening(house.database) as one:
        assert house.run(enrol(1)).verified == 1
    with listening(house.database) as ten:
        assert house.run(*(enrol(number) for number in range(2, 12)), run="run-2").verified == 10
    assert [statement.split()[:3] for statement in ten] == [statement.split()[:3] for statement in one]


def test_the_plan_is_on_record_in_the_transaction_that_let_it_in(house: House):
    decided = house.decide(plan_of(enrol(1)))
    authority = house.decisions.authority(decided)
    house.phases.stop("canvas", "maintenance", "ruth")
    with pytest.raises(Exception, match="maintenance"):
        house.gate.record(decided.automatic, RunId("run-1"), authority)
    assert house.outbox.all_open() == ()
    assert house.entries() == ["decision", "write.refused"]
    house.phases.resume("canvas")
    recorded = house.gate.record(decided.automatic, RunId("run-1"), authority)
    house.phases.stop("canvas", "maintenance", "ruth")
    assert house.gate.record(decided.automatic, RunId("run-1"), authority) == recorded


def test_s37_a_database_that_takes_no_writer_is_ledger_unavailable_before_anything_is_read(house: House):
    if house.database.dialect != "sqlite":
        pytest.skip("a server takes many writers")
    plan = plan_of(enrol(1))
    decided = house.decide(plan)
    again = decide(plan_of(enrol(2)), house.policy, ContextReader(house.database, clock=house.clock).read(AGENT))
    with closing(sqlite3.connect(house.database.engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerUnavailable):
            house.decisions.record(again)
        with pytest.raises(LedgerUnavailable):
            house.gate.record(decided.automatic, RunId("run-1"), house.decisions.authority(decided))
    assert house.outbox.all_open() == ()
