"""Someone with the database in their hands: raw statements with every guard removed, and chains linked anew."""

import hashlib
import sqlite3
from collections.abc import Sequence

import psycopg

from store.database import Database
from store.ledger.guards import unguard_statements


class Intruder:
    """Attacks the stored rows themselves, past the triggers and past our code."""

    def __init__(self, database: Database) -> None:
        self._sqlite = database.dialect == "sqlite"
        if self._sqlite:
            self._connection = sqlite3.connect(database.engine.url.database, isolation_level=None)
        else:
            url = database.engine.url
            place = url.translate_connect_args(username="user", database="dbname")
            self._connection = psycopg.connect(**place, **url.query, autocommit=True)
        for statement in unguard_statements(database.dialect):
            self.run(statement)

    def run(self, statement: str, *values: object) -> Sequence[tuple]:
        marked = statement if self._sqlite else statement.replace("?", "%s")
        cursor = (
            self._connection.execute(marked, values or None)
            if not self._sqlite
            else self._connection.execute(marked, values)
        )
        return cursor.fetchall() if cursor.description else []

    def relink(self, first: int) -> None:
        """Recompute every hash from ``first`` on, as someone who knows the format would."""
        head = self.run("SELECT hash FROM ledger_entry WHERE seq = ?", first - 1)
        prev = bytes(head[0][0]) if head else bytes(32)
        columns = "seq, at, kind, actor, run, subjects, body"
        for row in self.run(f"SELECT {columns} FROM ledger_entry WHERE seq >= ? ORDER BY seq", first):
            digest = hashlib.sha256(prev + "\n".join(str(value) for value in row).encode()).digest()
            self.run("UPDATE ledger_entry SET prev = ?, hash = ? WHERE seq = ?", prev, digest, row[0])
            prev = digest

    def close(self) -> None:
        self._connection.close()
