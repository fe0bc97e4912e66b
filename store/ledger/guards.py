"""What the database itself refuses: changing, removing, replacing, skipping or back-dating a ledger entry.

Triggers against UPDATE and DELETE alone let INSERT OR REPLACE through on SQLite, so every insert must also be the next
entry and link to the present last one. Someone who can drop triggers or edit the file is stopped by nothing here;
verification against checkpoints finds it.
"""

from collections.abc import Iterator

TABLES = ("ledger_entry", "ledger_subject", "ledger_checkpoint")
GENESIS_SQL = {"sqlite": "zeroblob(32)", "postgresql": "decode(repeat('00', 32), 'hex')"}
CONDITIONS = {
    "ledger_entry": (
        "NEW.seq = coalesce((SELECT max(seq) FROM ledger_entry), 0) + 1 AND "
        "NEW.prev = coalesce((SELECT hash FROM ledger_entry WHERE seq = NEW.seq - 1), {genesis})"
    ),
    "ledger_subject": "NEW.seq > coalesce((SELECT max(seq) FROM ledger_entry), 0) AND NEW.position = coalesce("
    "(SELECT max(position) FROM ledger_subject WHERE seq = NEW.seq), 0) + 1",
    "ledger_checkpoint": "NEW.seq > coalesce((SELECT max(seq) FROM ledger_checkpoint), 0)",
}
"""What must hold of a new row, else it is a gap, a replacement or a forgery. Side rows go in before their entry."""


def guard_statements(dialect: str) -> Iterator[str]:
    """Yield the statements that put every guard in place on ``sqlite`` or ``postgresql``."""
    for table in TABLES:
        condition = CONDITIONS[table].format(genesis=GENESIS_SQL[dialect])
        yield from _sqlite_guards(table, condition) if dialect == "sqlite" else _postgresql_guards(table, condition)


def unguard_statements(dialect: str) -> Iterator[str]:
    """Yield the statements that take every guard away again, for a migration backwards."""
    for table in TABLES:
        for guard in ("no_update", "no_delete", "next_only"):
            yield f"DROP TRIGGER {table}_{guard}" + ("" if dialect == "sqlite" else f" ON {table}")
        if dialect == "postgresql":
            yield f"DROP TRIGGER {table}_no_truncate ON {table}"
            yield f"DROP FUNCTION {table}_next_only()"
            yield f"DROP FUNCTION {table}_refuse()"


def _sqlite_guards(table: str, condition: str) -> Iterator[str]:
    for verb in ("update", "delete"):
        yield (
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    yield (
        f"CREATE TRIGGER {table}_next_only BEFORE INSERT ON {table} WHEN ({condition}) IS NOT TRUE "
        f"BEGIN SELECT RAISE(ABORT, '{table} takes only the next row'); END"
    )


def _postgresql_guards(table: str, condition: str) -> Iterator[str]:
    yield (
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    yield (
        f"CREATE FUNCTION {table}_next_only() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS "
        f"$$ BEGIN IF ({condition}) IS NOT TRUE THEN RAISE EXCEPTION '{table} takes only the next row'; END IF; "
        f"RETURN NEW; END $$"
    )
    for verb in ("update", "delete"):
        yield _postgresql_trigger(table, f"no_{verb}", f"{verb.upper()} ON {table} FOR EACH ROW", "refuse")
    yield _postgresql_trigger(table, "no_truncate", f"TRUNCATE ON {table} FOR EACH STATEMENT", "refuse")
    yield _postgresql_trigger(table, "next_only", f"INSERT ON {table} FOR EACH ROW", "next_only")


def _postgresql_trigger(table: str, name: str, event: str, function: str) -> str:
    return f"CREATE TRIGGER {table}_{name} BEFORE {event} EXECUTE FUNCTION {table}_{function}()"
