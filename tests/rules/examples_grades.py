"""Examples of the rules about grade passback (R76 to R98)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.grades import GradeColumn, GradeMeaning, GradeStage, GradingPractice, LegalGrade, ReceiptOutcome
from domain.records import GradeMode, RegistrationStatus
from domain.rules.grades import authority, engagement, incompletes, letters, rosters, scores, sending, windows
from domain.rules.grades.sending import Outlet
from tests.agents.world import part
from tests.rules.grading import (
    AUDIT,
    DELEGATE,
    LETTERS,
    OTHER,
    PASS_FAIL,
    PRACTICE,
    SECTION,
    STRANGER,
    STUDENT,
    TEACHER,
    case,
    entry,
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
_F_ON = date(2026, 11, 2)

_LETTERS = (
    Example("R76", "a legal letter", lambda: letters.judge_legal_letter(case("B")), None),
    Example("R76", "a letter of another school", lambda: says(letters.judge_legal_letter(case("H"))), ("R76", "held")),
    Example(
        "R76",
        "legal for a classmate only",
        lambda: says(letters.judge_legal_letter(case("B", options=options(grades=PASS_FAIL)))),
        ("R76", "held"),
    ),
    Example(
        "R76",
        "not said to be gradable",
        lambda: says(letters.judge_legal_letter(case(options=options(gradable=None)))),
        ("R76", "held"),
    ),
    Example(
        "R76", "no list", lambda: says(letters.judge_legal_letter(case(options=options(grades=())))), ("R76", "held")
    ),
    Example(
        "R76",
        "a meaning nobody mapped",
        lambda: says(
            letters.judge_letter_meaning(
                case("Q", options=options(grades=(LegalGrade(letter="Q", meaning=GradeMeaning.UNKNOWN),)))
            )
        ),
        ("R76", "held"),
    ),
    Example(
        "R77",
        "pass/fail where the section has none",
        lambda: says(
            letters.judge_grade_mode(options(mode=GradeMode.PASS_FAIL), grading(modes=frozenset({GradeMode.STANDARD})))
        ),
        ("R77", "held"),
    ),
    Example("R77", "a mode it has", lambda: letters.judge_grade_mode(options(), grading()), None),
    Example(
        "R77",
        "an unknown mode",
        lambda: says(letters.judge_grade_mode(options(mode=GradeMode.UNKNOWN), grading())),
        ("R77", "held"),
    ),
    Example("R78", "on the cut-off", lambda: scores.pass_or_fail(Decimal(70), PRACTICE), "P"),
    Example("R78", "just under it", lambda: scores.pass_or_fail(Decimal("69.99"), PRACTICE), "NP"),
    Example(
        "R78",
        "the LMS letter is not used",
        lambda: scores.derive_letter(options(mode=GradeMode.PASS_FAIL), row(), PRACTICE).letter,
        "P",
    ),
    Example(
        "R78",
        "no cut-off stated",
        lambda: says(
            letters.judge_pass_fail(case(options=options(mode=GradeMode.PASS_FAIL), practice=GradingPractice()))
        ),
        ("R78", "held"),
    ),
    Example(
        "R79",
        "an auditor with a B",
        lambda: says(letters.judge_audit(case("B", options=options(mode=GradeMode.AUDIT)))),
        ("R79", "left_out"),
    ),
    Example(
        "R79",
        "the auditor's own letter",
        lambda: letters.judge_audit(case("AU", options=options(mode=GradeMode.AUDIT, grades=AUDIT))),
        None,
    ),
    Example(
        "R79",
        "no letter is derived",
        lambda: scores.derive_letter(options(mode=GradeMode.AUDIT), row(), PRACTICE).letter,
        None,
    ),
    Example(
        "R80",
        "withdrawn",
        lambda: says(letters.judge_withdrawn(options(status=RegistrationStatus.WITHDRAWN))),
        ("R80", "left_out"),
    ),
    Example(
        "R80", "a W in the SIS", lambda: says(letters.judge_withdrawn(options(final_letter="W"))), ("R80", "left_out")
    ),
    Example(
        "R80",
        "dropped",
        lambda: says(letters.judge_withdrawn(options(status=RegistrationStatus.DROPPED))),
        ("R80", "left_out"),
    ),
    Example("R80", "registered", lambda: letters.judge_withdrawn(options()), None),
    Example("R80", "a W from the LMS", lambda: says(letters.judge_letter_meaning(case("W"))), ("R80", "held")),
)

_INCOMPLETES = (
    Example("R81", "nothing with it", lambda: says(incompletes.judge_incomplete(case("I"))), ("R81", "held")),
    Example(
        "R81",
        "default and date",
        lambda: incompletes.judge_incomplete(
            case("I", entry=entry(incomplete_default="F", extension_on=date(2027, 4, 30)))
        ),
        None,
    ),
    Example(
        "R81",
        "a forbidden default",
        lambda: says(
            incompletes.judge_incomplete(
                case(
                    "I",
                    options=options(grades=(*LETTERS, LegalGrade(letter="CR", meaning=GradeMeaning.PASSING))),
                    entry=entry(incomplete_default="CR", extension_on=date(2027, 4, 30)),
                )
            )
        ),
        ("R81", "held"),
    ),
    Example(
        "R81",
        "an incomplete for an incomplete",
        lambda: says(
            incompletes.judge_incomplete(case("I", entry=entry(incomplete_default="I", extension_on=date(2027, 4, 30))))
        ),
        ("R81", "held"),
    ),
    Example(
        "R81",
        "no date",
        lambda: says(incompletes.judge_incomplete(case("I", entry=entry(incomplete_default="F")))),
        ("R81", "held"),
    ),
    Example(
        "R81",
        "a date within the section",
        lambda: says(
            incompletes.judge_incomplete(
                case("I", entry=entry(incomplete_default="F", extension_on=date(2026, 12, 11)))
            )
        ),
        ("R81", "held"),
    ),
    Example(
        "R81",
        "beyond the longest extension",
        lambda: says(
            incompletes.judge_incomplete(
                case("I", entry=entry(incomplete_default="F", extension_on=date(2027, 12, 12)))
            )
        ),
        ("R81", "held"),
    ),
    Example(
        "R82",
        "after the window",
        lambda: says(incompletes.judge_late_incomplete(case("I"), window_over=True)),
        ("R82", "held"),
    ),
    Example("R82", "within it", lambda: incompletes.judge_late_incomplete(case("I"), window_over=False), None),
    Example("R83", "before any grade", lambda: incompletes.judge_no_grade_now(case("NR")), None),
    Example(
        "R83",
        "over a submitted grade",
        lambda: says(incompletes.judge_no_grade_now(case("NR", options=options(final_letter="B")))),
        ("R83", "held"),
    ),
    Example(
        "R83",
        "in the interim column",
        lambda: says(incompletes.judge_no_grade_now(case("NR", INTERIM))),
        ("R83", "held"),
    ),
    Example("R84", "an F alone", lambda: says(engagement.judge_engagement(case("F"))), ("R84", "held")),
    Example(
        "R84",
        "with its date",
        lambda: engagement.judge_engagement(case("F", entry=entry(last_engagement_on=_F_ON))),
        None,
    ),
    Example(
        "R84", "never attended", lambda: engagement.judge_engagement(case("F", entry=entry(never_attended=True))), None
    ),
    Example(
        "R84",
        "both",
        lambda: says(
            engagement.judge_engagement(case("F", entry=entry(never_attended=True, last_engagement_on=_F_ON)))
        ),
        ("R84", "held"),
    ),
    Example(
        "R84",
        "a date ahead",
        lambda: says(engagement.judge_engagement(case("F", entry=entry(last_engagement_on=date(2026, 12, 11))))),
        ("R84", "held"),
    ),
    Example(
        "R84",
        "before the section",
        lambda: says(engagement.judge_engagement(case("F", entry=entry(last_engagement_on=date(2026, 8, 23))))),
        ("R84", "held"),
    ),
    Example(
        "R84",
        "the SIS wants none for NP",
        lambda: engagement.judge_engagement(case("NP", options=options(grades=PASS_FAIL))),
        None,
    ),
    Example("R84", "an interim F", lambda: engagement.judge_engagement(case("F", INTERIM)), None),
)

_SCORES = (
    Example("R85", "override before all", lambda: scores.choose_grade(row(override_letter="A"), PRACTICE).letter, "A"),
    Example(
        "R85",
        "ungraded counts as zero",
        lambda: (
            scores.choose_grade(
                row(final_score=Decimal(40), final_letter="F"), GradingPractice(ungraded_is_zero=True)
            ).score
        ),
        Decimal(40),
    ),
    Example(
        "R85",
        "current and final apart",
        lambda: says(scores.judge_ungraded_work(case(row=row(final_score=Decimal(60))))),
        ("R85", "held"),
    ),
    Example(
        "R85",
        "no final at all",
        lambda: says(scores.judge_ungraded_work(case(row=row(final_score=None)))),
        ("R85", "held"),
    ),
    Example("R85", "rounding", lambda: scores.judge_ungraded_work(case(row=row(final_score=Decimal("85.49")))), None),
    Example(
        "R85",
        "an override settles it",
        lambda: scores.judge_ungraded_work(case(row=row(final_score=Decimal(60), override_letter="B"))),
        None,
    ),
    Example(
        "R86",
        "a hidden mark",
        lambda: says(scores.judge_hidden_grades(case(row=row(unposted_current_score=Decimal(71))))),
        ("R86", "held"),
    ),
    Example(
        "R86",
        "all posted",
        lambda: scores.judge_hidden_grades(case(row=row(unposted_current_score=Decimal("85.5")))),
        None,
    ),
    Example(
        "R87",
        "no scheme",
        lambda: says(scores.judge_scheme(case(None, section=grading(has_scheme=False)))),
        ("R87", "held"),
    ),
    Example("R87", "a scheme, no letter", lambda: says(scores.judge_scheme(case(None))), ("R87", "held")),
    Example(
        "R87",
        "the instructor's own letter",
        lambda: scores.judge_scheme(case(None, entry=entry(letter="B"))),
        None,
    ),
    Example("R89", "no row", lambda: says(scores.judge_ungraded_student(None)), ("R89", "left_out")),
    Example(
        "R89",
        "never zero",
        lambda: scores.derive_letter(options(mode=GradeMode.PASS_FAIL), row(current_score=None), PRACTICE).letter,
        None,
    ),
    Example("R89", "graded", lambda: scores.judge_ungraded_student(row()), None),
)

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

GRADES: tuple[Example, ...] = (*_LETTERS, *_INCOMPLETES, *_SCORES, *_ROSTERS, *_WINDOWS, *_SENDING)
