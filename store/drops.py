"""What is kept of drops: each impact statement, and the engagement that was read before access ended (R116, S119).

Both are sealed under the key of the student, so that forgetting the person makes them unreadable. A run has one
statement; a later reading of engagement replaces an earlier one only where it is complete.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Field, Session, SQLModel, col, select

from domain.ids import RecordHandle, RunId
from domain.ports import Clock
from store.clock import SYSTEM_CLOCK
from store.columns import UtcDateTime
from store.database import Database
from store.keys import KeyRing
from store.person_sealing import PersonSeal


class StatementRow(SQLModel, table=True):
    """One impact statement of one run; ``standing`` and ``kind`` are words that name nobody."""

    __tablename__ = "drop_statement"

    run: str = Field(primary_key=True)
    person: str = Field(index=True)
    section: str = Field(index=True)
    kind: str
    standing: str
    made_at: datetime = Field(sa_type=UtcDateTime, index=True)
    sealed: str


class EngagementRow(SQLModel, table=True):
    """What was read of one student's engagement in one class before access ended."""

    __tablename__ = "drop_engagement"

    person: str = Field(primary_key=True)
    section: str = Field(primary_key=True)
    run: str
    read_at: datetime = Field(sa_type=UtcDateTime)
    sealed: str


class StoredStatement(NamedTuple):
    """A statement as kept; ``text`` is None where the person was forgotten since."""

    run: RunId
    person: RecordHandle
    section: str
    kind: str
    standing: str
    made_at: datetime
    text: str | None


class DropRecords:
    """Keeps and finds statements and engagement."""

    def __init__(self, database: Database, keyring: KeyRing, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database, self._clock = database, clock
        self._seal = PersonSeal(keyring)

    def keep_statement(
        self, run: RunId, person: RecordHandle, section: str, *, kind: str, standing: str, text: str
    ) -> None:
        """Keep the statement of a run; kept again after a crash it takes the place of itself."""
        with self._database.session() as session:
            sealed = self._seal.seal(text, person, _statement_place(run), session)
            row = session.get(StatementRow, run) or StatementRow(
                run=run, person=person, section=section, kind="", standing="", made_at=self._clock.now(), sealed=""
            )
            row.kind, row.standing, row.sealed = kind, standing, sealed
            session.add(row)

    def statement(self, run: str) -> StoredStatement | None:
        """Return the statement of a run, or None."""
        with self._database.reading() as session:
            row = session.get(StatementRow, run)
            return self._open(row, session) if row else None

    def is_empty(self) -> bool:
        """Tell whether no statement was ever kept, so that nobody can come back after one."""
        with self._database.reading() as session:
            return session.exec(select(StatementRow.run).limit(1)).first() is None

    def statements(
        self, person: RecordHandle | None = None, section: str = "", limit: int = 200
    ) -> list[StoredStatement]:
        """Return the newest statements first, of one person and one section where named."""
        query = select(StatementRow).order_by(col(StatementRow.made_at).desc(), StatementRow.run).limit(limit)
        if person is not None:
            query = query.where(StatementRow.person == person)
        if section:
            query = query.where(StatementRow.section == section)
        with self._database.reading() as session:
            return list(self._opened(session.exec(query), session))

    def keep_engagement(self, person: RecordHandle, section: str, run: RunId, read_at: datetime, text: str) -> None:
        """Keep what was read of a student's engagement before access ends, in place of what was kept before."""
        with self._database.session() as session:
            sealed = self._seal.seal(text, person, _engagement_place(person, section), session)
            row = session.get(EngagementRow, (person, section)) or EngagementRow(
                person=person, section=section, run=run, read_at=read_at, sealed=""
            )
            row.run, row.read_at, row.sealed = run, read_at, sealed
            session.add(row)

    def engagement(self, person: RecordHandle, section: str) -> str | None:
        """Return what was kept of a student's engagement in a class; None where nothing is, or no more."""
        with self._database.reading() as session:
            row = session.get(EngagementRow, (person, section))
            return self._seal.unseal(row.sealed, person, _engagement_place(person, section), session) if row else None

    def _opened(self, rows: Iterable[StatementRow], session: Session) -> Iterable[StoredStatement]:
        return (self._open(row, session) for row in list(rows))

    def _open(self, row: StatementRow, session: Session) -> StoredStatement:
        person, run = RecordHandle(row.person), RunId(row.run)
        text = self._seal.unseal(row.sealed, person, _statement_place(run), session)
        return StoredStatement(run, person, row.section, row.kind, row.standing, row.made_at, text)


def _statement_place(run: str) -> str:
    return f"drop_statement|{run}"


def _engagement_place(person: str, section: str) -> str:
    return f"drop_engagement|{person}|{section}"
