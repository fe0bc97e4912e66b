"""All hard rules on one student's grade, in the order in which a registrar would want them read."""

from domain.grades import GradeBlock
from domain.rules.grades import engagement, incompletes, letters, scores, sending, windows
from domain.rules.grades.case import GradeCase


def judge_grade(case: GradeCase, *, window_over: bool = False) -> tuple[GradeBlock, ...]:
    """Return every reason why this grade does not go; empty when it may (S85, S201).

    A student who is left out is so for one reason, and nothing more is said of a grade that is none.
    """
    left_out = (
        letters.judge_withdrawn(case.options),
        letters.judge_audit(case),
        scores.judge_ungraded_student(case.row, case.entry),
        sending.judge_already_graded(case.options, case.column, case.letter) if _open(case) else None,
    )
    for block in left_out:
        if block is not None:
            return (block,)
    return tuple(filter(None, _holds(case, window_over)))


def _open(case: GradeCase) -> bool:
    """Whether the SIS's grade can still be compared: after the roll the way is another, and R93 says so."""
    stage = windows.judge_stage(case.options, case.column)
    no_grade_now = incompletes.judge_no_grade_now(case)
    return stage is None and no_grade_now is None


def _holds(case: GradeCase, window_over: bool) -> tuple[GradeBlock | None, ...]:
    return (
        windows.judge_stage(case.options, case.column),
        letters.judge_grade_mode(case.options, case.section),
        letters.judge_legal_letter(case),
        letters.judge_letter_meaning(case),
        letters.judge_pass_fail(case),
        scores.judge_scheme(case),
        scores.judge_range(case),
        scores.judge_ungraded_work(case),
        scores.judge_hidden_grades(case),
        incompletes.judge_late_incomplete(case, window_over=window_over),
        incompletes.judge_incomplete(case),
        incompletes.judge_no_grade_now(case),
        engagement.judge_engagement(case),
    )
