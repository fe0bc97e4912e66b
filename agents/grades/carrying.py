"""All that a proposal about a section's grades is made from: what was read, the sheet, and what people said of it."""

from datetime import datetime
from typing import NamedTuple

from agents.grades.reading import GradeReading
from agents.grades.sheet import GradeSheet
from domain.grade_holds import GradeHold, HoldState, KeptHold
from domain.grades import Attestation, GradeBlock, GradeReceipt, GradingPractice, InstructorEntry
from domain.rules.grades.authority import judge_attestation


class CarriedGrade(NamedTuple):
    """The letter that a student's newest accepted receipt is about."""

    letter: str
    receipt: GradeReceipt


class Carrying(NamedTuple):
    """All that a proposal is made from; ``doubts`` are fresh, ``kept`` those on record, ``target`` the SIS.

    ``carried`` is what the SIS accepted from here before.
    """

    reading: GradeReading
    sheet: GradeSheet
    practice: GradingPractice
    target: str
    now: datetime
    holds: tuple[GradeHold, ...] = ()
    questions: tuple[GradeHold, ...] = ()
    kept: tuple[KeptHold, ...] = ()
    attestation: Attestation | None = None
    receipts: tuple[GradeReceipt, ...] = ()
    entries: tuple[InstructorEntry, ...] = ()
    carried: tuple[CarriedGrade, ...] = ()

    @property
    def unattested(self) -> GradeBlock | None:
        """Why no grader's word counts for exactly this sheet, or None where one does (R92)."""
        section = self.reading.section
        assert section is not None
        return judge_attestation(section, self.sheet.hash, self.attestation, self.now)

    @property
    def block(self) -> GradeBlock | None:
        """What keeps the sheet as a whole from being carried, or None (R91 to R94)."""
        return next(iter(self.sheet.stops), self.unattested)

    @property
    def unanswered(self) -> int:
        """How many holds and questions nobody has answered."""
        answered = {one.hold.id for one in self.kept if one.state is not HoldState.OPEN}
        return sum(hold.id not in answered for hold in self.holds)

    @property
    def asked(self) -> tuple[GradeHold, ...]:
        """The questions that are still open (S87)."""
        answered = {one.hold.id for one in self.kept if one.state is not HoldState.OPEN}
        return tuple(one for one in self.questions if one.id not in answered)

    @property
    def marker(self) -> str:
        """What the words about this sheet and column begin with."""
        return f"grades-{self.sheet.section}-{self.sheet.column.value}"
