"""The same suite on both databases: a SQLite file, and a throwaway schema of a PostgreSQL server where one is named."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, event, text

from store.database import Database, open_database
from store.keys import KeyRing
from store.ledger import CheckpointPace, Ledger
from store.migrations import upgrade

POSTGRES = os.environ.get("PROVOST_TEST_POSTGRES", "")
BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def empty_url(request, tmp_path: Path) -> Iterator[str]:
    """An address of a database without tables, for both kinds in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/provost.db"
        return
    if not POSTGRES:
        pytest.skip("PROVOST_TEST_POSTGRES names no server")
    schema = f"store_{secrets.token_hex(6)}"
    admin = create_engine(POSTGRES)
    with admin.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    joined = "&" if "?" in POSTGRES else "?"
    yield f"{POSTGRES}{joined}options={quote(f'-csearch_path={schema} -csynchronous_commit=off')}"
    with admin.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


@pytest.fixture(scope="session")
def migrated() -> dict[str, list[str]]:
    """What the migrations say to each kind of database, by dialect, so that they run once and are repeated fast."""
    return {}


@pytest.fixture
def url(empty_url: str, migrated: dict[str, list[str]]) -> str:
    """An address of a database with every table."""
    database = open_database(empty_url)
    if database.dialect not in migrated:
        said: list[str] = []
        event.listen(database.engine, "before_cursor_execute", lambda *args: said.append(args[2] % args[3]))
        upgrade(database)
        migrated[database.dialect] = [line for line in said if line.lstrip().startswith(("CREATE", "INSERT", "UPDATE"))]
    else:
        with database.engine.begin() as connection:
            for statement in migrated[database.dialect]:
                connection.exec_driver_sql(statement)
    database.close()
    return empty_url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = open_database(url, busy_seconds=0.3)
    yield opened
    opened.close()


@pytest.fixture
def keyring(tmp_path: Path) -> KeyRing:
    return KeyRing.open(tmp_path / "keys")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where checkpoints are kept outside the database."""
    return tmp_path / "checkpoints"


@pytest.fixture
def ledger(database: Database, keyring: KeyRing, folder: Path) -> Ledger:
    return Ledger(database, keyring, folder, pace=CheckpointPace(entries=10_000, seconds=3600))
