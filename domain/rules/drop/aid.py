"""Federal aid: whether the aid office must look, and the dates it needs; it alone decides (R104 to R109)."""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from domain.drop_policy import AidClock, PartDates, PolicyTable
from domain.drops import Drop, Flags, Schedule
from domain.rules.drop.aid_days import PeriodShare, first_day_after, midpoint, share_completed
from domain.rules.drop.engagement import Certainty, LastDays

WHOLE_TERM = "full"
"""Part-of-term code of the whole term."""


class AidQuestion(StrEnum):
    """Why the aid office must look, or why it need not."""

    LOAD_ONLY = "load_only"
    WITHDRAWAL = "withdrawal"
    MODULES = "modules"
    NO_AID = "no_aid"
    UNKNOWN = "unknown"


class EnrolmentReport(StrEnum):
    """What the drop means for enrolment reporting; the office sends it, the system supplies the dates (R108, R109)."""

    LOAD = "load"
    WITHDRAWN = "withdrawn"
    EXPECTED_BACK = "expected_back"
    UNKNOWN = "unknown"


class AidDates(NamedTuple):
    """Dates for the aid office, none of them a decision.

    ``withdrawn_on`` is the last engagement, or the midpoint where none is known and attendance need not be taken;
    ``determined_on`` is when the institution learnt of it and starts the clocks (R107); both stay apart (R108).
    """

    withdrawn_on: date | None
    by_midpoint: bool
    share: PeriodShare | None
    earned_after: date | None
    midpoint_on: date | None
    determined_on: date
    determine_by_on: date | None
    return_by_on: date
    report_by_on: date


def aid_question(drop: Drop, schedule: Schedule | None, flags: Flags | None) -> AidQuestion:
    """Say why the aid office must look at a drop.

    One class of several changes the load and nothing else, as long as another runs in the same part or the whole term
    (R105). Where only classes of other parts remain, or the student wrote of coming back to one, the office weighs it
    across the modules (R106). Whoever holds no class any more has withdrawn (R104).
    """
    if schedule is None or flags is None or flags.federal_aid is None:
        return AidQuestion.UNKNOWN
    if not flags.federal_aid:
        return AidQuestion.NO_AID
    parts = {held.part for held in schedule.others}
    if parts & {drop.part, WHOLE_TERM}:
        return AidQuestion.LOAD_ONLY
    returns = flags.intends_return and drop.part != WHOLE_TERM
    return AidQuestion.MODULES if parts or returns else AidQuestion.WITHDRAWAL


def enrolment_report(schedule: Schedule | None, flags: Flags | None, dates: PartDates) -> EnrolmentReport:
    """Say what is reported: a change of load, or a withdrawal unless nobody must attend and the student is expected
    back (R108, R109).
    """
    if schedule is None:
        return EnrolmentReport.UNKNOWN
    if schedule.others:
        return EnrolmentReport.LOAD
    if dates.required_term:
        return EnrolmentReport.WITHDRAWN
    if flags is None or flags.expected_back is None:
        return EnrolmentReport.UNKNOWN
    return EnrolmentReport.EXPECTED_BACK if flags.expected_back else EnrolmentReport.WITHDRAWN


def aid_dates(days: LastDays, determined_on: date, table: PolicyTable) -> AidDates:
    """Return every date the aid office asks for, by the calendar and the table (R104, R107, R108).

    Where no engagement is known, the midpoint stands in only at an institution that need not take attendance, and only
    if a complete reading found none.
    """
    clock, dates = table.standards.aid, table.dates
    middle = midpoint(dates, clock.break_days_excluded_from)
    withdrawn_on = _withdrawn_on(days, clock, middle)
    return AidDates(
        withdrawn_on=withdrawn_on,
        by_midpoint=withdrawn_on is not None and days.engaged_on is None,
        share=share_completed(withdrawn_on, dates, clock.break_days_excluded_from) if withdrawn_on else None,
        earned_after=first_day_after(clock.earned_percent, dates, clock.break_days_excluded_from),
        midpoint_on=middle,
        determined_on=determined_on,
        determine_by_on=_determine_by(days, clock),
        return_by_on=determined_on + timedelta(days=clock.return_days),
        report_by_on=determined_on + timedelta(days=clock.report_days),
    )


def _withdrawn_on(days: LastDays, clock: AidClock, middle: date | None) -> date | None:
    if days.certainty is Certainty.KNOWN:
        return days.engaged_on
    return middle if days.certainty is Certainty.NONE_FOUND and not clock.attendance_taking else None


def _determine_by(days: LastDays, clock: AidClock) -> date | None:
    """Return the day by which an institution that takes attendance must have determined the withdrawal (R107)."""
    if not clock.attendance_taking or days.engaged_on is None or days.certainty is not Certainty.KNOWN:
        return None
    return days.engaged_on + timedelta(days=clock.determination_days)
