"""Which number of the LMS counts, and when none does: ungraded, hidden, without a scheme (R85 to R87, R89)."""

from decimal import Decimal
from typing import NamedTuple

from domain.grades import (
    GradeBlock,
    GradebookRow,
    GradeColumn,
    GradeOptions,
    GradingPractice,
    InstructorEntry,
    ScoreSource,
)
from domain.records import GradeMode
from domain.rules.grades.case import GradeCase, hold, leave_out


class ChosenGrade(NamedTuple):
    """The number and the letter that count, and where they are from."""

    score: Decimal | None
    letter: str | None
    source: ScoreSource


def choose_grade(row: GradebookRow, practice: GradingPractice) -> ChosenGrade:
    """Return the grade that counts: an override before all, else final or current as the institution states (R85)."""
    if row.override_score is not None or row.override_letter is not None:
        return ChosenGrade(row.override_score, row.override_letter, ScoreSource.OVERRIDE)
    if practice.ungraded_is_zero:
        return ChosenGrade(row.final_score, row.final_letter, ScoreSource.FINAL)
    return ChosenGrade(row.current_score, row.current_letter, ScoreSource.CURRENT)


def derive_letter(
    options: GradeOptions, row: GradebookRow, practice: GradingPractice, entry: InstructorEntry | None = None
) -> ChosenGrade:
    """Return the letter that would go: the instructor's own, a pass or fail by cut-off (R78), else the LMS's letter.

    The letter is None where nothing says it; a missing score never becomes a failing grade (R89).
    """
    chosen = choose_grade(row, practice)
    if entry is not None and entry.letter is not None:
        return ChosenGrade(chosen.score, entry.letter, ScoreSource.INSTRUCTOR)
    if options.mode is GradeMode.AUDIT:
        return ChosenGrade(chosen.score, None, ScoreSource.NONE)
    if options.mode is GradeMode.PASS_FAIL:
        return ChosenGrade(chosen.score, pass_or_fail(chosen.score, practice), chosen.source)
    return chosen


def pass_or_fail(score: Decimal | None, practice: GradingPractice) -> str | None:
    """Return the letter of a pass or a fail by the stated cut-off; None without a score or a cut-off (R78)."""
    if score is None or practice.pass_from is None:
        return None
    return practice.pass_letter if score >= practice.pass_from else practice.fail_letter


def judge_ungraded_work(case: GradeCase) -> GradeBlock | None:
    """Hold where work is ungraded, which shows as current and final apart; an override settles it (R85).

    An interim grade says how the student stands so far, so work still to come keeps it back only where the institution
    counts such work as zero.
    """
    if case.column is GradeColumn.INTERIM and not case.practice.ungraded_is_zero:
        return None
    chosen = choose_grade(case.row, case.practice)
    if chosen.source is ScoreSource.OVERRIDE or case.own_letter:
        return None
    if not _apart(case.row.current_score, case.row.final_score, case.practice.score_tolerance):
        return None
    return hold(
        "R85",
        f"Work is ungraded: {_said(case.row.current_score)} without it, {_said(case.row.final_score)} as zero.",
        "Grade or excuse the work, enter zeros that are meant, or set a final grade override.",
    )


def judge_hidden_grades(case: GradeCase) -> GradeBlock | None:
    """Hold where the student sees another score than the one that would go, as marks are not posted (R86)."""
    pairs = (
        (case.row.current_score, case.row.unposted_current_score),
        (case.row.final_score, case.row.unposted_final_score),
    )
    tolerance = case.practice.score_tolerance
    if not any(hidden is not None and _apart(seen, hidden, tolerance) for seen, hidden in pairs):
        return None
    return hold(
        "R86",
        "Some marks are hidden from the student, so the score they see is another.",
        "Post all marks of the course, then make the sheet again.",
    )


def judge_scheme(case: GradeCase) -> GradeBlock | None:
    """Hold where no letter can be derived, as the LMS course has no grading scheme (R87)."""
    if case.own_letter or case.options.mode is not GradeMode.STANDARD or case.letter is not None:
        return None
    if case.section.has_scheme:
        return hold("R87", "The LMS gives a score and no letter for this student.", "Set a final grade override.")
    return hold(
        "R87",
        "The LMS course has no grading scheme, so no letter can be derived.",
        "Turn on a grading scheme in the course settings, then make the sheet again.",
    )


def judge_ungraded_student(row: GradebookRow | None, entry: InstructorEntry | None = None) -> GradeBlock | None:
    """List a student on the SIS's roster without a grade in the LMS; nothing is filled in for them (R89)."""
    if (row is not None and row.graded) or (entry is not None and entry.letter is not None):
        return None
    return leave_out(
        "R89",
        "The student is on the SIS's roster and has no grade in the LMS.",
        "Enter a grade, or leave the student ungraded.",
    )


def judge_range(case: GradeCase) -> GradeBlock | None:
    """Hold a score below zero or beyond what extra credit can give: another scale, or a slip (S201)."""
    score = choose_grade(case.row, case.practice).score
    if score is None or 0 <= score <= case.practice.highest_score:
        return None
    return hold(
        "S201",
        f"The score {score} lies outside 0 to {case.practice.highest_score} percent.",
        "Correct the mark, or its points possible, in the gradebook.",
    )


def _apart(one: Decimal | None, other: Decimal | None, tolerance: Decimal) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) > tolerance


def _said(score: Decimal | None) -> str:
    return "no score" if score is None else f"{score} percent"
