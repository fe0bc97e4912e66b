"""Examples of the rules about single grades: letters, modes and scores (R76 to R80, R85 to R87, R89)."""

from decimal import Decimal

from domain.grades import GradeColumn, GradeMeaning, GradingPractice, LegalGrade
from domain.records import GradeMode, RegistrationStatus
from domain.rules.grades import letters, scores
from tests.rules.grading import (
    AUDIT,
    PASS_FAIL,
    PRACTICE,
    case,
    entry,
    grading,
    options,
    row,
    says,
)
from tests.rules.situation import Example

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
    Example(
        "R85",
        "an interim grade says how things stand so far",
        lambda: scores.judge_ungraded_work(
            case(column=GradeColumn.INTERIM, row=row(final_score=Decimal(60)), practice=GradingPractice())
        ),
        None,
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


GRADES: tuple[Example, ...] = (*_LETTERS, *_SCORES)
