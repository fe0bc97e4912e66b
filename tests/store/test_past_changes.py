"""What came of past decisions is found by the index of runs, however many changes were ever sent."""

from pathlib import Path

from sqlalchemy.dialects import sqlite

from store.database import open_database
from store.migrations import upgrade
from store.plans.past import _ENDED


def test_s224_the_writes_behind_decisions_are_found_by_an_index(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/provost.db")
    upgrade(database)
    asked = _ENDED.params(runs=["run_1"], changes=["chg_1"])
    query = asked.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    with database.snapshot() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
    database.close()
    assert ["USING INDEX" in str(row) for row in plan] == [True]
