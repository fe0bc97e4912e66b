"""Holds and questions as they were placed and answered; an answer lasts for the same mark (S88)."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from domain.errors import InvalidRecord
from domain.grade_holds import GradeHold, HoldState, KeptHold
from domain.ids import PrincipalId, RecordHandle, SectionKey
from domain.ports import Clock
from store.clock import SYSTEM_CLOCK
from store.database import Database
from store.grading.tables import HoldRow
from store.keys import KeyRing


class OpenHolds(NamedTuple):
    """How many holds of one sort wait in a section, and since when the oldest of them."""

    section: str
    kind: str
    number: int
    oldest: datetime


class Holds:
    """Keeps holds under their names."""

    def __init__(self, database: Database, keyring: KeyRing, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database, self._keyring, self._clock = database, keyring, clock

    def place(self, hold: GradeHold, session: Session) -> None:
        """Keep a hold as open; one that is there already stays as it is."""
        if session.get(HoldRow, hold.id) is None:
            row = HoldRow(
                id=hold.id,
                section=str(hold.section),
                kind=hold.kind.value,
                person=hold.person or "",
                sealed=self._keyring.seal(hold.model_dump_json().encode(), _place(hold.id)),
                state=HoldState.OPEN,
                placed_at=self._clock.now(),
            )
            session.add(row)

    def withdraw(self, hold_id: str, session: Session) -> None:
        """Take back a hold that nobody has answered, as a rollback does."""
        row = session.get(HoldRow, hold_id)
        if row is not None and row.state is HoldState.OPEN:
            session.delete(row)

    def answer(self, hold_id: str, state: HoldState, by: PrincipalId, why: str, session: Session) -> None:
        """Keep a person's answer, in the session that puts it on the ledger; a later answer takes its place.

        Raises InvalidRecord where there is no such hold.
        """
        row = session.get(HoldRow, hold_id)
        if row is None:
            fix = "Look at the sheet again; provost grades sheet lists the holds."
            raise InvalidRecord("There is no such hold.", field=f"hold {hold_id}", fix=fix)
        row.state, row.answered_at, row.answered_by = state, self._clock.now(), by
        row.sealed_why = self._keyring.seal(why.encode(), _place(hold_id))
        session.add(row)

    def read(self, hold_id: str) -> KeptHold | None:
        """Return one hold, or None."""
        with self._database.reading() as session:
            row = session.get(HoldRow, hold_id)
            return self._open(row) if row else None

    def known(self, hold_ids: Collection[str], session: Session) -> frozenset[str]:
        """Return those of some names under which a hold is kept."""
        wanted = sorted(hold_ids)
        return frozenset(session.exec(select(HoldRow.id).where(col(HoldRow.id).in_(wanted))))

    def of(self, section: SectionKey) -> tuple[KeptHold, ...]:
        """Return every hold of a section, oldest first."""
        query = select(HoldRow).where(HoldRow.section == str(section))
        with self._database.reading() as session:
            rows = session.exec(query.order_by(col(HoldRow.placed_at), col(HoldRow.id))).all()
        return tuple(self._open(row) for row in rows)

    def of_person(self, person: RecordHandle) -> tuple[KeptHold, ...]:
        """Return every hold about one person, oldest first, for their file (R26)."""
        query = select(HoldRow).where(HoldRow.person == person)
        with self._database.reading() as session:
            rows = session.exec(query.order_by(col(HoldRow.placed_at), col(HoldRow.id))).all()
        return tuple(self._open(row) for row in rows)

    def unanswered(self, placed_before: datetime) -> tuple[SectionKey, ...]:
        """Return the sections that have a hold nobody has answered since then (S98)."""
        query = select(HoldRow.section).where(HoldRow.state == HoldState.OPEN, col(HoldRow.placed_at) < placed_before)
        with self._database.reading() as session:
            names = sorted(set(session.exec(query)))
        return tuple(key for name in names if (key := SectionKey.parse(name)))

    def count_open(self) -> tuple[OpenHolds, ...]:
        """Count the holds that nobody has answered, by section and sort, the oldest first."""
        oldest = func.min(HoldRow.placed_at)
        query = select(HoldRow.section, HoldRow.kind, func.count(), oldest).where(HoldRow.state == HoldState.OPEN)
        with self._database.reading() as session:
            rows = session.exec(query.group_by(HoldRow.section, HoldRow.kind).order_by(oldest)).all()
        return tuple(OpenHolds(section, kind, number, placed) for section, kind, number, placed in rows)

    def _open(self, row: HoldRow) -> KeptHold:
        why = self._keyring.unseal(row.sealed_why, _place(row.id)).decode() if row.sealed_why else ""
        return KeptHold(
            hold=GradeHold.model_validate_json(self._keyring.unseal(row.sealed, _place(row.id))),
            state=row.state,
            placed_at=row.placed_at,
            answered_at=row.answered_at,
            answered_by=row.answered_by,
            why=why,
        )


def _place(hold_id: str) -> bytes:
    return f"grade_hold|{hold_id}".encode()
