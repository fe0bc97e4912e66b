"""Appending: one transaction with what the caller writes, one chain for many processes, all or nothing."""

import multiprocessing
import sqlite3
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from domain.errors import InternalError, LedgerUnavailable
from domain.ids import RecordHandle
from store.database import open_database
from store.keys import KeyRing
from store.ledger import CheckpointPace, Draft, Ledger, Subject
from store.ledger.checkpoints import read_notes
from store.ledger.entries import EntryRow
from store.migrations import upgrade

AMY, BEN = RecordHandle("per_aaaaaaaaaaaaaaaa"), RecordHandle("per_bbbbbbbbbbbbbbbb")


SWITCH = text("INSERT INTO kill_switch VALUES ('canvas', 'r', 'me', '2026-11-23 00:00:00')")


def count_switches(database) -> int:
    with database.reading() as session:
        return session.connection().execute(text("SELECT count(*) FROM kill_switch")).scalar()


def count_entries(database) -> int:
    with database.reading() as session:
        return len(session.exec(select(EntryRow.seq)).all())


def test_entries_are_numbered_from_one_and_linked(ledger):
    first = ledger.append("decision", "policy", "run-1", {"b": 1, "a": [True, None, "ü"]})
    rest = ledger.append_many([Draft("write", "gate", "run-1", {}), Draft("write", "gate", "run-1", {})])
    assert [first.seq, *(entry.seq for entry in rest)] == [1, 2, 3]
    assert len({first.hash, *(entry.hash for entry in rest)}) == 3
    assert ledger.verify().ok


def test_an_empty_batch_appends_nothing(ledger, database):
    assert ledger.append_many([]) == []
    assert ledger.verify().entries == 0


def test_s37_an_entry_and_what_the_caller_writes_stand_or_fall_together(ledger, database):
    def write_both(fail: bool) -> None:
        with database.session() as session:
            session.connection().execute(SWITCH)
            ledger.append("intent", "gate", "run-1", {}, session=session)
            if fail:
                raise KeyError

    with pytest.raises(KeyError):
        write_both(fail=True)
    assert (count_entries(database), count_switches(database)) == (0, 0)
    write_both(fail=False)
    assert (count_entries(database), count_switches(database)) == (1, 1)
    assert ledger.verify().ok


@pytest.mark.parametrize("label", ["a\nb", "a\x00b", "a\x7f"])
def test_a_label_that_could_blur_where_a_column_ends_is_refused(ledger, database, label):
    with pytest.raises(InternalError):
        ledger.append("write", label, "run-1", {})
    assert count_entries(database) == 0


def break_inserts(database, message: str) -> None:
    """Make every insert of an entry fail, as a full disk would."""
    if database.dialect == "sqlite":
        statement = f"CREATE TRIGGER broken BEFORE INSERT ON ledger_entry BEGIN SELECT RAISE(ABORT, '{message}'); END"
    else:
        with database.engine.begin() as connection:
            body = f"BEGIN RAISE EXCEPTION '{message}'; END"
            connection.exec_driver_sql(f"CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
        statement = "CREATE TRIGGER broken BEFORE INSERT ON ledger_entry FOR EACH ROW EXECUTE FUNCTION broken()"
    with database.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_s37_a_full_disk_is_ledger_unavailable_and_nothing_else_is_written(ledger, database):
    break_inserts(database, "database or disk is full")
    with pytest.raises(LedgerUnavailable, match="PV601"):
        ledger.append("write", "gate", "run-1", {})

    def write_both() -> None:
        with database.session() as session:
            session.connection().execute(SWITCH)
            ledger.append("intent", "gate", "run-1", {}, session=session)

    with pytest.raises(LedgerUnavailable):
        write_both()
    assert (count_entries(database), count_switches(database)) == (0, 0)


@pytest.mark.parametrize(("goes_on", "error"), [(True, SQLAlchemyError), (False, LedgerUnavailable)])
def test_s37_a_caller_who_swallows_the_failure_still_cannot_write(ledger, database, goes_on, error):
    break_inserts(database, "full")

    def swallow() -> None:
        with database.session() as session:
            session.connection().execute(SWITCH)
            with suppress(LedgerUnavailable):
                ledger.append("intent", "gate", "run-1", {}, session=session)
            if goes_on:
                session.connection().execute(SWITCH)

    with pytest.raises(error):
        swallow()
    assert count_switches(database) == 0


def test_s37_a_real_full_database_file_is_ledger_unavailable(tmp_path, keyring, folder):
    database = open_database(f"sqlite:///{tmp_path}/small.db")
    upgrade(database)
    ledger = Ledger(database, keyring, folder)
    with database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LedgerUnavailable):
        ledger.append("write", "gate", "run-1", {"note": "x" * 200_000})
    assert count_entries(database) == 0
    database.close()


def test_s37_a_locked_database_is_ledger_unavailable(ledger, database):
    if database.dialect == "sqlite":
        other = sqlite3.connect(database.engine.url.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerUnavailable):
            ledger.append("write", "gate", "run-1", {})
        other.close()
        return

    def append_behind_a_lock() -> None:
        with database.engine.connect() as other, database.session() as session:
            other.exec_driver_sql("LOCK TABLE ledger_entry IN ACCESS EXCLUSIVE MODE")
            session.connection().exec_driver_sql("SET lock_timeout = '200ms'")
            ledger.append("write", "gate", "run-1", {}, session=session)

    with pytest.raises(LedgerUnavailable):
        append_behind_a_lock()
    assert count_entries(database) == 0


def test_s37_a_connection_that_closed_is_ledger_unavailable(ledger, database):
    def append_over_a_dead_connection() -> None:
        with database.session() as session:
            session.connection().connection.dbapi_connection.close()
            ledger.append("write", "gate", "run-1", {}, session=session)

    with pytest.raises(LedgerUnavailable):
        append_over_a_dead_connection()
    assert ledger.append("write", "gate", "run-1", {}).seq == 1


def test_s37_a_commit_that_fails_is_ledger_unavailable(ledger, database):
    def lose_the_commit() -> None:
        with database.session() as session:
            ledger.append("write", "gate", "run-1", {}, session=session)
            session.connection().connection.dbapi_connection.close()

    with pytest.raises(LedgerUnavailable, match="committed"):
        lose_the_commit()
    assert count_entries(database) == 0


def append_some(url: str, keys: Path, folder: Path, worker: int) -> None:
    database = open_database(url)
    ledger = Ledger(database, KeyRing.open(keys), folder, pace=CheckpointPace(entries=7))
    for number in range(25):
        ledger.append("write", f"worker-{worker}", "run", {"number": number}, [Subject(AMY, {"w": worker})])
    database.close()


@pytest.mark.slow
def test_several_processes_append_to_one_unbroken_chain(url, database, ledger, tmp_path, folder):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=append_some, args=(url, tmp_path / "keys", folder, n)) for n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    result = ledger.verify()
    assert (result.ok, result.entries, result.reason) == (True, 50, "")


def test_s224_a_read_of_many_records_is_one_entry_with_who_what_purpose_and_agent(ledger, database):
    entry = ledger.record_reads(
        "registrar-1", agent="roster", purpose="reconcile", run="run-1", what="registrations", people=[AMY, BEN]
    )
    lines = list(ledger.export(person=BEN))
    assert len(lines) == 1
    for part in (f'"seq":{entry.seq}', "registrar-1", '"purpose":"reconcile"', '"agent":"roster"', '"records":2'):
        assert part in lines[0]
    assert AMY not in lines[0]


def test_e18_erasing_a_person_hides_the_details_and_leaves_the_chain_valid(ledger, database):
    for person in (AMY, BEN):
        ledger.append("write", "gate", "run-1", {}, [Subject(person, {"name": f"name of {person}"})])
    assert "name of per_a" in "".join(ledger.export(person=AMY))
    ledger.erase(AMY, "registrar-1", "the student asked")
    after = list(ledger.export(run="run-1"))
    assert ("name of per_a" in after[0], '"erased":true' in after[0]) == (False, True)
    assert "name of per_b" in after[1]
    assert ledger.verify().ok
    ledger.append("write", "gate", "run-2", {}, [Subject(AMY, {"name": "returned"})])
    assert "returned" in list(ledger.export(person=AMY))[-1]
    assert "name of per_a" not in "".join(ledger.export(person=AMY))


def test_an_erased_key_is_gone_from_the_files(ledger, database):
    if database.dialect != "sqlite":
        pytest.skip("the server's files are not ours to read")
    ledger.append("write", "gate", "run-1", {}, [Subject(AMY, {"name": "x"})])
    with database.reading() as session:
        sealed = session.connection().execute(text("SELECT sealed_key FROM person_key")).scalar().encode()
    path = Path(database.engine.url.database)
    assert any(sealed in file.read_bytes() for file in path.parent.glob("provost.db*"))
    ledger.erase(AMY, "registrar-1", "asked")
    assert not any(sealed in file.read_bytes() for file in path.parent.glob("provost.db*"))


def test_checkpoints_are_taken_by_number_and_by_time(database, keyring, folder):
    ledger = Ledger(database, keyring, folder, pace=CheckpointPace(entries=3, seconds=3600))
    for _ in range(7):
        ledger.append("write", "gate", "run-1", {})
    assert sorted(read_notes(folder)) == [3, 6]
    hasty = Ledger(database, keyring, folder, pace=CheckpointPace(entries=1000, seconds=0.01))
    time.sleep(0.02)
    with database.session() as session:
        hasty.append("write", "gate", "run-1", {}, session=session)
        hasty.append("write", "gate", "run-1", {}, session=session)
        assert sorted(read_notes(folder)) == [3, 6]
    assert sorted(read_notes(folder)) == [3, 6, 9]
    assert ledger.verify().ok


def test_a_checkpoint_folder_that_cannot_be_written_stops_no_append_but_is_said_when_asked(database, keyring, folder):
    folder.write_text("a file where the folder should be")
    ledger = Ledger(database, keyring, folder, pace=CheckpointPace(entries=1))
    assert ledger.append("write", "gate", "run-1", {}).seq == 1
    with pytest.raises(LedgerUnavailable):
        ledger.checkpoint()
    folder.unlink()
    ledger.append("write", "gate", "run-1", {})
    assert max(read_notes(folder)) == 2


def test_a_checkpoint_taken_twice_is_the_same_one(ledger, folder):
    assert ledger.checkpoint() is None
    ledger.append("write", "gate", "run-1", {})
    first = ledger.checkpoint()
    (folder / f"{1:012d}.note").unlink()
    assert ledger.checkpoint() == first
    assert sorted(read_notes(folder)) == [1]


def test_the_moment_of_an_entry_is_the_clock_given(database, keyring, folder):
    class Still:
        def now(self) -> datetime:
            return datetime(2026, 8, 24, 9, 0, tzinfo=UTC)

    ledger = Ledger(database, keyring, folder, clock=Still())
    assert ledger.append("write", "gate", "run-1", {}).at == "2026-08-24T09:00:00.000000Z"
