"""Brings a database up to the tables this version of the code expects; safe when several processes start together."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from store.database import POSTGRESQL, Database

LOCK_KEY = 7_091_318_463
"""The PostgreSQL advisory lock that one migrating process holds until its transaction ends."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Apply the missing migrations in one transaction; nothing happens where there are none."""
    with database.engine.begin() as connection:
        _lock(connection)
        command.upgrade(migration_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take migrations back to ``revision``; for tests and for an operator who returns to an older version."""
    with database.engine.begin() as connection:
        _lock(connection)
        command.downgrade(migration_config(connection), revision)


def read_revision(database: Database) -> str | None:
    """Return the revision the database is at, or None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def latest_revision() -> str | None:
    """Return the newest revision this version of the code knows."""
    return ScriptDirectory.from_config(migration_config(None)).get_current_head()


def migration_config(connection: Connection | None) -> Config:
    """Return Alembic's configuration for the packaged migrations over an open connection."""
    config = Config()
    config.set_main_option("script_location", "store:migrations")
    config.attributes["connection"] = connection
    return config


def _lock(connection: Connection) -> None:
    if connection.dialect.name == POSTGRESQL:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK_KEY,))
