"""What the systems tell of one section since it was last read: read first, taken in only where all of it came (R70).

Reading starts anew at a campus midnight two days before the last reading, so that what arrived late is still taken in,
and each day from then on is replaced whole.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from agents.early_alert.campus_days import EARLIEST, SectionDays
from domain.findings import Finding, Severity
from domain.ids import RecordHandle, SectionKey
from domain.learning import ActivityDay, Assignment, Attendance, Contribution, LastAccess, Submission
from domain.learning_ports import AttendanceReader, LearningReader
from domain.ports import Fetch

LATE = timedelta(days=2)
"""How long the LMS may take to show what a student did."""


class Increment(NamedTuple):
    """One reading of a section: from which day on its days are whole, and what every source said."""

    from_day: int
    read_at: datetime
    assignments: Fetch[Assignment]
    submissions: Fetch[Submission]
    contributions: Fetch[Contribution]
    activity: Fetch[ActivityDay]
    attendance: Fetch[Attendance] | None
    roster: Fetch[LastAccess]

    @property
    def complete(self) -> bool:
        """Whether everything from the LMS came; attendance that is not kept is no gap in it (R122)."""
        return not self.gaps

    @property
    def gaps(self) -> tuple[str, ...]:
        """The readings of the LMS that were not whole."""
        whole = {
            "assignments": self.assignments.complete,
            "submissions": self.submissions.complete,
            "discussion": self.contributions.complete,
            "activity": self.activity.complete,
        }
        return tuple(name for name, complete in whole.items() if not complete)

    def findings(self, section: SectionKey) -> Iterator[Finding]:
        """Say which readings were not whole."""
        if self.gaps:
            yield Finding(
                code="PV201",
                severity=Severity.WARNING,
                subject=f"section {section}",
                message=f"Not all of {', '.join(self.gaps)} came, so the section keeps what was read before.",
                fix="Look at the connector with provost doctor; the next run reads it again.",
            )


def read_increment(
    classroom: LearningReader,
    records: AttendanceReader | None,
    section: SectionKey,
    read_until: datetime | None,
    days: SectionDays,
    *,
    now: datetime,
) -> Increment:
    """Read a section since its last reading, or all of it the first time; ``now`` becomes the new watermark."""
    first = EARLIEST if read_until is None else days.of(read_until - LATE)
    since = None if read_until is None else days.start_of(first)
    return Increment(
        from_day=first,
        read_at=now,
        assignments=classroom.read_assignments(section),
        submissions=classroom.read_submissions(section, since),
        contributions=classroom.read_contributions(section, since),
        activity=classroom.read_activity(section, since),
        attendance=records.read_attendance(section) if records is not None else None,
        roster=classroom.read_last_access(section),
    )


def last_moment(increment: Increment, days: SectionDays) -> datetime | None:
    """Return when anybody was last seen to do anything in the section; None where nothing was seen.

    A day of activity counts as its end, no later than the reading itself.
    """
    moments = [each.at for each in increment.contributions.rows]
    moments += [each.submitted_at for each in increment.submissions.rows if each.submitted_at is not None]
    moments += [min(days.start_of(days.of_date(each.day) + 1), increment.read_at) for each in increment.activity.rows]
    return max((moment for moment in moments if moment <= increment.read_at), default=None)


def of_people(increment: Increment, people: Collection[RecordHandle]) -> Increment:
    """Keep what some students did, for events about them alone (S74)."""
    return increment._replace(
        submissions=_only(increment.submissions, people),
        contributions=_only(increment.contributions, people),
        activity=_only(increment.activity, people),
        attendance=_only(increment.attendance, people) if increment.attendance is not None else None,
    )


def _only(fetch: Fetch, people: Collection[RecordHandle]) -> Fetch:  # type: ignore[type-arg]
    return fetch.model_copy(update={"rows": tuple(row for row in fetch.rows if row.person in people)})
