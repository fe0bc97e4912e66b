"""Course grades as Canvas worked them out, and whether it can derive letters from them (R85 to R89)."""

from collections.abc import Collection, Sequence

from domain.errors import CredentialRejected
from domain.grades import GradebookRow
from domain.ids import RecordHandle, SectionKey
from tools.lms.canvas.classroom.reading import Reading
from tools.lms.canvas.classroom.roll import call_roll, find_section
from tools.lms.canvas.classroom.rows import ClassCourseRow, ClassRow, GradesRow, StandardRow
from tools.lms.canvas.lookup import API
from tools.wire import escape_id

GRADES_RIGHT = "Grades - view all grades"
SCHEME_RIGHT = "Course Content - view"
UNPOSTED = frozenset({"unposted_current_score", "unposted_final_score"})


def read_gradebook(reading: Reading) -> list[GradebookRow]:
    """Read the course grade of every student of the section, whatever became of the enrolment (R90).

    Scores of a student without any mark are None, which is not zero (R89). What Canvas hides from the credential makes
    the reading incomplete: without the unposted scores nobody can tell that some are hidden (R86).
    """
    roll = call_roll(reading)
    shown = {person: _grades(rows) for user, rows in roll.students.items() if (person := roll.student(user))}
    _note_hidden(reading, shown.values())
    return [_row(reading.section, person, grades) for person, grades in shown.items() if grades is not None]


def _grades(rows: Sequence[ClassRow]) -> GradesRow | None:
    """Return the course grade from a student's rows; it is the same on each that shows it."""
    return next((row.grades for row in rows if row.grades is not None), None)


def _note_hidden(reading: Reading, shown: Collection[GradesRow | None]) -> None:
    """Say where the credential sees no course grades, or none of those with marks that are not posted yet."""
    without = sum(grades is None for grades in shown)
    if without:
        message = f"Canvas shows no course grade of {without} students to this credential."
        reading.refuse(CredentialRejected(message, field="grades"), "gradebook", GRADES_RIGHT)
    if any(grades is not None and not grades.model_fields_set >= UNPOSTED for grades in shown):
        message = "Canvas shows no scores with unposted marks to this credential."
        reading.refuse(CredentialRejected(message, field="unposted_current_score"), "gradebook", GRADES_RIGHT)


def _row(section: SectionKey, person: RecordHandle, grades: GradesRow) -> GradebookRow:
    return GradebookRow(
        section=section,
        person=person,
        current_score=grades.current_score,
        current_letter=grades.current_grade,
        final_score=grades.final_score,
        final_letter=grades.final_grade,
        override_score=grades.override_score,
        override_letter=grades.override_grade,
        unposted_current_score=grades.unposted_current_score,
        unposted_final_score=grades.unposted_final_score,
    )


def has_scheme(reading: Reading, account: str) -> bool | None:
    """Tell whether the course grades by a scheme (R87); None where Canvas would not say.

    A scheme that is not the course's own is looked for in the course's account, then in the root account. Number 0 is
    Canvas's default.
    """
    section = find_section(reading)
    course = reading.one(ClassCourseRow, f"{API}/courses/{section.course_id}", what="course") if section else None
    if course is None or "grading_standard_id" not in course.model_fields_set:
        return None
    scheme = course.grading_standard_id
    if not scheme:
        return scheme == 0
    return _exists(reading, course, scheme, account) or None


def _exists(reading: Reading, course: ClassCourseRow, scheme: int, account: str) -> bool:
    own = f"{API}/courses/{course.id}/grading_standards/{scheme}"
    if reading.one(StandardRow, own, what="grading scheme", right=SCHEME_RIGHT) is not None:
        return True
    accounts = dict.fromkeys((str(course.account_id or account), account))
    return any(_is_listed(reading, scheme, each) for each in accounts)


def _is_listed(reading: Reading, scheme: int, account: str) -> bool:
    path = f"{API}/accounts/{escape_id(account)}/grading_standards"
    rows = reading.rows(StandardRow, path, what="grading schemes", right=SCHEME_RIGHT)
    return any(row.id == scheme for row in rows)
