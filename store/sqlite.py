"""SQLite as the store opens it: a transaction begins with the statement that the engine was given.

Python's driver would begin one only before the first write, so what a transaction had read could be stale by then. An
event of the engine could begin it too, but an engine with events asks for them at every statement.
"""

from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from typing_extensions import override

DRIVER = "sqlite+provost"
"""The driver's name in the address that an engine is made from."""
WRITING = "BEGIN IMMEDIATE"
READING = "BEGIN"


class BeginningSqlite(SQLiteDialect_pysqlite):
    """The usual dialect, whose engines take ``begin``: what opens each of their transactions."""

    supports_statement_cache = True

    def __init__(self, begin: str = WRITING, **settings: Any) -> None:  # noqa: ANN401 whatever the dialect takes
        super().__init__(**settings)
        self._begin = begin

    @override
    def do_begin(self, dbapi_connection: DBAPIConnection) -> None:
        """Open a transaction; an error of the driver is raised as SQLAlchemy's."""
        dbapi_connection.cursor().execute(self._begin)


registry.register(DRIVER.replace("+", "."), __name__, BeginningSqlite.__name__)
