"""What ``provost doctor`` asks of the database: does it answer, is it up to date, safe, and checkpointed."""

import sqlite3
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, func, select

from domain.findings import Finding, Severity
from store.database import SQLITE, Database
from store.ledger.checkpoints import read_notes
from store.ledger.entries import EntryRow
from store.migrations import latest_revision, read_revision

SAFE_SQLITE = (3, 51, 3)
"""The first SQLite whose write-ahead log cannot be corrupted by a reset with two connections open."""
FULL = 2
"""What SQLite calls synchronous FULL."""
CHECKPOINT_BEHIND = 5_000
"""Entries without an outside checkpoint from which an operator should look."""


def examine_database(database: Database, checkpoint_folder: Path) -> tuple[Finding, ...]:
    """Return what an operator should know or mend; empty where all is well."""
    try:
        findings = [*_examine_sqlite(database), *_examine_revision(database)]
        if not any(finding.severity is Severity.STOP for finding in findings):
            findings += _examine_checkpoints(database, checkpoint_folder)
    except SQLAlchemyError as error:
        fix = "Check the address, the server and the disk."
        message = f"The database does not answer ({type(error).__name__})."
        return (Finding(code="PV700", severity=Severity.STOP, subject="database", message=message, fix=fix),)
    return tuple(findings)


def examine_sqlite_version(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> tuple[Finding, ...]:
    """Warn where the SQLite library is older than the one that fixes the write-ahead log."""
    if version >= SAFE_SQLITE:
        return ()
    have, want = (".".join(map(str, number)) for number in (version, SAFE_SQLITE))
    message = f"SQLite {have} has a rare fault in its write-ahead log that {want} mends."
    fix = f"Use a Python built with SQLite {want} or later, or PostgreSQL."
    return (_warning("sqlite", message, fix),)


def _examine_sqlite(database: Database) -> tuple[Finding, ...]:
    if database.dialect != SQLITE:
        return ()
    with database.reading() as session:
        mode = session.connection().exec_driver_sql("PRAGMA journal_mode").scalar()
        synchronous = session.connection().exec_driver_sql("PRAGMA synchronous").scalar()
    findings = list(examine_sqlite_version())
    if mode != "wal" or synchronous != FULL:
        message = f"The database runs with journal mode {mode} and synchronous {synchronous}, not wal and 2."
        findings.append(_warning("sqlite", message, "Put the file on a local disk; network disks refuse the log."))
    return tuple(findings)


def _examine_revision(database: Database) -> tuple[Finding, ...]:
    present, newest = read_revision(database), latest_revision()
    if present == newest:
        return ()
    message = f"The tables are at revision {present or 'none'}; this version needs {newest}."
    fix = "Run: provost serve or provost reconcile once; either brings the tables up to date."
    return (Finding(code="PV700", severity=Severity.STOP, subject="database", message=message, fix=fix),)


def _examine_checkpoints(database: Database, folder: Path) -> tuple[Finding, ...]:
    with database.reading() as session:
        entries = _count_entries(session)
    behind = entries - max(read_notes(folder), default=0)
    if behind <= CHECKPOINT_BEHIND:
        return ()
    message = f"{behind} ledger entries have no checkpoint outside the database."
    return (_warning("ledger", message, "Check that the checkpoint folder can be written, then run any change."),)


def _count_entries(session: Session) -> int:
    return session.exec(select(func.max(col(EntryRow.seq)))).one() or 0


def _warning(subject: str, message: str, fix: str) -> Finding:
    return Finding(code="PV700", severity=Severity.WARNING, subject=subject, message=message, fix=fix)
