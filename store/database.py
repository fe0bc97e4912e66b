"""One way to open a database and one way to write to it, whether it is a SQLite file or a PostgreSQL server.

On SQLite every connection uses the write-ahead log with full synchronisation, waits for a lock instead of failing at
once, and takes the write lock when a transaction begins, so that what a transaction read is still so when it writes.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from domain.errors import ConfigurationError, LedgerUnavailable
from store.sqlite import DRIVER, READING, WRITING

SQLITE = "sqlite"
POSTGRESQL = "postgresql"
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "recursive_triggers=ON",
)
LEDGER_MARK = "provost_ledger"
"""Key in ``Session.info`` of a session that carries a ledger entry: its commit failing means the ledger failed."""
COMMITTED = "provost_committed"
"""Key in ``Session.info`` of what is called, without arguments, once the session has committed."""


class Database:
    """An open database: the engine that writes, its dialect, and sessions that commit or leave nothing behind.

    ``reader`` is the engine that only reads, the same one where none is given.
    """

    def __init__(self, engine: Engine, reader: Engine | None = None) -> None:
        self.engine = engine
        self.dialect = engine.dialect.name
        self._reader = reader or engine

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a writing session that commits at exit and rolls everything back on any failure.

        A thread opens one at a time: on SQLite a second would wait for the first until it gives up. Raises
        LedgerUnavailable where the commit of a session that carries a ledger entry fails (S37).
        """
        session = Session(self.engine, expire_on_commit=False, close_resets_only=False)
        try:
            yield session
            _commit(session)
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session on one consistent snapshot that never takes the write lock and never commits."""
        session = Session(self._reader, expire_on_commit=False, autoflush=False)
        try:
            yield session
        finally:
            session.close()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open a writing transaction of plain statements, without a ledger entry; it commits as ``session`` does."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a connection for plain statements on one consistent snapshot; it ends as ``reading`` does."""
        with self._reader.connect() as connection:
            yield connection

    def scrub_deleted(self, table: str) -> None:
        """Make sure that rows just deleted from ``table`` are gone from the files, not merely from sight.

        SQLite overwrites them (secure_delete) and empties its log; PostgreSQL vacuums the table. Backups are not
        reached.
        """
        if self.dialect == POSTGRESQL:
            with self.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                connection.exec_driver_sql(f"VACUUM {table}")
        else:
            with closing(self.engine.raw_connection()) as outside_transactions:
                outside_transactions.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every pooled connection; the database can still be used and will open new ones."""
        self.engine.dispose()
        self._reader.dispose()


def open_database(url: str, *, busy_seconds: float = 30.0) -> Database:
    """Open ``sqlite:///path`` or ``postgresql+psycopg://...``; makes the SQLite file, readable by its owner only.

    ``busy_seconds`` is how long SQLite waits for another writer. Raises ConfigurationError for any other address.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _bad_address() from error
    if parsed.get_backend_name() == SQLITE and parsed.database and parsed.database != ":memory:":
        return _open_sqlite(parsed.set(drivername=DRIVER), Path(parsed.database), busy_seconds)
    if parsed.drivername == "postgresql+psycopg":
        return _with_snapshots(create_engine(url, pool_pre_ping=True))
    raise _bad_address()


def open_read_only(url: str, *, wait_seconds: int = 5) -> Database:
    """Open a database that exists, on connections that cannot write: what ``provost doctor`` looks through.

    Raises ConfigurationError where the address is none this system can open, or where there is no such file yet.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _bad_address() from error
    if parsed.drivername == "postgresql+psycopg":
        waiting, read_only = {"connect_timeout": wait_seconds}, {"postgresql_readonly": True}
        return _with_snapshots(create_engine(url, connect_args=waiting, execution_options=read_only))
    if parsed.get_backend_name() != SQLITE or not parsed.database:
        raise _bad_address()
    path = Path(parsed.database)
    if not path.exists():
        fix = "Run provost reconcile TERM --dry-run once; it makes the database."
        raise ConfigurationError("There is no database file yet.", field="database_url", fix=fix)
    return Database(create_engine(f"sqlite:///file:{quote(str(path.absolute()))}?mode=ro&uri=true"))


def _bad_address() -> ConfigurationError:
    fix = "Use sqlite:///path/to/file.db or postgresql+psycopg://user@host/name."
    return ConfigurationError("The database address is not one this system can open.", field="database_url", fix=fix)


def _commit(session: Session) -> None:
    try:
        session.commit()
    except SQLAlchemyError as error:
        if session.info.get(LEDGER_MARK):
            raise LedgerUnavailable(
                "The ledger entry could not be committed, so nothing was written.",
                fix="Check the disk and the database, then run again.",
            ) from error
        raise
    if COMMITTED in session.info:
        session.info[COMMITTED]()


def _with_snapshots(engine: Engine) -> Database:
    """Open PostgreSQL, where reading on one snapshot is a way to use the same connections."""
    reading = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return Database(engine, engine.execution_options(**reading))


def _open_sqlite(url: URL, path: Path, busy_seconds: float) -> Database:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    return Database(*(_sqlite_engine(url, busy_seconds, begin) for begin in (WRITING, READING)))


def _sqlite_engine(url: URL, busy_seconds: float, begin: str) -> Engine:
    engine = create_engine(url, begin=begin, connect_args={"timeout": busy_seconds, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
