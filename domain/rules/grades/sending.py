"""After the instructor's word: what goes, what goes again, what the SIS answered, who is told (R95 to R98)."""

from collections.abc import Iterable
from enum import StrEnum

from domain.changes import Tier
from domain.grades import (
    GradeBlock,
    GradeColumn,
    GradeMeaning,
    GradeOptions,
    GradeReceipt,
    GradeSheetLine,
    GradeStage,
    ReceiptOutcome,
    SectionGrading,
)
from domain.ids import RecordHandle
from domain.records import RegistrationStatus
from domain.rules.grades.case import leave_out


def outstanding(lines: Iterable[GradeSheetLine], receipts: Iterable[GradeReceipt]) -> tuple[GradeSheetLine, ...]:
    """Return the lines still to be sent: a line accepted in exactly this version is not sent twice (R96).

    A refusal, a lock or no answer is not success, so such a line stays (R95).
    """
    done = {
        (receipt.section, receipt.person, receipt.column): receipt.version
        for receipt in sorted(receipts, key=lambda receipt: receipt.received_at)
        if receipt.outcome is ReceiptOutcome.ACCEPTED
    }
    return tuple(line for line in lines if done.get((line.section, line.person, line.column)) != line.version)


def receivers_of_receipts(section: SectionGrading) -> frozenset[RecordHandle]:
    """Return whom a partial acceptance is told to: every grader, not only the one who submitted (R95)."""
    return section.graders


def judge_already_graded(options: GradeOptions, column: GradeColumn, letter: str | None) -> GradeBlock | None:
    """Leave a student out whose grade in the SIS differs from the LMS's: the SIS wins, and it is reported (R97).

    Only the final column: an interim grade is replaced week by week (R94, S200).
    """
    if column is not GradeColumn.FINAL or letter is None or options.final_letter in {None, letter}:
        return None
    return leave_out(
        "R97",
        "The SIS already holds another final grade, and it wins.",
        "Correct the grade in the SIS while it is open, or file a change of grade.",
        Tier.PROPOSE,
    )


def is_already_held(options: GradeOptions, column: GradeColumn, letter: str) -> bool:
    """Tell whether the SIS holds exactly this grade, so that sending it would change nothing (R96)."""
    return options.held_in(column) == letter


def judge_taken_out(options: GradeOptions, column: GradeColumn, carried: str) -> GradeBlock | None:
    """Say that the SIS no longer shows a grade that it had accepted; it is not sent again by itself (R96).

    After the roll a difference is a change of grade (E2); a W, or a registration that ended, is the registrar's own.
    """
    held = options.held_in(column)
    rolled = column is GradeColumn.FINAL and options.stage not in {GradeStage.NOT_ENTERED, GradeStage.ENTERED}
    grade = options.find(held) if held else None
    withdrew = grade is not None and grade.meaning is GradeMeaning.WITHDRAWN
    if held == carried or rolled or withdrew or options.status is not RegistrationStatus.REGISTERED:
        return None
    now = "holds another grade, which has not been rolled" if held else "is empty again"
    return leave_out(
        "R96",
        f"The SIS accepted and showed the grade that the instructor attested; now the row {now}.",
        "Ask who changed it in the SIS. If the attested grade is right, enter it there; if not, ask the instructor to "
        "attest a corrected one, which is then carried as usual.",
        Tier.PROPOSE,
    )


class Outlet(StrEnum):
    """Where text about a grade might go."""

    SIS = "sis"
    GRADER_SCREEN = "grader_screen"
    REGISTRAR_SCREEN = "registrar_screen"
    TICKET = "ticket"
    MESSAGE = "message"
    CHANNEL = "channel"
    LOG = "log"
    UNKNOWN = "unknown"


_ALLOWED = frozenset({Outlet.SIS, Outlet.GRADER_SCREEN, Outlet.REGISTRAR_SCREEN})


def may_carry_grades(outlet: Outlet) -> bool:
    """Tell whether a grade of a named student may appear there: never in tickets, messages, channels or logs (R98)."""
    return outlet in _ALLOWED
