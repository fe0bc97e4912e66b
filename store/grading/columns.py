"""How each gradebook column was marked when it was last looked at, and which are quarantined.

A column that is suddenly marked in another way reaches neither a grade nor a risk score before somebody has looked.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from sqlmodel import select

from domain.ids import AssignmentId, SectionKey
from domain.ports import Clock
from store.clock import SYSTEM_CLOCK
from store.database import Database
from store.grading.tables import ColumnRow


class ColumnLook(NamedTuple):
    """One look at a column: the LMS's word for its marking, its points, the share of 0, 1 and full marks, how many.

    ``quarantined`` is the id of the hold that keeps the column back, empty for none.
    """

    assignment: AssignmentId
    grading: str
    points: Decimal | None
    extreme_share: float
    marks: int
    quarantined: str = ""


class Columns:
    """Keeps the last look that was in order; a quarantined column keeps the look from before."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database, self._clock = database, clock

    def of(self, section: SectionKey) -> dict[AssignmentId, ColumnLook]:
        """Return the columns of a section by assignment."""
        with self._database.reading() as session:
            rows = session.exec(select(ColumnRow).where(ColumnRow.section == str(section))).all()
        return {AssignmentId(int(row.assignment)): _look(row) for row in rows}

    def quarantined(self, section: SectionKey) -> frozenset[AssignmentId]:
        """Return the columns that no grade and no risk score may rest on now."""
        return frozenset(look.assignment for look in self.of(section).values() if look.quarantined)

    def lift(self, section: SectionKey, hold: str) -> None:
        """End the quarantine that a hold keeps a column in."""
        kept = [look for look in self.of(section).values() if look.quarantined == hold]
        self.keep(section, [look._replace(quarantined="") for look in kept])

    def keep(self, section: SectionKey, looks: Iterable[ColumnLook]) -> None:
        """Keep the looks, each in place of the one before."""
        now = self._clock.now()
        with self._database.session() as session:
            for look in looks:
                row = ColumnRow(
                    section=str(section),
                    assignment=str(look.assignment),
                    grading=look.grading,
                    points="" if look.points is None else str(look.points),
                    extreme_share=f"{look.extreme_share:.4f}",
                    marks=look.marks,
                    quarantined=look.quarantined,
                    seen_at=now,
                )
                session.merge(row)


def _look(row: ColumnRow) -> ColumnLook:
    points = Decimal(row.points) if row.points else None
    assignment = AssignmentId(int(row.assignment))
    return ColumnLook(assignment, row.grading, points, float(row.extreme_share), row.marks, row.quarantined)
