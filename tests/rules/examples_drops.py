"""One situation or more per rule about leaving a class (R99 to R116)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.drop_policy import AttendancePractice, ConductPractice, GradeMarks, Population, SpecialPopulation
from domain.drops import Drop, DropKind, Flags, HeldClass, Progress, Requirement, Schedule, Source
from domain.engagement import EngagementEvent, EngagementKind, EngagementRead
from domain.ids import Crn, RecordHandle, SectionKey, TermCode
from domain.rules.drop import (
    aid,
    aid_days,
    attendance,
    deadlines,
    engagement,
    evidence,
    load,
    obstacles,
    prerequisites,
    progress,
    refunds,
)
from domain.rules.drop.aid import AidQuestion, EnrolmentReport
from domain.rules.drop.attendance import Attendance, UnofficialWithdrawal
from domain.rules.drop.engagement import Certainty, LastDays
from domain.rules.drop.load import Load
from domain.rules.drop.obstacles import Conduct, LastClass
from domain.rules.drop.transcript import TranscriptOutcome
from evals.drop.cases import read_table
from tests.rules.situation import Example

TERM = TermCode("202680")
FOUND = [read_table(name).table(TERM, part) for name, part in (("semester", "full"), ("eight-week", "2"))]
SEMESTER, EIGHT_WEEK = (table for table in FOUND if table is not None)
DATES, MODULE = SEMESTER.dates, EIGHT_WEEK.dates
SUMMER = DATES.model_copy(update={"required_term": False})
ZONE = ZoneInfo("America/New_York")
NOON = datetime(2026, 9, 10, 16, tzinfo=UTC)
READ = Source(system="banner", read_at=NOON)
KIND = EngagementKind


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def event(kind: EngagementKind, at: datetime = NOON) -> EngagementEvent:
    return EngagementEvent(kind=kind, at=at, record="event 1")


def reading(*events: EngagementEvent, complete: bool = True, read_at: datetime = NOON) -> EngagementRead:
    return EngagementRead(events=events, complete=complete, system="canvas", read_at=read_at)


def drop(part: str = "full") -> Drop:
    section = SectionKey(TERM, Crn("10001"))
    return Drop(
        kind=DropKind.REQUESTED,
        person=RecordHandle("per_1"),
        section=section,
        course="MATH 101",
        part=part,
        code="DD",
        at=NOON,
        source=READ,
    )


def schedule(*hours: str, part: str = "full", own: str = "3") -> Schedule:
    others = tuple(
        HeldClass(section=SectionKey(TERM, Crn(f"2000{at}")), course=f"OTHR {at}", part=part, hours=Decimal(each))
        for at, each in enumerate(hours)
    )
    return Schedule(level="UG", hours=Decimal(own), others=others, source=READ)


def flags(**changed: object) -> Flags:
    values = {"populations": frozenset(), "pending_conduct": False, "federal_aid": True, "source": READ}
    return Flags.model_validate({**values, **changed})


ENGAGED = LastDays(day(10, 23), event(KIND.SUBMISSION), day(10, 23), Certainty.KNOWN)
NEVER = LastDays(None, None, day(9, 10), Certainty.NONE_FOUND)
UNREAD = LastDays(None, None, None, Certainty.UNKNOWN)
MARKS = GradeMarks(passing=("A", "D-"), failing=("F",))
AGREED = AttendancePractice(office="Compliance", confirmed_on=day(8, 1))
BELOW_FULL = SpecialPopulation(population=Population.INTERNATIONAL, office="ISO", below_full_time_only=True)
ALWAYS = SpecialPopulation(population=Population.ATHLETE, office="Athletics")
ROWS = (BELOW_FULL, ALWAYS)
BOTH = frozenset({Population.ATHLETE, Population.INTERNATIONAL})
EARNED = Progress(
    attempted=Decimal(45),
    completed=Decimal(32),
    programme_hours=Decimal(120),
    earlier_attempts=2,
    withdrawals=6,
    source=READ,
)
NEEDS = (
    Requirement(course="B", any_of=frozenset({"A"})),
    Requirement(course="C", any_of=frozenset({"B"})),
    Requirement(course="D", any_of=frozenset({"A", "X"})),
    Requirement(course="A", any_of=frozenset({"C"})),
)


def unofficial(*grades: str, days: tuple[LastDays, ...]) -> UnofficialWithdrawal:
    return attendance.unofficial_withdrawal(grades, days, day(10, 23), MARKS)


def tier(code: str, on: date) -> str | None:
    found = refunds.refund_tier(code, on, DATES)
    return found.row if found else None


def aid_dates(days: LastDays, *, notified_on: date | None = None) -> aid.AidDates:
    return aid.aid_dates(days, SEMESTER, determined_on=day(9, 10), notified_on=notified_on)


def three_days(dates: aid.AidDates) -> tuple[date | None, ...]:
    return dates.engaged_on, dates.notified_on, dates.determined_on


def chain(planned: tuple[str, ...], passed: str = "", held: str = "") -> tuple[str, ...]:
    return prerequisites.courses_in_the_chain("A", NEEDS, planned, frozenset(passed), frozenset(held))


DROPS: tuple[Example, ...] = (
    *(
        Example("R99", f"{kind} counts", lambda kind=kind: engagement.is_academic(kind), True)
        for kind in list(KIND)[:6]
    ),
    *(
        Example("R99", f"{kind} does not", lambda kind=kind: engagement.is_academic(kind), False)
        for kind in list(KIND)[6:]
    ),
    Example(
        "R100",
        "a login after the last submission",
        lambda: engagement.last_days(
            reading(event(KIND.SUBMISSION), event(KIND.LOGIN, datetime(2026, 9, 12, 3, tzinfo=UTC))), ZONE
        ),
        LastDays(day(9, 10), event(KIND.SUBMISSION), day(9, 11), Certainty.KNOWN),
    ),
    Example("R100", "not read", lambda: engagement.last_days(None, ZONE), UNREAD),
    Example(
        "R100",
        "read in part",
        lambda: engagement.last_days(reading(complete=False), ZONE).certainty,
        Certainty.UNKNOWN,
    ),
    Example("R101", "agreed", lambda: engagement.may_count_as_attendance(AGREED, day(8, 1)), True),
    Example("R101", "agreed later", lambda: engagement.may_count_as_attendance(AGREED, day(7, 31)), False),
    Example(
        "R101",
        "not agreed",
        lambda: engagement.may_count_as_attendance(AttendancePractice(office="Compliance"), day(9, 1)),
        False,
    ),
    Example("R102", "logins only", lambda: attendance.attendance_of(NEVER), Attendance.NEVER),
    Example("R102", "one submission", lambda: attendance.attendance_of(ENGAGED), Attendance.BEGUN),
    Example("R102", "not read", lambda: attendance.attendance_of(UNREAD), Attendance.UNKNOWN),
    Example("R103", "one pass", lambda: unofficial("F", "D-", days=(NEVER,)), UnofficialWithdrawal.NOT_ALL_FAILING),
    Example("R103", "an incomplete", lambda: unofficial("F", "I", days=(NEVER,)), UnofficialWithdrawal.UNKNOWN),
    Example("R103", "no grades", lambda: unofficial(days=()), UnofficialWithdrawal.UNKNOWN),
    Example(
        "R103",
        "engaged past the point in one class",
        lambda: unofficial("F", "F", days=(NEVER, ENGAGED)),
        UnofficialWithdrawal.ENGAGED_PAST_POINT,
    ),
    Example("R103", "one class not read", lambda: unofficial("F", "F", days=(NEVER,)), UnofficialWithdrawal.UNKNOWN),
    Example(
        "R103", "one read in part", lambda: unofficial("F", "F", days=(NEVER, UNREAD)), UnofficialWithdrawal.UNKNOWN
    ),
    Example("R103", "nowhere seen", lambda: unofficial("F", "F", days=(NEVER, NEVER)), UnofficialWithdrawal.PRESUMED),
    Example("R104", "the day past sixty percent", lambda: aid_dates(NEVER).earned_after, day(10, 23)),
    Example(
        "R104",
        "exactly sixty percent",
        lambda: aid_days.share_completed(day(11, 14), MODULE, 5),
        aid_days.PeriodShare(27, 45, Decimal("60.0")),
    ),
    Example("R104", "the day after it", lambda: aid_days.first_day_after(Decimal(60), MODULE, 5), day(11, 15)),
    Example("R104", "a share never passed", lambda: aid_days.first_day_after(Decimal(100), MODULE, 5), None),
    Example("R104", "half of an odd count", lambda: aid_days.midpoint(MODULE, 5), day(11, 10)),
    Example("R104", "before the first day", lambda: aid_days.days_through(day(8, 23), DATES, 5), 0),
    Example("R104", "after the last day", lambda: aid_days.days_through(day(12, 31), DATES, 5), 101),
    Example("R104", "a short break counts", lambda: aid_days.days_through(day(10, 13), DATES, 5), 51),
    Example("R104", "inside a long break", lambda: aid_days.days_through(day(11, 25), DATES, 5), 89),
    Example("R104", "nobody saw or heard of them", lambda: aid_dates(NEVER).midpoint_stands_in, True),
    Example("R104", "with notice", lambda: aid_dates(NEVER, notified_on=day(9, 10)).midpoint_stands_in, False),
    Example("R104", "a reading in part", lambda: aid_dates(UNREAD).midpoint_stands_in, False),
    Example(
        "R104",
        "where attendance must be taken",
        lambda: aid.aid_dates(NEVER, EIGHT_WEEK, determined_on=day(11, 1)).midpoint_stands_in,
        False,
    ),
    Example("R104", "the last class", lambda: aid.aid_question(drop(), schedule(), flags()), AidQuestion.WITHDRAWAL),
    Example(
        "R104", "no aid", lambda: aid.aid_question(drop(), schedule(), flags(federal_aid=False)), AidQuestion.NO_AID
    ),
    Example("R104", "aid not known", lambda: aid.aid_question(drop(), schedule(), None), AidQuestion.UNKNOWN),
    Example("R105", "one of two", lambda: aid.aid_question(drop(), schedule("3"), flags()), AidQuestion.LOAD_ONLY),
    Example(
        "R106",
        "only a later part is left",
        lambda: aid.aid_question(drop("1"), schedule("3", part="2"), flags()),
        AidQuestion.MODULES,
    ),
    Example(
        "R106",
        "one of the same part is left",
        lambda: aid.aid_question(drop("1"), schedule("3", part="1"), flags()),
        AidQuestion.LOAD_ONLY,
    ),
    Example(
        "R106",
        "a written wish to come back",
        lambda: aid.aid_question(drop("1"), schedule(), flags(intends_return=True)),
        AidQuestion.MODULES,
    ),
    Example("R107", "45 days from the determination", lambda: aid_dates(ENGAGED).return_by_on, day(10, 25)),
    Example(
        "R107",
        "14 days from the last engagement",
        lambda: aid.aid_dates(ENGAGED, EIGHT_WEEK, determined_on=day(11, 1)).determine_by_on,
        day(11, 6),
    ),
    Example("R107", "no duty to take attendance", lambda: aid_dates(ENGAGED).determine_by_on, None),
    Example(
        "R108",
        "three days that stay apart",
        lambda: three_days(aid_dates(ENGAGED, notified_on=day(9, 9))),
        (day(10, 23), day(9, 9), day(9, 10)),
    ),
    Example("R108", "60 days to report", lambda: aid_dates(ENGAGED).report_by_on, day(11, 9)),
    Example("R108", "a class is left", lambda: aid.enrolment_report(schedule("3"), None, DATES), EnrolmentReport.LOAD),
    Example("R108", "not read", lambda: aid.enrolment_report(None, None, DATES), EnrolmentReport.UNKNOWN),
    Example("R108", "none is left", lambda: aid.enrolment_report(schedule(), None, DATES), EnrolmentReport.WITHDRAWN),
    Example(
        "R109",
        "summer, expected back",
        lambda: aid.enrolment_report(schedule(), flags(expected_back=True), SUMMER),
        EnrolmentReport.EXPECTED_BACK,
    ),
    Example(
        "R109",
        "summer, not expected back",
        lambda: aid.enrolment_report(schedule(), flags(expected_back=False), SUMMER),
        EnrolmentReport.WITHDRAWN,
    ),
    Example(
        "R109", "summer, not known", lambda: aid.enrolment_report(schedule(), flags(), SUMMER), EnrolmentReport.UNKNOWN
    ),
    Example("R110", "the last day of a row", lambda: tier("DD", day(9, 6)), "SEM-2"),
    Example("R110", "the day after", lambda: tier("DD", day(9, 7)), "SEM-3"),
    Example("R110", "a code with a row of its own", lambda: tier("DC", day(11, 1)), "SEM-C"),
    Example("R110", "a day without a row", lambda: tier("DD", day(12, 12)), None),
    Example(
        "R111",
        "below full-time",
        lambda: load.load_change(schedule("11.5"), SEMESTER.standards.load[0])[2:],
        (Load.FULL_TIME, Load.HALF_TIME),
    ),
    Example(
        "R111",
        "a W lowers the pace",
        lambda: progress.hours_after(EARNED, Decimal(3), TranscriptOutcome.WITHDRAWAL, SEMESTER.standards.progress),
        progress.HoursAfter(Decimal(48), Decimal(32), Decimal("66.66"), False, Decimal(180), True),
    ),
    Example(
        "R111",
        "no record leaves it",
        lambda: (
            progress.hours_after(
                EARNED, Decimal(3), TranscriptOutcome.NO_RECORD, SEMESTER.standards.progress
            ).pace_percent
        ),
        Decimal("71.11"),
    ),
    Example(
        "R111",
        "nothing attempted has no pace",
        lambda: progress.hours_after(
            EARNED.model_copy(update={"attempted": Decimal(0), "completed": Decimal(0)}),
            Decimal(3),
            TranscriptOutcome.NO_RECORD,
            SEMESTER.standards.progress,
        )[2:4],
        (None, True),
    ),
    Example(
        "R111",
        "the third attempt and the seventh W",
        lambda: progress.attempts_after(EARNED, TranscriptOutcome.WITHDRAWAL, SEMESTER.standards.repeats),
        progress.AttemptsAfter(3, False, 7, False),
    ),
    Example(
        "R111",
        "where a W is no attempt",
        lambda: progress.attempts_after(EARNED, TranscriptOutcome.WITHDRAWAL, EIGHT_WEEK.standards.repeats),
        progress.AttemptsAfter(2, True, 7, True),
    ),
    Example("R111", "a chain of two", lambda: chain(("B", "C")), ("B", "C")),
    Example("R111", "another course was passed", lambda: chain(("D",), passed="X"), ()),
    Example("R111", "another course is held", lambda: chain(("D",), held="X"), ()),
    Example("R111", "passed before", lambda: chain(("B",), passed="A"), ()),
    Example("R111", "a circle ends", lambda: chain(("C", "B", "A")), ("C", "B", "A")),
    Example("R112", "below full-time", lambda: obstacles.offices_first(BOTH, Load.HALF_TIME, ROWS), ROWS),
    Example("R112", "still full-time", lambda: obstacles.offices_first(BOTH, Load.FULL_TIME, ROWS), (ALWAYS,)),
    Example("R112", "load not known", lambda: obstacles.offices_first(BOTH, None, ROWS), ROWS),
    Example("R112", "none of them", lambda: obstacles.offices_first(frozenset(), None, ROWS), ()),
    Example("R113", "one is left", lambda: obstacles.last_class(schedule("3"), day(9, 1), DATES), LastClass.NOT_LAST),
    Example(
        "R113", "none is left", lambda: obstacles.last_class(schedule(), day(8, 24), DATES), LastClass.TERM_WITHDRAWAL
    ),
    Example(
        "R113", "before the term", lambda: obstacles.last_class(schedule(), day(8, 23), DATES), LastClass.SINGLE_DROP
    ),
    Example(
        "R113",
        "a table without such a day",
        lambda: obstacles.last_class(schedule(), day(8, 23), MODULE),
        LastClass.TERM_WITHDRAWAL,
    ),
    Example("R113", "not read", lambda: obstacles.last_class(None, day(9, 1), DATES), LastClass.UNKNOWN),
    Example(
        "R114",
        "five days on, across the change of clocks",
        lambda: deadlines.reinstatement_ends_at(datetime(2026, 10, 27, 13, tzinfo=UTC), SEMESTER),
        datetime(2026, 11, 2, 4, 59, 59, tzinfo=UTC),
    ),
    Example("R115", "pending, barred", lambda: obstacles.conduct(True, ConductPractice.BAR), Conduct.BARRED),
    Example("R115", "pending, warned", lambda: obstacles.conduct(True, ConductPractice.WARN), Conduct.WARNED),
    Example("R115", "pending, ignored", lambda: obstacles.conduct(True, ConductPractice.IGNORE), Conduct.CLEAR),
    Example("R115", "none pending", lambda: obstacles.conduct(False, ConductPractice.BAR), Conduct.CLEAR),
    Example("R115", "nobody told", lambda: obstacles.conduct(None, ConductPractice.WARN), Conduct.UNKNOWN),
    Example("R116", "kept at the drop", lambda: evidence.may_end_access(reading(), NOON), True),
    Example("R116", "read in part", lambda: evidence.may_end_access(reading(complete=False), NOON), False),
    Example(
        "R116",
        "read before the drop",
        lambda: evidence.may_end_access(reading(), datetime(2026, 9, 10, 16, 0, 1, tzinfo=UTC)),
        False,
    ),
    Example("R116", "nothing kept", lambda: evidence.may_end_access(None, NOON), False),
    Example("R116", "no date", lambda: evidence.may_end_access(reading(), None), False),
)
