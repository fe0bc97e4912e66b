"""A student's grade about which the examples of R76 to R98 ask: in order, so that each example changes one thing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.grades import (
    GradeBlock,
    GradebookRow,
    GradeColumn,
    GradeMeaning,
    GradeOptions,
    GradeReceipt,
    GradeSheetLine,
    GradeStage,
    GradingPractice,
    InstructorEntry,
    InterimWindow,
    LegalGrade,
    ReceiptOutcome,
    ScoreSource,
    SectionGrading,
)
from domain.ids import RecordHandle
from domain.records import GradeMode, RegistrationStatus
from domain.rules.grades.case import GradeCase
from tests.agents.world import key

SECTION = key("10001")
OTHER = key("10002")
STUDENT, TEACHER, DELEGATE, STRANGER = (
    RecordHandle(f"per_{name}") for name in ("student", "teacher", "deputy", "else")
)
GRADED_ON = date(2026, 12, 10)
GRADED_AT = datetime(2026, 12, 10, 15, tzinfo=UTC)
M = GradeMeaning
LETTERS = (
    *(LegalGrade(letter=letter, meaning=M.PASSING) for letter in ("A", "B", "C")),
    LegalGrade(letter="F", meaning=M.FAILING),
    LegalGrade(letter="I", meaning=M.INCOMPLETE),
    LegalGrade(letter="W", meaning=M.WITHDRAWN),
    LegalGrade(letter="NR", meaning=M.NO_GRADE),
)
PASS_FAIL = (
    LegalGrade(letter="P", meaning=M.PASSING),
    LegalGrade(letter="NP", meaning=M.FAILING, needs_engagement=False),
)
AUDIT = (LegalGrade(letter="AU", meaning=M.AUDIT),)
PRACTICE = GradingPractice(
    pass_from=Decimal(70),
    ungraded_is_zero=False,
    interim=(InterimWindow(part="full", open_on=date(2026, 9, 28), freeze_on=date(2026, 10, 23)),),
)


def options(**changed: Any) -> GradeOptions:
    values: dict[str, Any] = {
        "section": SECTION,
        "person": STUDENT,
        "status": RegistrationStatus.REGISTERED,
        "mode": GradeMode.STANDARD,
        "gradable": True,
        "grades": LETTERS,
        "stage": GradeStage.NOT_ENTERED,
    }
    return GradeOptions(**{**values, **changed})


def row(**changed: Any) -> GradebookRow:
    values: dict[str, Any] = {
        "section": SECTION,
        "person": STUDENT,
        "current_score": Decimal("85.5"),
        "current_letter": "B",
        "final_score": Decimal("85.5"),
        "final_letter": "B",
    }
    return GradebookRow(**{**values, **changed})


def grading(**changed: Any) -> SectionGrading:
    values: dict[str, Any] = {
        "section": SECTION,
        "modes": frozenset({GradeMode.STANDARD, GradeMode.PASS_FAIL, GradeMode.AUDIT}),
        "has_scheme": True,
        "start_on": date(2026, 8, 24),
        "end_on": date(2026, 12, 11),
        "instructors": frozenset({TEACHER}),
        "delegates": frozenset({DELEGATE}),
    }
    return SectionGrading(**{**values, **changed})


def entry(**changed: Any) -> InstructorEntry:
    return InstructorEntry(person=STUDENT, **changed)


def case(letter: str | None = "B", column: GradeColumn = GradeColumn.FINAL, **changed: Any) -> GradeCase:
    made = GradeCase(options(), row(), grading(), PRACTICE, column, GRADED_ON, None, letter)
    return made._replace(**changed)


def line(letter: str = "B", **changed: Any) -> GradeSheetLine:
    values: dict[str, Any] = {
        "section": SECTION,
        "person": STUDENT,
        "column": GradeColumn.FINAL,
        "letter": letter,
        "score": Decimal("85.5"),
        "source": ScoreSource.CURRENT,
    }
    return GradeSheetLine(**{**values, **changed})


def receipt(of: GradeSheetLine, outcome: ReceiptOutcome = ReceiptOutcome.ACCEPTED, minutes: int = 0) -> GradeReceipt:
    return GradeReceipt(
        section=of.section,
        person=of.person,
        column=of.column,
        version=of.version,
        outcome=outcome,
        received_at=GRADED_AT + timedelta(minutes=minutes),
    )


def says(block: GradeBlock | None) -> tuple[str, str] | None:
    """Return rule and kind of a block; None where nothing stands in the way."""
    return None if block is None else (block.rule, block.kind.value)
