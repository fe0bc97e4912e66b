"""Takes a reading of one section into the tables: work, marks and days; doing it again changes nothing.

Work that was marked without a hand-in in the LMS, such as an examination on paper, counts as handed in when it was due;
a zero without a hand-in does not. Marks of columns that are only ticked off are left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from agents.early_alert.campus_days import SectionDays
from agents.early_alert.increments import Increment
from agents.early_alert.numbering import Numbers, Place
from agents.early_alert.rollup import replace_days
from agents.early_alert.tables import Kind, Row, stage
from domain.ids import AssignmentId, RecordHandle
from domain.learning import Assignment, AttendanceMark, Submission, WorkKind

if TYPE_CHECKING:
    import duckdb

NUMERIC = frozenset({"", "points", "percent", "letter_grade", "gpa_scale"})
"""Ways of marking whose points can be compared; a column that is ticked off tells nothing by its points."""
_THERE = frozenset({AttendanceMark.PRESENT, AttendanceMark.PARTLY})
_WORK = {
    **{"assessment": "INTEGER", "section": "INTEGER", "due_day": "INTEGER"},
    **{"weight": "DOUBLE", "usual_mode_share": "DOUBLE"},
}
_ASSIGNMENT = {
    **{"assessment": "INTEGER", "section": "INTEGER", "lms_id": "BIGINT", "kind": "VARCHAR", "grading": "VARCHAR"},
    **{"points": "DOUBLE", "held": "VARCHAR", "usual": "DOUBLE"},
}
_CLICK = {"section": "INTEGER", "person": "INTEGER", "day": "SMALLINT", "clicks": "INTEGER", "kind": "UTINYINT"}
_HANDED = {
    **{"enrolment": "INTEGER", "assessment": "INTEGER", "handed_in": "INTEGER"},
    **{"credited": "BOOLEAN", "mark": "DOUBLE", "mark_seen": "INTEGER"},
}
_FORGET_HANDED = """
DELETE FROM submission s USING handed h WHERE s.enrolment = h.enrolment AND s.assessment = h.assessment"""
_QUIZ_ROWS = """
SELECT {section} AS section, person, handed_in AS day, 0 AS clicks, {quiz} AS kind FROM submission
JOIN enrolment USING (enrolment) JOIN assignment USING (assessment)
WHERE kind = 'quiz' AND enrolment.section = {section} AND handed_in IS NOT NULL AND credited IS NOT TRUE"""


class Into(NamedTuple):
    """Where a reading goes: the tables, the section's place in them, and how its days count."""

    connection: "duckdb.DuckDBPyConnection"
    place: Place
    days: SectionDays

    @property
    def section(self) -> int:
        """The section's number."""
        return self.place.section

    def pairs(self, query: str) -> dict[int, int]:
        """Return the two columns of a query about the section as a mapping."""
        return dict(self.connection.execute(query, [self.section]).fetchall())


class Click(NamedTuple):
    """One line of activity: whose, on which day, how much and what it was on."""

    person: int
    day: int
    clicks: int
    kind: int


def take_in(into: Into, increment: Increment, numbers: Numbers, only: Iterable[RecordHandle] | None = None) -> None:
    """Take a whole reading in; ``only`` leaves the days of everybody else as they are."""
    works = {row.id: row for row in increment.assignments.rows if _is_asked(row)}
    put_assignments(into, works)
    put_submissions(into, increment.submissions.rows, works, numbers)
    put_roster(into, increment, numbers)
    for person in [None] if only is None else [numbers.people[one] for one in only]:
        _put_days(into, increment, numbers, person)


def _is_asked(row: Assignment) -> bool:
    return row.published and row.counts and row.kind is not WorkKind.NOT_GRADED


def put_assignments(into: Into, asked: Mapping[AssignmentId, Assignment]) -> None:
    """Write the section's work as it is now asked for; a column whose way of marking changed is held back."""
    query = "SELECT lms_id, assessment, grading, held, usual FROM assignment WHERE section = ?"
    known = {row[0]: row[1:] for row in into.connection.execute(query, [into.section]).fetchall()}
    given = [row[0] for row in known.values()]
    works, described = list[Row](), list[Row]()
    for id_, row in sorted(asked.items()):
        number, grading, held, usual = known.pop(id_, None) or (into.place.next_number(given), row.grading, None, None)
        given.append(number)
        if grading != row.grading:
            held = f"marked by {grading} before and by {row.grading} now"
        weight = float(row.weight) if row.weight is not None else float(row.points or 1)
        points = float(row.points) if row.points else None
        due = into.days.of(row.due_at) if row.due_at else None
        works.append((number, into.section, due, weight, None))
        described.append((number, into.section, id_, row.kind.value, row.grading, points, held, usual))
    _replace(into, "assessment", _WORK, works)
    _replace(into, "assignment", _ASSIGNMENT, described)
    gone = [number for number, *_ in known.values()]
    into.connection.execute("DELETE FROM submission WHERE list_contains(?::INTEGER[], assessment)", [gone])


def _replace(into: Into, table: str, columns: Mapping[str, str], rows: Sequence[Row]) -> None:
    """Put the section's rows of a table in place of those there."""
    stage(into.connection, "staged", columns, rows)
    into.connection.execute(f"DELETE FROM {table} WHERE section = ?", [into.section])  # noqa: S608 our own names
    into.connection.execute(f"INSERT INTO {table} BY NAME FROM staged")


def put_submissions(
    into: Into, rows: Iterable[Submission], works: Mapping[AssignmentId, Assignment], numbers: Numbers
) -> None:
    """Write what was handed in and marked, replacing what was known of the same student and work."""
    enrolments = into.pairs("SELECT person, enrolment FROM enrolment WHERE section = ?")
    numbered = into.pairs("SELECT lms_id, assessment FROM assignment WHERE section = ?")
    handed: dict[tuple[int, int], Row] = {}
    for row in rows:
        enrolment = enrolments.get(numbers.people.get(row.person, 0))
        if enrolment is not None and row.assignment in works:
            handed_in, mark, seen = judge_submission(row, works[row.assignment], into.days)
            key = (enrolment, numbered[row.assignment])
            handed[key] = (*key, handed_in, row.excused, mark, seen)
    stage(into.connection, "handed", _HANDED, list(handed.values()))
    into.connection.execute(_FORGET_HANDED)
    into.connection.execute("INSERT INTO submission SELECT * FROM handed WHERE handed_in IS NOT NULL")


def put_roster(into: Into, increment: Increment, numbers: Numbers) -> None:
    """Write whom the LMS does not have in the section: what they did not do there says nothing of them (R122)."""
    if not increment.roster.complete:
        return
    there = [numbers.people[row.person] for row in increment.roster.rows if row.person in numbers.people]
    into.connection.execute("DELETE FROM not_in_lms WHERE section = ?", [into.section])
    missing = "SELECT enrolment, section FROM enrolment WHERE section = ? AND NOT list_contains(?::INTEGER[], person)"
    into.connection.execute(f"INSERT INTO not_in_lms {missing}", [into.section, there])


def judge_submission(
    row: Submission, work: Assignment, days: SectionDays
) -> tuple[int | None, float | None, int | None]:
    """Return the day of the hand-in, the mark in percent and the day it was seen, each None where there is none."""
    mark = _percent(row, work)
    seen = days.of(row.posted_at) if row.posted_at and mark is not None else None
    if row.submitted_at is not None:
        return days.of(row.submitted_at), mark if seen is not None else None, seen
    on_paper = bool(row.score) and not row.missing
    if not (on_paper or row.excused):
        return None, None, None
    due = days.of(work.due_at) if work.due_at else seen
    return (due if due is not None else 0), mark if seen is not None else None, seen


def _percent(row: Submission, work: Assignment) -> float | None:
    if row.score is None or row.excused or not work.points or work.grading not in NUMERIC:
        return None
    return float(100 * row.score / Decimal(work.points))


def _put_days(into: Into, increment: Increment, numbers: Numbers, person: int | None) -> None:
    """Replace every day from the first one read, out of what all sources say of it."""
    until = into.days.of(increment.read_at)
    found = _clicks(increment, numbers, into.days)
    clicks = [each for each in found if increment.from_day <= each.day <= until]
    stage(into.connection, "click", _CLICK, [(into.section, *each) for each in clicks])
    rows = f"FROM click UNION ALL {_QUIZ_ROWS.format(section=into.section, quiz=int(Kind.QUIZ))}"
    replace_days(into.connection, into.section, range(increment.from_day, until + 1), rows, person)


def _clicks(increment: Increment, numbers: Numbers, days: SectionDays) -> Iterator[Click]:
    """Yield the lines of activity that views, discussion and attendance make; a day with a view has a login (S77)."""
    people = numbers.people
    for day in increment.activity.rows:
        if day.person in people and day.views + day.participations > 0:
            yield Click(people[day.person], days.of_date(day.day), max(day.views, day.participations), int(Kind.LOGIN))
    for entry in increment.contributions.rows:
        if entry.person in people:
            yield Click(people[entry.person], days.of(entry.at), 0, int(Kind.DISCUSSION))
    for mark in increment.attendance.rows if increment.attendance is not None else ():
        if mark.person in people and mark.mark in _THERE:
            yield Click(people[mark.person], days.of_date(mark.day), 0, int(Kind.LIVE_CLASS))
