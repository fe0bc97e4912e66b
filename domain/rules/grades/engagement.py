"""A failing grade needs the last day of academic engagement, because aid may have to be returned by it (R84)."""

from domain.grades import GradeBlock, GradeColumn, GradeMeaning
from domain.rules.grades.case import GradeCase, hold

_FIX = "Enter the last day the student took part in class work, or that they never attended; a login is not one."


def needs_engagement(case: GradeCase) -> bool:
    """Tell whether the letter needs it: where the SIS says so, and for a failing final grade unless it says not."""
    if case.grade is None:
        return False
    if case.grade.needs_engagement is not None:
        return case.grade.needs_engagement
    return case.grade.meaning is GradeMeaning.FAILING and case.column is GradeColumn.FINAL


def judge_engagement(case: GradeCase) -> GradeBlock | None:
    """Hold a failing grade without one plausible answer: a date within the section and not ahead, or never attended."""
    if not needs_engagement(case):
        return None
    date = case.entry.last_engagement_on if case.entry else None
    never = case.entry is not None and case.entry.never_attended
    if date is None:
        missing = f"The grade {case.letter} needs the last day of academic engagement, and none is given."
        return None if never else hold("R84", missing, _FIX)
    if never:
        return hold("R84", f"The student cannot have engaged on {date} and never attended.", _FIX)
    if not case.section.start_on <= date <= min(case.section.end_on, case.today):
        return hold("R84", f"The last day of engagement, {date}, lies outside the section or ahead.", _FIX)
    return None
