"""Who is in a class, so that every row finds its student and its section (R90).

A cross-listed section hangs under the course of another, where the people of several sections sit together. The
enrolment alone says whose section a person is in, so each reading starts from the section's own enrolments.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.errors import CredentialRejected
from domain.ids import RecordHandle, SisPersonId
from tools.lms.canvas.classroom.reading import Reading
from tools.lms.canvas.classroom.rows import ClassRow
from tools.lms.canvas.lookup import API, section_path
from tools.lms.canvas.records import WIRE_STATES
from tools.lms.canvas.wire import SectionRow

STUDENT = "StudentEnrollment"
STAFF = ("TeacherEnrollment", "TaEnrollment", "DesignerEnrollment")
_GONE = ("deleted", "rejected")
ROSTER_RIGHT = "Users - view list, with SIS Data - read"
NO_SECTION = "Send the section to Canvas with the SIS feed, or correct the key."


@dataclass(frozen=True)
class Roll:
    """The people of one section: ``students`` by Canvas account, with their rows, and the handle of everybody known.

    ``course`` is the Canvas course the section is taught in now, None where there is no such section. ``gone`` are
    students whose enrolment was removed: Canvas shows nothing of their work any more.
    """

    course: int | None
    canvas_section: int | None
    students: Mapping[int, Sequence[ClassRow]]
    handles: Mapping[int, RecordHandle]
    gone: frozenset[int] = frozenset()

    def student(self, user: int | None) -> RecordHandle | None:
        """Return the handle of a student of this section; None for anybody else and for people without an SIS id."""
        return self.handles.get(user) if user is not None and user in self.students else None

    def person(self, user: int | None) -> RecordHandle | None:
        """Return the handle of anybody known, such as a grader."""
        return self.handles.get(user) if user is not None else None

    @property
    def path(self) -> str:
        """The address of the course."""
        return f"{API}/courses/{self.course}"


NOBODY = Roll(None, None, {}, {})


def call_roll(reading: Reading, *, staff_of_course: bool = False) -> Roll:
    """Read who is in the section; one call for the handles of all of them.

    ``staff_of_course`` also reads the graders of the sections taught together with this one.
    """
    path = f"{section_path(reading.section)}/enrollments"
    states = tuple(("state[]", state.value) for state in WIRE_STATES)
    rows = reading.rows(ClassRow, path, states, what="enrollments", right=ROSTER_RIGHT, absent="")
    if not rows:
        return _empty(reading)
    staff = _read_staff(reading, rows[0].course_id) if staff_of_course else []
    students = _by_user(row for row in rows if row.type == STUDENT and row.enrollment_state not in _GONE)
    gone = {row.user_id for row in rows if row.type == STUDENT} - students.keys()
    known = [row for row in (*rows, *staff) if row.type == STUDENT or row.type in STAFF]
    _note_nameless(reading, students)
    return Roll(rows[0].course_id, rows[0].course_section_id, students, _handles(reading, known), frozenset(gone))


def find_section(reading: Reading) -> SectionRow | None:
    """Return the section as Canvas has it; a finding says that there is none."""
    row = reading.one(SectionRow, section_path(reading.section), what="section", right=ROSTER_RIGHT)
    if row is None and reading.complete:
        reading.leave_out("Canvas has no such section.", "section", NO_SECTION)
    return row


def _empty(reading: Reading) -> Roll:
    """Tell a section without people from one that Canvas does not have."""
    row = find_section(reading) if reading.complete else None
    return Roll(row.course_id, row.id, {}, {}) if row else NOBODY


def _read_staff(reading: Reading, course: int) -> list[ClassRow]:
    params = (*(("type[]", kind) for kind in STAFF), ("state[]", "active"), ("state[]", "completed"))
    path = f"{API}/courses/{course}/enrollments"
    return reading.rows(ClassRow, path, params, what="graders", right=ROSTER_RIGHT)


def _by_user(rows: Iterable[ClassRow]) -> dict[int, list[ClassRow]]:
    found: dict[int, list[ClassRow]] = {}
    for row in rows:
        found.setdefault(row.user_id, []).append(row)
    return found


def _handles(reading: Reading, rows: Sequence[ClassRow]) -> dict[int, RecordHandle]:
    """Turn SIS ids into handles at once; an account without an SIS id has none."""
    people = {row.user_id: SisPersonId(row.person_id) for row in rows if row.person_id}
    handles = reading.identities.handles(sorted(set(people.values()))) if people else {}
    return {user: handles[person] for user, person in people.items() if person in handles}


def _note_nameless(reading: Reading, students: Mapping[int, Sequence[ClassRow]]) -> None:
    """Say how many students have no SIS id; where none has one, the credential may not see them at all."""
    nameless = sum(not any(row.person_id for row in rows) for rows in students.values())
    if not nameless:
        return
    if nameless == len(students):
        refused = CredentialRejected("Canvas shows the SIS id of no student to this credential.", field="sis_user_id")
        reading.refuse(refused, "enrollments", ROSTER_RIGHT)
        return
    fix = "Give the account its SIS id with the SIS feed, or merge it with the one that has it."
    reading.tell(f"{nameless} students have no SIS id in Canvas and are left out.", "enrollments", fix)
