"""What a registration means for the roster: on it, off it, or off it with the work kept (R48 to R50, R54 to R57)."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from domain.institution import WaitlistPractice
from domain.lms import LmsRole
from domain.records import GradeMode, Hold, Registration, RegistrationStatus
from domain.rules.facts import Expectation


class CensusSide(StrEnum):
    """On which side of census a student left; UNKNOWN where a date is missing (R50)."""

    ON_OR_BEFORE = "on_or_before"
    AFTER = "after"
    UNKNOWN = "unknown"


LEFT = frozenset(
    {
        RegistrationStatus.DROPPED,
        RegistrationStatus.WITHDRAWN,
        RegistrationStatus.CANCELED,
        RegistrationStatus.NO_SHOW,
    }
)
"""The statuses under which a student is no longer registered."""


def census_side(left_on: date | None, census_on: date | None) -> CensusSide:
    """Say on which side of census a student left; the census day itself still leaves no record (R48)."""
    if left_on is None or census_on is None:
        return CensusSide.UNKNOWN
    return CensusSide.ON_OR_BEFORE if left_on <= census_on else CensusSide.AFTER


def expectation_of(
    status: RegistrationStatus, side: CensusSide, *, audit: bool, waitlist: WaitlistPractice, has_labs: bool = False
) -> Expectation:
    """Say what the LMS should show for a registration (R41, R48, R49, R50, R54, R55, R63).

    ``waitlist`` is the practice in force for the section today, see :func:`waitlist_practice`; ``has_labs`` says that
    the section is a lecture whose students sit in its labs. A prerequisite or capacity override plays no part: it
    makes a registration valid, not doubtful (R56). A registration the institution itself cancelled never counts as a
    withdrawal, on whichever side of census (R48, R58).
    """
    if has_labs:
        return Expectation.IN_LAB
    if status is RegistrationStatus.REGISTERED:
        return Expectation.AUDITOR if audit else Expectation.STUDENT
    if status is RegistrationStatus.WAITLISTED:
        return _WAITLIST[waitlist]
    if status in _ENDED:
        return _ENDED[status]
    return _DEPARTURES[side] if status in LEFT else Expectation.UNREADABLE


_ENDED = {RegistrationStatus.CANCELED: Expectation.GONE, RegistrationStatus.NO_SHOW: Expectation.NO_SHOW}
_WAITLIST = {
    WaitlistPractice.EXCLUDE: Expectation.WAITLISTED,
    WaitlistPractice.OWN_ROLE: Expectation.WAITLIST_ROLE,
    WaitlistPractice.ACTIVE: Expectation.STUDENT,
}
_DEPARTURES = {
    CensusSide.ON_OR_BEFORE: Expectation.GONE,
    CensusSide.AFTER: Expectation.WITHDRAWN,
    CensusSide.UNKNOWN: Expectation.UNDATED,
}


def waitlist_practice(practice: WaitlistPractice, *, add_period_over: bool) -> WaitlistPractice:
    """Return the waitlist practice in force: nobody waits on a roster once the add period is over (R54)."""
    return WaitlistPractice.EXCLUDE if add_period_over else practice


def is_audit(registration: Registration, auditor_role: LmsRole = LmsRole.AUDITOR) -> bool:
    """Tell whether the student only listens, and so belongs in the auditor's role (R55).

    Where the institution gives auditors the student's own role, nobody counts as an auditor in the LMS.
    """
    return registration.grade_mode is GradeMode.AUDIT and auditor_role is LmsRole.AUDITOR


def is_valid_by_override(registration: Registration) -> bool:
    """Tell whether an override let the student in; the registration counts like any other and is noted (R56, S69)."""
    return registration.override and registration.status is RegistrationStatus.REGISTERED


def access_under_holds(expected: Expectation, holds: tuple[Hold, ...]) -> Expectation:
    """Return the expectation unchanged: a hold blocks future registration, never access to a course (R57, S128)."""
    del holds
    return expected


def standing_holds(holds: Iterable[Hold], today: date) -> tuple[Hold, ...]:
    """Return the holds that stand on a day; they explain why somebody ended access, and justify it never (R57)."""
    return tuple(hold for hold in holds if hold.start_on <= today and (hold.end_on is None or hold.end_on > today))


def is_late_add(registration: Registration, starts_on: date) -> bool:
    """Tell whether the student came after the first day, so that earlier work is not held against them (R60, S53)."""
    return registration.registered_on is not None and registration.registered_on > starts_on
