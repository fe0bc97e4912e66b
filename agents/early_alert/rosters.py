"""Who is followed: the sections of a term, who is enrolled in them, and what is known of their earlier studies.

Labs and sections that are not taught here are left out (R120, R43); auditors, those on a waitlist and whoever left are
not scored (R119). A course that nobody has told apart takes the institution's usual rate.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from agents.early_alert.campus_days import SectionDays
from agents.early_alert.numbering import Numbers, Place
from agents.early_alert.tables import Row, stage
from domain.alert_settings import HistoryReading
from domain.ids import RecordHandle, SisPersonId
from domain.institution import Institution
from domain.learning import PastCourse
from domain.records import GradeMode, Registration, RegistrationStatus, Section, SectionStatus
from domain.rules.alerts import counts_once

if TYPE_CHECKING:
    import duckdb

_SECOND_TERM_UNTIL = 6
"""Month before which a section that starts is one of the second term of the year."""
_GONE = frozenset({RegistrationStatus.DROPPED, RegistrationStatus.WITHDRAWN, RegistrationStatus.CANCELED})
_SET_HISTORY = """
UPDATE enrolment SET attempts = p.attempts, earlier_passed = p.passed, earlier_failed = p.failed,
    earlier_withdrawn = p.withdrawn FROM past p WHERE p.enrolment = enrolment.enrolment"""
_SEATED = dict.fromkeys(("enrolment", "section", "person", "registered_day", "left_day"), "INTEGER")
_MOVE_SEATS = """
UPDATE enrolment SET registered_day = s.registered_day, left_day = s.left_day FROM seated s
WHERE s.enrolment = enrolment.enrolment"""
_ADD_SEATS = "INSERT INTO enrolment BY NAME FROM seated WHERE enrolment NOT IN (SELECT enrolment FROM enrolment)"
_GONE_SEATS = """
SELECT enrolment FROM enrolment WHERE section = ? AND enrolment NOT IN (SELECT enrolment FROM seated)"""


class Seat(NamedTuple):
    """One student's place in a section: days of registration and of leaving, None where there is none."""

    handle: RecordHandle
    registered_on: date | None
    left_on: date | None


class Past(NamedTuple):
    """A student's earlier courses by how they ended."""

    attempts: int
    passed: int
    failed: int
    withdrawn: int


def followed_sections(sections: Iterable[Section], institution: Institution) -> tuple[Section, ...]:
    """Return the sections whose students may be alerted about: taught, in this LMS, primary, each course once."""
    wanted = (
        section
        for section in sections
        if section.status is not SectionStatus.CANCELLED
        and section.published
        and section.lms.casefold() == institution.lms_platform.casefold()
        and counts_once(section.key.term, section.own_course_id, primary_lecture=section.linked_to is None)
    )
    return tuple(sorted(wanted, key=lambda section: section.key))


def place_of(section: Section, numbers: Numbers) -> Place:
    """Return where a section stands with its present dates, under the number it has or the next one."""
    known = numbers.place(section.key)
    course = course_code(f"{section.subject}{section.course_number}")
    dated = {"course": course, "title": section.title, "starts_on": section.start_on, "ends_on": section.end_on}
    if known is not None:
        return known.model_copy(update=dated)
    return Place(section=numbers.next_place, crn=section.key.crn, **dated)


def course_code(text: str) -> str:
    """Return a course code in one spelling: letters and digits, upper case."""
    return "".join(each for each in text.upper() if each.isalnum())


def seats_of(rows: Iterable[Registration], handles: Mapping[SisPersonId, RecordHandle]) -> tuple[Seat, ...]:
    """Return who is enrolled, or was until a known day; auditors and waitlists have no seat here (R119)."""
    seats: dict[RecordHandle, Seat] = {}
    for row in sorted(rows, key=lambda each: each.sequence):
        handle = handles[row.person]
        if row.status is RegistrationStatus.REGISTERED and row.grade_mode is not GradeMode.AUDIT:
            seats[handle] = Seat(handle, row.registered_on, None)
        elif row.status in _GONE and row.status_on is not None:
            seats[handle] = Seat(handle, row.registered_on, row.status_on)
        else:
            seats.pop(handle, None)
    return tuple(seats.values())


def who_left(seats: Iterable[Seat], today: date) -> frozenset[RecordHandle]:
    """Return those of whom the SIS says that their registration has ended; absence alone says nothing."""
    return frozenset(seat.handle for seat in seats if seat.left_on is not None and seat.left_on <= today)


def put_section(connection: "duckdb.DuckDBPyConnection", place: Place, term: str, reading: HistoryReading) -> None:
    """Write a section's own row anew."""
    rate = reading.course_rates.get(place.course, reading.usual_rate)
    length = (place.ends_on - place.starts_on).days
    connection.execute("DELETE FROM section WHERE section = ?", [place.section])
    row = [place.section, place.course, term, place.starts_on.month < _SECOND_TERM_UNTIL, length, float(rate)]
    connection.execute("INSERT INTO section VALUES (?, ?, ?, ?, ?, ?)", row)


def put_seats(
    connection: "duckdb.DuckDBPyConnection", place: Place, seats: Sequence[Seat], numbers: Numbers, days: SectionDays
) -> None:
    """Bring a section's enrolments in line with its seats; history already known stays."""
    rows = connection.execute("SELECT person, enrolment FROM enrolment WHERE section = ?", [place.section]).fetchall()
    known, given, seated = dict(rows), [row[1] for row in rows], list[Row]()
    for seat in seats:
        enrolment = known.get(numbers.people[seat.handle]) or place.next_number(given)
        given.append(enrolment)
        registered = days.of_date(seat.registered_on) if seat.registered_on else None
        left = days.of_date(seat.left_on) if seat.left_on else None
        seated.append((enrolment, place.section, numbers.people[seat.handle], registered, left))
    stage(connection, "seated", _SEATED, seated)
    connection.execute(_MOVE_SEATS)
    connection.execute(_ADD_SEATS)
    for table in ("activity_day", "submission", "enrolment"):
        connection.execute(f"DELETE FROM {table} WHERE enrolment IN ({_GONE_SEATS})", [place.section])  # noqa: S608


def people_without_history(connection: "duckdb.DuckDBPyConnection", numbers: Numbers) -> tuple[RecordHandle, ...]:
    """Return the enrolled students of whom nothing earlier is known yet."""
    query = "SELECT DISTINCT person FROM enrolment WHERE earlier_passed IS NULL AND left_day IS NULL ORDER BY person"
    found = (numbers.handles.get(row[0]) for row in connection.execute(query).fetchall())
    return tuple(handle for handle in found if handle is not None)


def put_histories(
    connection: "duckdb.DuckDBPyConnection",
    courses: Sequence[PastCourse],
    people: Iterable[RecordHandle],
    numbers: Numbers,
    reading: HistoryReading,
) -> None:
    """Write what the transcript says of some people, of whom all was read; no courses at all is known to be none."""
    by_person: dict[RecordHandle, list[PastCourse]] = {handle: [] for handle in people}
    for course in courses:
        if course.person in by_person and course.term != numbers.term:
            by_person[course.person].append(course)
    query = "SELECT enrolment, person, course FROM enrolment JOIN section USING (section)"
    found = [
        (enrolment, *judge_past(by_person[handle], course, reading))
        for enrolment, person, course in connection.execute(query).fetchall()
        if (handle := numbers.handles.get(person)) is not None and handle in by_person
    ]
    stage(connection, "past", dict.fromkeys(("enrolment", *Past._fields), "INTEGER"), found)
    connection.execute(_SET_HISTORY)


def judge_past(courses: Sequence[PastCourse], course: str, reading: HistoryReading) -> Past:
    """Count earlier courses by how they ended; a letter that says neither counts nowhere (R122)."""
    left = sum(each.letter in reading.withdrawn_letters for each in courses)
    failed = sum(each.letter in reading.failing_letters for each in courses)
    ended_otherwise = (*reading.withdrawn_letters, *reading.failing_letters)
    passed = sum(bool(each.earned) and each.letter not in ended_otherwise for each in courses)
    attempts = sum(course_code(each.course) == course for each in courses)
    return Past(attempts=attempts, passed=passed, failed=failed, withdrawn=left)
