"""Examples of the rules about sending grades: rosters, windows, receipts and places (R88, R90 to R98)."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.grades import GradeBlock, GradeColumn, GradeStage, ReceiptOutcome
from domain.records import RegistrationStatus
from domain.rules.grades import authority, changes, rosters, sending, windows
from domain.rules.grades.sending import Outlet
from tests.agents.world import part
from tests.rules.grading import (
    DELEGATE,
    OTHER,
    PRACTICE,
    SECTION,
    STRANGER,
    STUDENT,
    TEACHER,
    grading,
    line,
    options,
    receipt,
    row,
    says,
)
from tests.rules.situation import Example

ZONE = ZoneInfo("America/New_York")
INTERIM = GradeColumn.INTERIM
LAST_SECOND = datetime(2026, 12, 19, 4, 59, 59, tzinfo=UTC)
NEXT_DAY = datetime(2026, 12, 19, 5, 0, tzinfo=UTC)
_ROSTERS = (
    Example(
        "R88",
        "not on the roster",
        lambda: says(rosters.judge_membership(STRANGER, frozenset({STUDENT}))),
        ("R88", "left_out"),
    ),
    Example("R88", "on it", lambda: rosters.judge_membership(STUDENT, frozenset({STUDENT})), None),
    Example(
        "R90",
        "one sheet per section",
        lambda: list(rosters.rows_by_section([row(section=OTHER), row()])),
        [SECTION, OTHER],
    ),
    Example(
        "R90",
        "registered in the other",
        lambda: says(rosters.judge_section(row(), SECTION, frozenset({OTHER}))),
        ("R90", "held"),
    ),
    Example("R90", "where the SIS has them", lambda: rosters.judge_section(row(), SECTION, frozenset({SECTION})), None),
    Example(
        "R91",
        "the lecture",
        lambda: says(authority.judge_secondary_grading(grading(secondary_grading=True))),
        ("R91", "stopped"),
    ),
    Example(
        "R91",
        "the lab",
        lambda: authority.judge_secondary_grading(grading(secondary_grading=True, secondary=True)),
        None,
    ),
    Example("R91", "no such setting", lambda: authority.judge_secondary_grading(grading()), None),
    Example("R92", "instructor of record", lambda: authority.judge_submitter(grading(), TEACHER), None),
    Example("R92", "a delegate", lambda: authority.judge_submitter(grading(), DELEGATE), None),
    Example("R92", "anybody else", lambda: says(authority.judge_submitter(grading(), STRANGER)), ("R92", "stopped")),
)


def taken_out(held: str | None, **changed: Any) -> GradeBlock | None:
    return sending.judge_taken_out(options(final_letter=held, **changed), GradeColumn.FINAL, "B")


def change_of(
    held: str | None,
    letter: str,
    stage: GradeStage = GradeStage.ROLLED,
    *,
    over: bool = False,
    reason: str = "Recounted.",
) -> GradeBlock | None:
    return changes.refusal_of_change(options(stage=stage, final_letter=held), letter, reason, window_over=over)


_WINDOWS = (
    Example("R93", "the last second on campus", lambda: windows.judge_final_window(part(), ZONE, LAST_SECOND), None),
    Example(
        "R93", "a second later", lambda: says(windows.judge_final_window(part(), ZONE, NEXT_DAY)), ("R93", "stopped")
    ),
    Example(
        "R93",
        "before it opens",
        lambda: says(windows.judge_final_window(part(), ZONE, datetime(2026, 12, 7, 4, 59, tzinfo=UTC))),
        ("R93", "stopped"),
    ),
    Example("R93", "no calendar", lambda: says(windows.judge_final_window(None, ZONE, NEXT_DAY)), ("R93", "stopped")),
    Example(
        "R93",
        "rolled",
        lambda: says(windows.judge_stage(options(stage=GradeStage.ROLLED), GradeColumn.FINAL)),
        ("R93", "held"),
    ),
    Example(
        "R93",
        "nobody knows",
        lambda: says(windows.judge_stage(options(stage=GradeStage.UNKNOWN), GradeColumn.FINAL)),
        ("R93", "held"),
    ),
    Example("R93", "a change after the roll", lambda: change_of("C", "B"), None),
    Example("R93", "a change after the window", lambda: change_of(None, "B", GradeStage.ENTERED, over=True), None),
    Example("R93", "an incomplete after the roll", lambda: change_of("C", "I"), None),
    Example("R93", "no reason given", lambda: says(change_of("C", "B", reason=" ")), ("R93", "held")),
    Example("R93", "still to be submitted", lambda: says(change_of(None, "B", GradeStage.ENTERED)), ("R93", "held")),
    Example("R93", "a W on record", lambda: says(change_of("W", "B")), ("R80", "held")),
    Example("R93", "a W asked for", lambda: says(change_of("C", "W")), ("R76", "held")),
    Example("R93", "a letter that is none", lambda: says(change_of("C", "Z")), ("R76", "held")),
    Example("R93", "the grade on record", lambda: says(change_of("C", "C")), ("R96", "held")),
    Example(
        "R94",
        "the last second before the freeze",
        lambda: windows.judge_interim_window(PRACTICE, "full", ZONE, datetime(2026, 10, 24, 3, 59, 59, tzinfo=UTC)),
        None,
    ),
    Example(
        "R94",
        "frozen",
        lambda: says(windows.judge_interim_window(PRACTICE, "full", ZONE, datetime(2026, 10, 24, 4, 0, tzinfo=UTC))),
        ("R94", "stopped"),
    ),
    Example(
        "R94",
        "not open yet",
        lambda: says(windows.judge_interim_window(PRACTICE, "full", ZONE, datetime(2026, 9, 28, 3, tzinfo=UTC))),
        ("R94", "stopped"),
    ),
    Example(
        "R94",
        "no window set",
        lambda: says(windows.judge_interim_window(PRACTICE, "late", ZONE, NEXT_DAY)),
        ("R94", "stopped"),
    ),
    Example("R94", "no column named", lambda: says(windows.judge_column(GradeColumn.UNKNOWN)), ("R94", "stopped")),
    Example(
        "R94",
        "interim over a rolled final",
        lambda: windows.judge_stage(options(stage=GradeStage.ROLLED), INTERIM),
        None,
    ),
)


_SENDING = (
    Example(
        "R95",
        "refused stays open",
        lambda: sending.outstanding([line()], [receipt(line(), ReceiptOutcome.REFUSED)]),
        (line(),),
    ),
    Example("R95", "no answer stays open", lambda: sending.outstanding([line()], []), (line(),)),
    Example(
        "R95", "all graders are told", lambda: sending.receivers_of_receipts(grading()), frozenset({TEACHER, DELEGATE})
    ),
    Example("R96", "the same again", lambda: sending.outstanding([line()], [receipt(line())]), ()),
    Example("R96", "another letter", lambda: sending.outstanding([line("A")], [receipt(line())]), (line("A"),)),
    Example(
        "R96",
        "back to the first after a second",
        lambda: sending.outstanding([line("B")], [receipt(line("A"), minutes=5), receipt(line("B"))]),
        (line("B"),),
    ),
    Example(
        "R96",
        "the SIS has it",
        lambda: sending.is_already_held(options(final_letter="B"), GradeColumn.FINAL, "B"),
        True,
    ),
    Example("R96", "taken out again", lambda: says(taken_out(None)), ("R96", "left_out")),
    Example("R96", "another grade by hand", lambda: says(taken_out("C")), ("R96", "left_out")),
    Example("R96", "as it was carried", lambda: taken_out("B"), None),
    Example("R96", "a W since", lambda: taken_out("W"), None),
    Example("R96", "another one rolled", lambda: taken_out("C", stage=GradeStage.ROLLED), None),
    Example("R96", "dropped since", lambda: taken_out(None, status=RegistrationStatus.DROPPED), None),
    Example(
        "R97",
        "another grade in the SIS",
        lambda: says(sending.judge_already_graded(options(final_letter="A"), GradeColumn.FINAL, "B")),
        ("R97", "left_out"),
    ),
    Example(
        "R97", "the same", lambda: sending.judge_already_graded(options(final_letter="B"), GradeColumn.FINAL, "B"), None
    ),
    Example(
        "R97",
        "interim is replaced weekly",
        lambda: sending.judge_already_graded(options(interim_letter="A"), INTERIM, "B"),
        None,
    ),
    Example("R98", "to the SIS", lambda: sending.may_carry_grades(Outlet.SIS), True),
    Example("R98", "a ticket", lambda: sending.may_carry_grades(Outlet.TICKET), False),
    Example("R98", "a channel", lambda: sending.may_carry_grades(Outlet.CHANNEL), False),
    Example("R98", "an unknown place", lambda: sending.may_carry_grades(Outlet.UNKNOWN), False),
)


GRADE_SENDING: tuple[Example, ...] = (*_ROSTERS, *_WINDOWS, *_SENDING)
