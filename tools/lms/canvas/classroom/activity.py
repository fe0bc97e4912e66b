"""What students clicked and when they were last seen: signals, never academic engagement (R99, R100, R122)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.calendar import local_day
from domain.errors import CredentialRejected
from domain.ids import RecordHandle
from domain.learning import ActivityDay, LastAccess
from tools.lms.canvas.classroom.activity_rows import ActivityRow, SummaryRow
from tools.lms.canvas.classroom.reading import Reading
from tools.lms.canvas.classroom.roll import ROSTER_RIGHT, Roll, call_roll
from tools.lms.canvas.classroom.rows import ClassRow

ANALYTICS_RIGHT = "Analytics - view pages"
ANALYTICS_OFF = "Canvas analytics are switched off for this account, so activity is unknown."
_COUNTED = ("active", "completed")
"""States of enrolment that Canvas counts clicks for."""


def read_activity(reading: Reading, zone: ZoneInfo, since: datetime | None) -> list[ActivityDay]:
    """Read the clicks of the section's students by campus day.

    Canvas counts by hour and by student, so this is one call for each student who ever clicked; the totals of the
    course, one call for all, say who did.
    """
    roll = call_roll(reading)
    if roll.course is None:
        return []
    totals = _read_totals(reading, roll)
    if totals is None:
        return []
    first = local_day(since, zone) if since is not None else date.min
    days = [
        day
        for user, person in _counted(roll)
        if _clicked(totals.get(user))
        for day in _days(reading, roll, user, person, zone)
    ]
    return [day for day in days if day.day >= first]


def _read_totals(reading: Reading, roll: Roll) -> dict[int, SummaryRow] | None:
    """Return the students' totals by account; None where analytics are off or closed to this credential."""
    was_complete, reading.complete = reading.complete, True
    path = f"{roll.path}/analytics/student_summaries"
    rows = reading.rows(SummaryRow, path, what="activity", right=ANALYTICS_RIGHT, absent=ANALYTICS_OFF)
    whole, reading.complete = reading.complete, reading.complete and was_complete
    return {row.id: row for row in rows} if whole else None


def _counted(roll: Roll) -> Iterator[tuple[int, RecordHandle]]:
    for user, rows in roll.students.items():
        person = roll.student(user)
        if person is not None and any(row.enrollment_state in _COUNTED for row in rows):
            yield user, person


def _clicked(total: SummaryRow | None) -> bool:
    """Tell whether a student may have clicked: only totals that are known to be zero say no."""
    return total is None or total.page_views != 0 or total.participations != 0


def _days(reading: Reading, roll: Roll, user: int, person: RecordHandle, zone: ZoneInfo) -> Iterator[ActivityDay]:
    path = f"{roll.path}/analytics/users/{user}/activity"
    none = "Canvas has no activity of a student who is enrolled."
    row = reading.one(ActivityRow, path, what="activity", right=ANALYTICS_RIGHT, absent=none)
    if row is None:
        return
    views: Counter[date] = Counter()
    for hour, count in row.page_views.items():
        views[local_day(hour, zone)] += count
    acts = Counter(local_day(each.created_at, zone) for each in row.participations)
    for day in sorted(views.keys() | acts.keys()):
        yield ActivityDay(section=reading.section, person=person, day=day, views=views[day], participations=acts[day])


def read_last_access(reading: Reading) -> list[LastAccess]:
    """Read when Canvas last saw each student in the class; None is never seen (R100)."""
    roll = call_roll(reading)
    found = {person: rows for user, rows in roll.students.items() if (person := roll.student(user))}
    hidden = [person for person, rows in found.items() if not any(_shows_access(row) for row in rows)]
    if hidden:
        message = f"Canvas does not show the last access of {len(hidden)} students to this credential."
        reading.refuse(CredentialRejected(message, field="last_activity_at"), "last access", ROSTER_RIGHT)
    return [
        LastAccess(section=reading.section, person=person, at=_last(rows))
        for person, rows in found.items()
        if person not in hidden
    ]


def _shows_access(row: ClassRow) -> bool:
    return "last_activity_at" in row.model_fields_set


def _last(rows: Sequence[ClassRow]) -> datetime | None:
    return max((row.last_activity_at for row in rows if row.last_activity_at), default=None)
