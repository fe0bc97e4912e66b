"""Says of each seat whether it was ever taken, and of each student whether they seem to have left (R100 to R103).

An answer is yes, no, or empty with the reason. Yes always rests on complete readings; one sign of engagement is enough
for no. Nothing here is a decision: the registrar and the aid office decide (R101, R104).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from agents.attendance.seats import Gap, Sight
from domain.calendar import local_day
from domain.drop_policy import GradeMarks
from domain.engagement import EngagementKind
from domain.grades import GradeMeaning
from domain.ids import RecordHandle
from domain.learning import AttendanceMark
from domain.rules.drop.attendance import UnofficialWithdrawal, unofficial_withdrawal
from domain.rules.drop.engagement import Certainty, LastDays, is_academic

THERE = frozenset({AttendanceMark.PRESENT, AttendanceMark.PARTLY})
AWAY = frozenset({AttendanceMark.ABSENT, AttendanceMark.EXCUSED})
SILENT_DAYS = 14
"""Days without engagement in any class after which a departure is suspected before there are grades (R107)."""
EARNED_PERCENT = Decimal(60)
"""Share of the period past which engagement speaks against an unofficial withdrawal (R103)."""
YES, NO, NOT_YET, LATE, UNKNOWN = "yes", "no", "not yet", "after census", ""
NOT_JUDGED = "grades or engagement of a class are not known"
_WORDS = {
    UnofficialWithdrawal.PRESUMED: (YES, ""),
    UnofficialWithdrawal.ENGAGED_PAST_POINT: (NO, ""),
    UnofficialWithdrawal.NOT_ALL_FAILING: (NO, ""),
    UnofficialWithdrawal.UNKNOWN: (UNKNOWN, NOT_JUDGED),
}


class Answer(NamedTuple):
    """One answer: the word, the rule it rests on, and why it is empty where it is."""

    word: str
    rule: str
    reason: str = ""


class Days(NamedTuple):
    """The last days of one seat, by campus day; ``engaged_by`` is what the last engagement was."""

    first: date | None
    last: date | None
    engaged_by: str
    present: int
    absent: int
    last_present: date | None


class Judged(NamedTuple):
    """One seat with what is said of it; ``discrepancy`` is how the two systems disagree, empty where they do not."""

    sight: Sight
    days: Days
    never: Answer
    left: Answer
    discrepancy: str


def judge_seats(sights: Sequence[Sight], today: date, zone: ZoneInfo) -> tuple[Judged, ...]:
    """Judge every seat; all classes of a student are looked at together, as a departure leaves all of them (R105)."""
    by_person: dict[RecordHandle, list[Sight]] = defaultdict(list)
    for sight in sights:
        by_person[sight.seat.person].append(sight)
    left = {person: left_school(seats, today, zone) for person, seats in by_person.items()}
    return tuple(_judge(sight, left[sight.seat.person], today, zone) for sight in sights)


def _judge(sight: Sight, left: Answer, today: date, zone: ZoneInfo) -> Judged:
    days = days_of(sight, zone)
    return Judged(sight, days, never_attended(sight, today, zone), left, "; ".join(_discrepancies(sight, days)))


def days_of(sight: Sight, zone: ZoneInfo) -> Days:
    """Return first and last engagement, and what the SIS counted; a meeting attended is engagement too (R99)."""
    events = list(_academic(sight, zone))
    there = [mark.day for mark in sight.marks if mark.mark in THERE]
    first, last = min(events, default=None), max(events, default=None)
    return Days(
        first=first[0] if first else None,
        last=last[0] if last else None,
        engaged_by=last[1].value if last else "",
        present=len(there),
        absent=sum(mark.mark in AWAY for mark in sight.marks),
        last_present=max(there, default=None),
    )


def _academic(sight: Sight, zone: ZoneInfo) -> Iterator[tuple[date, EngagementKind]]:
    yield from ((local_day(event.at, zone), event.kind) for event in sight.events if is_academic(event.kind))
    yield from ((mark.day, EngagementKind.CLASS_ATTENDED) for mark in sight.marks if mark.mark in THERE)


def never_attended(sight: Sight, today: date, zone: ZoneInfo) -> Answer:
    """Say whether the seat was never taken (R102): ``not yet`` until census, ``after census`` if it was, later."""
    seat, rule = sight.seat, "R102"
    if seat.census_on is None:
        return Answer(UNKNOWN, rule, "the census date is not known")
    if today < seat.start_on:
        return Answer(UNKNOWN, rule, "the class has not begun")
    by = min(today, seat.census_on)
    first = days_of(sight, zone).first
    if first is not None and first <= by:
        return Answer(NO, rule)
    doubt = _doubt(sight, by)
    if doubt:
        return Answer(UNKNOWN, rule, doubt)
    if today <= seat.census_on:
        return Answer(NOT_YET, rule)
    return Answer(LATE if first is not None else YES, rule)


def _doubt(sight: Sight, by: date) -> str:
    """Return why silence proves nothing; empty where it does."""
    for gap in (Gap.ATTENDANCE, Gap.OTHER_LMS, Gap.ENGAGEMENT):
        if gap in sight.gaps:
            return gap.value
    if not sight.whole:
        return Gap.ENGAGEMENT.value
    until = [mark.mark for mark in sight.marks if mark.day <= by]
    if AttendanceMark.UNKNOWN in until:
        return "an attendance mark is not known"
    if sight.kept and not until:
        return "attendance was kept of others only"
    if not sight.kept and not sight.used:
        return "the class keeps no attendance and most of it was not engaged in the LMS by census"
    return ""


def left_school(seats: Sequence[Sight], today: date, zone: ZoneInfo) -> Answer:
    """Say whether a student seems to have left without a word: R103 by grades, before grades by silence."""
    if Gap.GRADE not in frozenset[Gap]().union(*(sight.gaps for sight in seats)) and all(one.letter for one in seats):
        return _left_by_grades(seats, zone)
    return _left_by_silence(seats, today, zone)


def _left_by_grades(seats: Sequence[Sight], zone: ZoneInfo) -> Answer:
    marks = GradeMarks(
        passing=("", *(one.letter for one in seats if one.meaning is GradeMeaning.PASSING)),
        failing=("", *(one.letter for one in seats if one.meaning is GradeMeaning.FAILING)),
    )
    letters = [sight.letter for sight in seats]
    found = unofficial_withdrawal(letters, [_last_days(one, zone) for one in seats], earned_after(seats), marks)
    word, reason = _WORDS[found]
    return Answer(word, "R103", reason)


def _left_by_silence(seats: Sequence[Sight], today: date, zone: ZoneInfo) -> Answer:
    """Suspect a departure where every class has been silent for two weeks; one lively class speaks against it."""
    rule = "R103 before grades"
    days = [_last_days(sight, zone) for sight in seats]
    since, point = today - timedelta(days=SILENT_DAYS), earned_after(seats)
    if any(day.engaged_on is not None and (day.engaged_on > since or day.engaged_on >= point) for day in days):
        return Answer(NO, rule)
    if min(sight.seat.start_on for sight in seats) > since:
        return Answer(UNKNOWN, rule, f"no class has run for {SILENT_DAYS} days")
    if any(day.certainty is Certainty.UNKNOWN for day in days):
        return Answer(UNKNOWN, rule, Gap.ENGAGEMENT.value)
    return Answer(YES, rule)


def _last_days(sight: Sight, zone: ZoneInfo) -> LastDays:
    """Return the last days as the drop rules take them; only a whole reading of a class in use proves absence."""
    days, doubt = days_of(sight, zone), _doubt(sight, date.max)
    event = max(
        (one for one in sight.events if is_academic(one.kind)), key=lambda one: (one.at, one.record), default=None
    )
    found = Certainty.KNOWN if days.last else Certainty.NONE_FOUND
    return LastDays(days.last, event, sight.accessed_on, Certainty.UNKNOWN if doubt else found)


def earned_after(seats: Sequence[Sight]) -> date:
    """Return the first day on which more than sixty percent of the student's classes together is over (R103, R106)."""
    start, end = min(one.seat.start_on for one in seats), max(one.seat.end_on for one in seats)
    total = (end - start).days + 1
    return start + timedelta(days=int(total * EARNED_PERCENT / 100))


def _discrepancies(sight: Sight, days: Days) -> Iterator[str]:
    """Yield how the two systems disagree about one seat (S214)."""
    in_lms = any(is_academic(event.kind) for event in sight.events)
    can_say = not sight.gaps & {Gap.LAST_ACCESS, Gap.OTHER_LMS}
    if days.present and can_say and sight.accessed_on is None:
        yield "present in the SIS, never seen in the LMS"
    if sight.kept and days.absent and not days.present and in_lms:
        yield "never present in the SIS, engaged in the LMS"
    if sight.accessed_on is not None and sight.whole and days.last is None:
        yield "seen in the LMS, never engaged"
