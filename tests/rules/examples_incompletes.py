"""Examples of the rules about incompletes and the last day of engagement (R81 to R84)."""

from datetime import date

from domain.grades import GradeColumn, GradeMeaning, LegalGrade
from domain.rules.grades import engagement, incompletes
from tests.rules.grading import (
    LETTERS,
    PASS_FAIL,
    case,
    entry,
    options,
    says,
)
from tests.rules.situation import Example

INTERIM = GradeColumn.INTERIM
_F_ON = date(2026, 11, 2)
INCOMPLETES: tuple[Example, ...] = (
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
