"""PostgreSQL's own tools for a dump and its restoring; the password travels in the environment, never in a command."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import make_url, text

from domain.errors import ConfigurationError, Unreachable
from store.database import open_read_only


def dump(url: str, file: Path) -> None:
    """Write the whole database into a file, on one snapshot.

    Raises ConfigurationError where pg_dump is not installed, Unreachable where it fails.
    """
    _call(url, "pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--file={file}"])


def restore(url: str, file: Path) -> None:
    """Fill an empty database from a dump, whole or not at all."""
    name = make_url(url).database or ""
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--dbname={name}"]
    _call(url, "pg_restore", [*options, str(file)])


def is_empty(url: str) -> bool:
    """Tell whether a database holds no table at all."""
    database = open_read_only(url)
    query = text("SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
    try:
        with database.snapshot() as connection:
            return not connection.execute(query).scalar_one()
    finally:
        database.close()


def _call(url: str, tool: str, options: Sequence[str]) -> None:
    found = shutil.which(tool)
    if found is None:
        fix = "Install PostgreSQL's client tools of the server's version, or let the database's operator do it."
        raise ConfigurationError(f"{tool} is not on the PATH.", field="database_url", fix=fix)
    ended = subprocess.run(  # noqa: S603 a tool of PostgreSQL with options of ours
        [found, *options], env={**os.environ, **_environment(url)}, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        said = (ended.stderr.strip().splitlines() or ["It said nothing."])[-1]
        raise Unreachable(f"{tool} failed: {said}", field="database_url", fix="See what it says, then run it again.")


def _environment(url: str) -> dict[str, str]:
    parts = make_url(url)
    named = {
        "PGHOST": parts.host,
        "PGPORT": str(parts.port) if parts.port else None,
        "PGUSER": parts.username,
        "PGPASSWORD": parts.password,
        "PGDATABASE": parts.database,
    }
    return {name: value for name, value in named.items() if value}
