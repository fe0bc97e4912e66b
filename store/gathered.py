"""Events about students of a class that wait for one run which takes all of them: kept before a run is asked for.

A run takes every event of its class that waits when it begins, and none twice; what arrives later waits for the next.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, delete, select, update

from domain.ids import RecordHandle, RunId, SectionKey
from domain.ports import Clock
from store.clock import SYSTEM_CLOCK
from store.columns import UtcDateTime
from store.database import Database


class GatheredRow(SQLModel, table=True):
    """One event of a sender about one student in one class; ``run`` is empty until a run has taken it."""

    __tablename__ = "hook_gathered"

    sender: str = Field(primary_key=True)
    event: str = Field(primary_key=True)
    kind: str
    section: str = Field(index=True)
    person: str
    run: str = Field(default="", index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class Gathered:
    """Keeps events until a run takes them; whoever takes holds the lock of the class."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database, self._clock = database, clock

    def keep(self, source: tuple[str, str, str], section: str, person: str) -> None:
        """Keep an event, given as its sender, id and kind; one that is there already stays as it is."""
        sender, event, kind = source
        row = GatheredRow(sender=sender, event=event, kind=kind, section=section, person=person, at=self._clock.now())
        with self._database.session() as session:
            if session.get(GatheredRow, (sender, event)) is None:
                session.add(row)

    def taken_by(self, run: RunId) -> Sequence[GatheredRow]:
        """Return what a run has taken, in the order of arrival."""
        with self._database.reading() as session:
            return _taken(session, run)

    def take(self, section: SectionKey, run: RunId, session: Session) -> Sequence[GatheredRow]:
        """Give a run every event of a class that waits, in the session that puts it on record."""
        waits = (col(GatheredRow.section) == str(section), col(GatheredRow.run) == "")
        session.exec(update(GatheredRow).where(*waits).values(run=run))
        return _taken(session, run)

    def left_since(self, moment: datetime) -> Sequence[str]:
        """Return the classes with events that no run has taken since a moment."""
        query = select(GatheredRow.section).where(GatheredRow.run == "", GatheredRow.at < moment)
        with self._database.reading() as session:
            return sorted(set(session.exec(query.distinct())))

    def forget_before(self, moment: datetime) -> None:
        """Let go of events that were taken long ago."""
        with self._database.session() as session:
            session.exec(delete(GatheredRow).where(col(GatheredRow.run) != "", col(GatheredRow.at) < moment))


def people_of(rows: Sequence[GatheredRow]) -> tuple[RecordHandle, ...]:
    """Return whom events are about, each student once."""
    return tuple(RecordHandle(person) for person in dict.fromkeys(row.person for row in rows))


def _taken(session: Session, run: RunId) -> Sequence[GatheredRow]:
    query = select(GatheredRow).where(GatheredRow.run == run)
    return session.exec(query.order_by(col(GatheredRow.at), col(GatheredRow.sender), col(GatheredRow.event))).all()
