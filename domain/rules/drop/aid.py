"""Federal aid: whether the aid office must look, and the dates it needs; it alone decides (R104 to R109)."""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from domain.drop_policy import AidClock, PartDates, PolicyTable
from domain.drops import Drop, Flags, Schedule
from domain.rules.drop.aid_days import PeriodShare, first_day_after, midpoint, share_completed
from domain.rules.drop.engagement import Certainty, LastDays


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

    ``engaged`` is the share of the period through the last engagement, ``notified`` through the day the student gave
    notice; each is None where its day is not known. ``midpoint_stands_in`` tells that neither is known and attendance
    need not be taken. ``determined_on`` is when the institution learnt of it and starts the clocks (R107); it stays
    apart from the days on which anything took effect (R108).
    """

    engaged_on: date | None
    engaged: PeriodShare | None
    notified_on: date | None
    notified: PeriodShare | None
    earned_after: date | None
    midpoint_on: date | None
    midpoint_stands_in: bool
    determined_on: date
    determine_by_on: date | None
    return_by_on: date
    report_by_on: date


def aid_question(drop: Drop, schedule: Schedule | None, flags: Flags | None, whole_term: str = "full") -> AidQuestion:
    """Say why the aid office must look at a drop; ``whole_term`` is the code of the part that is the whole term.

    One class of several changes the load and nothing else, as long as another runs in the same part or the whole term
    (R105). Where only classes of other parts remain, or the student wrote of coming back to one, the office weighs it
    across the modules (R106). Whoever holds no class any more has withdrawn (R104).
    """
    if schedule is None or flags is None or flags.federal_aid is None:
        return AidQuestion.UNKNOWN
    if not flags.federal_aid:
        return AidQuestion.NO_AID
    parts = {held.part for held in schedule.others}
    if parts & {drop.part, whole_term}:
        return AidQuestion.LOAD_ONLY
    returns = flags.intends_return and drop.part != whole_term
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


def aid_dates(days: LastDays, table: PolicyTable, *, determined_on: date, notified_on: date | None = None) -> AidDates:
    """Return every date the aid office asks for, by the calendar and the table (R104, R107, R108).

    A last engagement counts only where the reading is complete. ``notified_on`` is None for who left without a word;
    only then, where a complete reading found no engagement and attendance need not be taken, the midpoint stands in.
    """
    clock, dates = table.standards.aid, table.dates
    engaged_on = days.engaged_on if days.certainty is Certainty.KNOWN else None
    silent = notified_on is None and days.certainty is Certainty.NONE_FOUND
    return AidDates(
        engaged_on=engaged_on,
        engaged=_share(engaged_on, table),
        notified_on=notified_on,
        notified=_share(notified_on, table),
        earned_after=first_day_after(clock.earned_percent, dates, clock.break_days_excluded_from),
        midpoint_on=midpoint(dates, clock.break_days_excluded_from),
        midpoint_stands_in=silent and not clock.attendance_taking,
        determined_on=determined_on,
        determine_by_on=_determine_by(engaged_on, clock),
        return_by_on=determined_on + timedelta(days=clock.return_days),
        report_by_on=determined_on + timedelta(days=clock.report_days),
    )


def _share(day: date | None, table: PolicyTable) -> PeriodShare | None:
    excluded_from = table.standards.aid.break_days_excluded_from
    return None if day is None else share_completed(day, table.dates, excluded_from)


def _determine_by(engaged_on: date | None, clock: AidClock) -> date | None:
    """Return the day by which an institution that takes attendance must have determined the withdrawal (R107)."""
    if not clock.attendance_taking or engaged_on is None:
        return None
    return engaged_on + timedelta(days=clock.determination_days)
