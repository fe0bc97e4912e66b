"""Opening a database and the two kinds of session, on both databases."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.errors import ConfigurationError
from store.database import open_database

COUNT = text("SELECT count(*) FROM kill_switch")
INSERT = text("INSERT INTO kill_switch VALUES ('canvas', 'r', 'me', '2026-11-23 00:00:00')")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "provost.db",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://h/d",
        "postgresql://h/d",
        "postgresql+asyncpg://h/d",
    ],
)
def test_an_address_that_cannot_be_opened_says_which_can(url):
    with pytest.raises(ConfigurationError, match="sqlite:///path"):
        open_database(url)


def test_a_sqlite_file_is_made_for_its_owner_only_and_opened_safely(tmp_path: Path):
    database = open_database(f"sqlite:///{tmp_path}/new/provost.db")
    with database.reading() as session:
        read = {
            name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        }
    assert read == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
        "secure_delete": 1,
    }
    assert stat.S_IMODE((tmp_path / "new/provost.db").stat().st_mode) == 0o600
    database.close()


def test_a_writing_session_commits_at_exit_or_leaves_nothing(database):
    def write(fail: bool) -> None:
        with database.session() as session:
            session.connection().execute(INSERT)
            if fail:
                raise KeyError

    with pytest.raises(KeyError):
        write(fail=True)
    with database.reading() as session:
        assert session.connection().execute(COUNT).scalar() == 0
    write(fail=False)
    with database.reading() as session:
        assert session.connection().execute(COUNT).scalar() == 1


def test_a_reading_session_sees_one_moment_and_never_waits_for_a_writer(database):
    with database.reading() as reader:
        assert reader.connection().execute(COUNT).scalar() == 0
        with database.session() as writer:
            writer.connection().execute(INSERT)
            assert reader.connection().execute(COUNT).scalar() == 0
        assert reader.connection().execute(COUNT).scalar() == 0


def test_a_session_closed_for_good_takes_no_more_work(database):
    with database.session() as session:
        session.connection().execute(INSERT)
    with pytest.raises(Exception, match="permanently closed"):
        session.connection().execute(INSERT)


def test_a_unique_violation_is_the_databases_own_error(database):
    def twice() -> None:
        with database.session() as session:
            session.connection().execute(INSERT)
            session.connection().execute(INSERT)

    with pytest.raises(DBAPIError):
        twice()
