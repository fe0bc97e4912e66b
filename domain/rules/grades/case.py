"""One student's grade as the rules see it, and the ways in which a rule blocks it."""

from datetime import date
from typing import NamedTuple

from domain.changes import Tier
from domain.grades import (
    BlockKind,
    GradeBlock,
    GradebookRow,
    GradeColumn,
    GradeOptions,
    GradingPractice,
    InstructorEntry,
    LegalGrade,
    SectionGrading,
)
from domain.ids import RuleId


class GradeCase(NamedTuple):
    """Everything a rule may look at for one student who is on the SIS's roster and in the gradebook.

    ``letter`` is the letter that would go, None where none can be derived; ``today`` the campus day (R114).
    """

    options: GradeOptions
    row: GradebookRow
    section: SectionGrading
    practice: GradingPractice
    column: GradeColumn
    today: date
    entry: InstructorEntry | None = None
    letter: str | None = None

    @property
    def own_letter(self) -> bool:
        """Whether the instructor entered the letter, so that none has to be derived."""
        return self.entry is not None and self.entry.letter is not None

    @property
    def grade(self) -> LegalGrade | None:
        """The legal grade behind the letter; None where there is no letter or it is not legal."""
        return self.options.find(self.letter) if self.letter else None


def hold(rule: str, reason: str, fix: str, tier: Tier = Tier.AUTO) -> GradeBlock:
    """Keep one grade back until somebody has put it right."""
    return GradeBlock(rule=RuleId(rule), kind=BlockKind.HELD, tier=tier, reason=reason, fix=fix)


def leave_out(rule: str, reason: str, fix: str, tier: Tier = Tier.AUTO) -> GradeBlock:
    """Send nothing for this student, and list them."""
    return GradeBlock(rule=RuleId(rule), kind=BlockKind.LEFT_OUT, tier=tier, reason=reason, fix=fix)


def stop(rule: str, reason: str, fix: str, tier: Tier = Tier.HUMAN) -> GradeBlock:
    """Send nothing for the whole section."""
    return GradeBlock(rule=RuleId(rule), kind=BlockKind.STOPPED, tier=tier, reason=reason, fix=fix)
