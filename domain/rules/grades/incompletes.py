"""Incompletes and "no grade now": what must come with them, and when they are another process (R81 to R83)."""

from datetime import timedelta

from domain.changes import Tier
from domain.grades import GradeBlock, GradeColumn, GradeMeaning
from domain.rules.grades.case import GradeCase, hold


def judge_incomplete(case: GradeCase) -> GradeBlock | None:
    """Hold an incomplete without a legal default grade and a date; its lapse is the SIS's job, not ours (R81)."""
    if case.grade is None or case.grade.meaning is not GradeMeaning.INCOMPLETE:
        return None
    return _judge_default(case) or _judge_extension(case)


def _judge_default(case: GradeCase) -> GradeBlock | None:
    default = case.entry.incomplete_default if case.entry else None
    legal = case.options.find(default) if default else None
    lapses = {GradeMeaning.PASSING, GradeMeaning.FAILING}
    if legal is not None and legal.meaning in lapses and default not in case.practice.forbidden_defaults:
        return None
    seen = f"the default {default} is not allowed" if default else "no default grade is given"
    return hold(
        "R81",
        f"An incomplete needs the grade it lapses to, and {seen}.",
        "Enter the default grade that the student gets if the work stays undone.",
        Tier.PROPOSE,
    )


def _judge_extension(case: GradeCase) -> GradeBlock | None:
    date = case.entry.extension_on if case.entry else None
    latest = case.section.end_on + timedelta(days=case.practice.extension_days)
    if date is not None and case.section.end_on < date <= latest and date > case.today:
        return None
    seen = f"{date} lies outside it" if date else "none is given"
    return hold(
        "R81",
        f"An incomplete needs a date by {latest} and after the section and today, and {seen}.",
        "Enter the date until which the work may be handed in.",
        Tier.PROPOSE,
    )


def judge_late_incomplete(case: GradeCase, *, window_over: bool) -> GradeBlock | None:
    """Send an incomplete after the grading window to the change-of-grade process (R82)."""
    if case.grade is None or case.grade.meaning is not GradeMeaning.INCOMPLETE or not window_over:
        return None
    return hold(
        "R82",
        "The grading window is over; an incomplete now comes by a change of grade.",
        "File a change of grade with the registrar.",
        Tier.HUMAN,
    )


def judge_no_grade_now(case: GradeCase) -> GradeBlock | None:
    """Hold "no grade now" where a grade was submitted before, and an interim column that would get it (R83)."""
    if case.grade is None or case.grade.meaning is not GradeMeaning.NO_GRADE:
        return None
    if case.options.held_in(case.column) in {None, case.letter} and case.column is GradeColumn.FINAL:
        return None
    return hold(
        "R83",
        "No grade now cannot replace a submitted grade, and an interim column has no use for it.",
        "Leave the grade as it is, or file a change of grade.",
    )
