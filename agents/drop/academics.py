"""Load, progress, repeats and the courses that rest on the class (R111, S116); the work in the LMS (S113, S114)."""

from collections.abc import Iterator

from agents.drop.names import FigureName, NoticeName, QuestionName
from agents.drop.situation import Situation, ask, counted, tell, worded
from agents.drop.statement import Line, Unit
from domain.drops import Progress, Requirements, Schedule
from domain.rules.drop.load import Load, LoadChange, load_change
from domain.rules.drop.prerequisites import courses_in_the_chain
from domain.rules.drop.progress import attempts_after, hours_after


def change_of_load(case: Situation) -> LoadChange | None:
    """Return the load on both sides of the drop, or None where it is not known."""
    schedule = case.facts.schedule
    threshold = case.table.standards.threshold(schedule.level) if schedule else None
    return load_change(schedule, threshold) if schedule and threshold else None


def load_lines(case: Situation) -> Iterator[Line]:
    """Say which threshold is crossed (R111)."""
    schedule, change = case.facts.schedule, change_of_load(case)
    if schedule is None:
        yield ask(QuestionName.SCHEDULE, "R111", case.office)
        return
    if change is None:
        yield ask(QuestionName.LEVEL, "R111", case.office)
        return
    row = case.standing(f"load.{schedule.level}")
    for name, hours in ((FigureName.HOURS_BEFORE, change.hours_before), (FigureName.HOURS_AFTER, change.hours_after)):
        yield counted(name, hours, Unit.HOURS, rule="R111", row=row, source=schedule.source)
    for name, load in ((FigureName.LOAD_BEFORE, change.before), (FigureName.LOAD_AFTER, change.after)):
        yield worded(name, load.value, rule="R111", row=row, source=schedule.source)
    yield from _crossed(change, row)


def _crossed(change: LoadChange, row: str) -> Iterator[Line]:
    if change.before is Load.FULL_TIME and change.changes:
        yield tell(NoticeName.BELOW_FULL_TIME, "R111", row)
    if change.before is not Load.LESS_THAN_HALF and change.after is Load.LESS_THAN_HALF:
        yield tell(NoticeName.BELOW_HALF_TIME, "R111", row)


def progress_lines(case: Situation) -> Iterator[Line]:
    """Say what the drop does to hours, pace, attempts and withdrawals (R111); nothing where another process decides."""
    progress, schedule = case.facts.progress, case.facts.schedule
    if not case.single_drop or schedule is None:
        return
    if progress is None:
        yield ask(QuestionName.PROGRESS, "R111", case.office)
        return
    yield from _hours(case, progress, schedule)
    yield from _attempts(case, progress)


def _hours(case: Situation, progress: Progress, schedule: Schedule) -> Iterator[Line]:
    after = hours_after(progress, schedule.hours, case.outcome, case.table.standards.progress)
    pace, most = case.standing("progress.pace_percent"), case.standing("progress.maximum_percent")
    of = progress.source
    yield counted(FigureName.ATTEMPTED_AFTER, after.attempted, Unit.HOURS, rule="R111", row=pace, source=of)
    if after.pace_percent is not None:
        yield counted(FigureName.PACE_AFTER, after.pace_percent, Unit.PERCENT, rule="R111", row=pace, source=of)
    yield counted(FigureName.MAXIMUM_HOURS, after.maximum_hours, Unit.HOURS, rule="R111", row=most, source=of)
    if not after.meets_pace:
        yield tell(NoticeName.PACE_NOT_MET, "R111", pace)
    if not after.within_maximum:
        yield tell(NoticeName.MAXIMUM_EXCEEDED, "R111", most)


def _attempts(case: Situation, progress: Progress) -> Iterator[Line]:
    after = attempts_after(progress, case.outcome, case.table.standards.repeats)
    tries, limit = case.standing("repeats.attempts_at_most"), case.standing("repeats.withdrawals_at_most")
    of = progress.source
    yield counted(FigureName.ATTEMPTS, after.attempts, Unit.COUNT, rule="R111", row=tries, source=of)
    yield counted(FigureName.WITHDRAWALS, after.withdrawals, Unit.COUNT, rule="R111", row=limit, source=of)
    if not after.another_attempt:
        yield tell(NoticeName.NO_FURTHER_ATTEMPT, "R111", tries)
    if not after.within_withdrawals:
        yield tell(NoticeName.WITHDRAWAL_LIMIT, "R111", limit)


def chain_lines(case: Situation) -> Iterator[Line]:
    """Name the courses that the drop leaves without a prerequisite, and those that had to be taken together (R111)."""
    requirements = case.facts.requirements
    if requirements is None:
        yield ask(QuestionName.REQUIREMENTS, "R111", case.office)
        return
    for together, name in ((False, NoticeName.PREREQUISITE_CHAIN), (True, NoticeName.TAKEN_TOGETHER)):
        courses = _chain(case, requirements, together=together)
        if courses:
            yield tell(name, "R111", f"catalogue, {requirements.source}", details=courses)


def _chain(case: Situation, requirements: Requirements, *, together: bool) -> tuple[str, ...]:
    progress, schedule = case.facts.progress, case.facts.schedule
    return courses_in_the_chain(
        case.facts.drop.course,
        (row for row in requirements.rows if row.together is together),
        requirements.planned,
        passed=progress.passed if progress else frozenset(),
        held=frozenset(held.course for held in schedule.others) if schedule else frozenset(),
    )


def work_lines(case: Situation) -> Iterator[Line]:
    """Attach what was handed in and the current score (S113, S114); no score is not a score of zero."""
    work = case.facts.work
    if work is None:
        yield ask(QuestionName.WORK, "S113", case.office)
        return
    row = "no policy row: as the LMS shows it"
    yield counted(FigureName.SUBMITTED, work.submitted, Unit.COUNT, rule="S113", row=row, source=work.source)
    if work.score is not None:
        yield counted(FigureName.SCORE, work.score, Unit.PERCENT, rule="S114", row=row, source=work.source)
