"""What the database itself refuses while its triggers stand, on both databases (S37)."""

import pytest
from sqlalchemy.exc import DBAPIError

from domain.ids import RecordHandle
from store.ledger import Subject

ZERO = {"sqlite": "zeroblob(32)", "postgresql": "decode(repeat('00', 32), 'hex')"}
COLUMNS = "seq, at, kind, actor, run, subjects, body, prev, hash"
ROW = "'t', 'k', 'a', 'r', '', '{{}}', {prev}, {zero}"
LAST = "(SELECT hash FROM ledger_entry ORDER BY seq DESC LIMIT 1)"
BOTH_KINDS = [
    "UPDATE ledger_entry SET body = '{{}}' WHERE seq = 1",
    "DELETE FROM ledger_entry WHERE seq = 3",
    f"INSERT INTO ledger_entry ({COLUMNS}) VALUES (5, {ROW})".replace("{prev}", LAST),
    f"INSERT INTO ledger_entry ({COLUMNS}) VALUES (0, {ROW})".replace("{prev}", "{zero}"),
    f"INSERT INTO ledger_entry ({COLUMNS}) VALUES (4, {ROW})".replace("{prev}", "{zero}"),
    f"INSERT INTO ledger_entry ({COLUMNS}) VALUES (2, {ROW}) ON CONFLICT (seq) DO UPDATE SET body = 'x'".replace(
        "{prev}", "(SELECT hash FROM ledger_entry WHERE seq = 1)"
    ),
    "UPDATE ledger_subject SET handle = 'per_x'",
    "DELETE FROM ledger_subject",
    "INSERT INTO ledger_subject (seq, position, handle, sealed) VALUES (2, 1, 'per_x', '')",
    "INSERT INTO ledger_subject (seq, position, handle, sealed) VALUES (4, 2, 'per_x', '')",
    "UPDATE ledger_checkpoint SET note = 'x'",
    "DELETE FROM ledger_checkpoint",
    "INSERT INTO ledger_checkpoint (seq, note) VALUES (1, 'x')",
]
SQLITE_ONLY = [
    f"INSERT OR REPLACE INTO ledger_entry ({COLUMNS}) VALUES (2, {ROW})".replace(
        "{prev}", "(SELECT hash FROM ledger_entry WHERE seq = 1)"
    ),
    f"REPLACE INTO ledger_entry ({COLUMNS}) VALUES (3, {ROW})".replace(
        "{prev}", "(SELECT prev FROM ledger_entry WHERE seq = 3)"
    ),
    "INSERT OR REPLACE INTO ledger_subject (seq, position, handle, sealed) VALUES (1, 1, 'per_x', '')",
    "INSERT OR REPLACE INTO ledger_checkpoint (seq, note) VALUES (3, 'x')",
    "UPDATE OR REPLACE ledger_entry SET seq = 1 WHERE seq = 2",
]
POSTGRES_ONLY = ["TRUNCATE ledger_entry CASCADE", "TRUNCATE ledger_subject", "TRUNCATE ledger_checkpoint"]


@pytest.mark.parametrize("attack", [*BOTH_KINDS, *SQLITE_ONLY, *POSTGRES_ONLY])
def test_an_attack_through_statements_is_refused_and_changes_nothing(ledger, database, attack):
    for _ in range(3):
        ledger.append("write", "gate", "run-1", {}, [Subject(RecordHandle("per_a"))])
    ledger.checkpoint()
    other = POSTGRES_ONLY if database.dialect == "sqlite" else SQLITE_ONLY
    if attack in other:
        pytest.skip("not a statement of this database")
    with pytest.raises(DBAPIError, match=r"append-only|only the next row"), database.engine.begin() as connection:
        connection.exec_driver_sql(attack.format(zero=ZERO[database.dialect]))
    result = ledger.verify()
    assert (result.ok, result.entries) == (True, 3)


def test_a_replace_over_a_connection_of_another_program_is_refused(ledger, database):
    """Another program sets no recursive_triggers, so only the next-row trigger stands in its way."""
    import sqlite3

    if database.dialect != "sqlite":
        pytest.skip("a statement of SQLite")
    ledger.append("write", "gate", "run-1", {})
    other = sqlite3.connect(database.engine.url.database)
    row = other.execute(f"SELECT {COLUMNS} FROM ledger_entry").fetchone()
    with pytest.raises(sqlite3.IntegrityError, match="only the next row"):
        other.execute(f"INSERT OR REPLACE INTO ledger_entry ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)", row)
    other.close()
