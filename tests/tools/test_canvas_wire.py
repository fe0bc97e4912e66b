"""Canvas's answers are read with tolerance, and its messages without repeating whom they name."""

import json

import pytest

from domain.errors import InvalidRecord
from domain.ids import ChangeId, LmsCourseId
from domain.lms import CourseState, LmsCourse, LmsRole, LmsState
from tests.contract.lms.cases import TERM
from tests.tools.people import FrozenClock, OpenHandles
from tests.tools.test_wire_client import connect
from tests.tools.wire_server import Asked, Reply, serve
from tools.lms.canvas.read import CanvasReader
from tools.lms.canvas.records import read_role, read_state, to_enrollment, to_section
from tools.lms.canvas.wire import EnrollmentRow, ImportErrorRow, ImportRow, SectionRow, read_row
from tools.lms.canvas.write.outcomes import to_receipts, word_message
from tools.lms.canvas.write.sis_rows import SisRow

ROW: dict[str, object] = {
    "id": "81",
    "course_id": "7",
    "course_section_id": "12",
    "user_id": "42",
    "type": "StudentEnrollment",
    "role": "StudentEnrollment",
    "enrollment_state": "active",
}


def enrolment(**more: object) -> EnrollmentRow:
    return read_row(EnrollmentRow, {**ROW, **more})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("more", "role"),
    [
        ({}, LmsRole.STUDENT),
        ({"role": "Auditor"}, LmsRole.AUDITOR),
        ({"role": "Waitlist Student"}, LmsRole.WAITLIST),
        ({"role": "Peer Mentor"}, LmsRole.OTHER),
        ({"role": None, "type": "TaEnrollment"}, LmsRole.TA),
        ({"role": "", "type": ""}, LmsRole.UNKNOWN),
        ({"type": "StudentViewEnrollment", "role": "StudentEnrollment"}, LmsRole.OTHER),
    ],
)
def test_roles_are_known_other_or_unknown_never_guessed(more: dict[str, object], role: LmsRole) -> None:
    assert read_role(enrolment(**more)) is role


def test_numbers_as_strings_and_missing_sis_fields_are_read() -> None:
    row = to_enrollment(enrolment(sis_user_id="", sis_import_id="", last_activity_at=""))
    assert (row.id, row.person, row.section_key, row.made_by_sis) == (81, None, None, False)
    assert read_state(enrolment(enrollment_state="paused")) is LmsState.UNKNOWN


def test_the_person_is_the_one_the_user_says() -> None:
    row = enrolment(sis_user_id="A00000001", user={"id": 42, "sis_user_id": "A00000002"})
    assert to_enrollment(row).person == "A00000002"


def test_r40_a_cross_listed_section_shows_its_home() -> None:
    section = read_row(SectionRow, {"id": 1, "course_id": 7, "nonxlist_course_id": 9, "sis_section_id": "202680-1"})
    assert (to_section(section).course, to_section(section).home_course) == (7, 9)


@pytest.mark.parametrize(
    ("value", "field"),
    [({"id": 1}, "course_id"), ({**ROW, "updated_at": "2026-09-01T10:00:00"}, "updated_at"), ("text", "body")],
)
def test_an_unreadable_row_names_its_field_and_not_its_value(value: object, field: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        read_row(EnrollmentRow, value)  # type: ignore[arg-type]
    assert caught.value.field == field
    assert "2026-09-01" not in str(caught.value)


def respond(asked: Asked) -> Reply:
    """Answer as a Canvas with one course that is closed to the caller and one enrolment that makes no sense."""
    if asked.path.endswith("sis_term_id:202680"):
        return Reply(body=b'{"id": 3}')
    if asked.path.endswith("/accounts/1/courses"):
        return Reply(
            body=b'[{"id": 5, "access_restricted_by_date": true}, {"id": 6, "name": "X", "workflow_state": "new"}]'
        )
    if asked.path.endswith("/courses/5/sections"):
        return Reply(403, b'{"status":"unauthorized","errors":[]}')
    if asked.path.endswith("/enrollments"):
        return Reply(body=json.dumps([ROW, {"id": "x"}]).encode())
    return Reply(body=b'[{"id": 12, "course_id": 6, "sis_section_id": "202680-1"}]')


def test_r70_a_restricted_course_is_kept_and_its_closed_sections_make_the_read_incomplete() -> None:
    with serve(respond) as server, connect(server) as client:
        reader = CanvasReader(client, "1", OpenHandles(), clock=FrozenClock())
        courses = reader.read_courses(TERM)
        assert [course.state for course in courses.rows] == [CourseState.UNKNOWN, CourseState.UNKNOWN]
        assert [finding.subject for finding in courses.findings] == ["course 5"]
        sections = reader.read_sections(courses.rows)
        assert not sections.complete
        assert [section.id for section in sections.rows] == [12]
        roster = reader.read_enrollments(sections.rows)
    assert not roster.complete
    assert roster.rows == ()
    assert [(finding.code, finding.subject) for finding in roster.findings] == [("PV201", "section 202680-1")]
    assert "whose id cannot be read" in roster.findings[0].message


def test_every_state_is_asked_for_by_name() -> None:
    with serve(respond) as server, connect(server) as client:
        reader = CanvasReader(client, "1", OpenHandles())
        course = LmsCourse(id=LmsCourseId(6), sis_course_id=None, name="", state=CourseState.AVAILABLE)
        reader.read_enrollments(reader.read_sections([course]).rows)
    states = ("active", "invited", "creation_pending", "inactive", "completed", "deleted", "rejected")
    assert all(f"state%5B%5D={state}" in server.asked[-1].target for state in states)


def line(change: str, section: str, user: str, status: str = "active") -> SisRow:
    values = {"section_id": section, "user_id": user, "role": "student", "status": status}
    return SisRow(ChangeId(change), "enrollments", values)


LINES = [
    line("c1", "202680-1", "A1"),
    line("c2", "202680-2", "A1"),
    line("c3", "202680-1", "A2"),
    line("c4", "202680-9", "A4"),
]


@pytest.mark.parametrize(
    ("message", "refused"),
    [
        (
            ImportErrorRow(file="enrollments.csv", message="User not found", row_info="202680-2,A1,student,active"),
            {"c2"},
        ),
        (
            ImportErrorRow(file="enrollments.csv", message="Neither course nor section 202680-9 exist", row_info=None),
            {"c4"},
        ),
        (ImportErrorRow(file="01_enrollments.csv", message="User A2 not found for enrollment"), {"c3"}),
        (ImportErrorRow(file="enrollments.csv", message="User A1 not found in section 202680-1."), {"c1"}),
        (ImportErrorRow(file="enrollments.csv", message="User A1 not found for enrollment"), set()),
        (ImportErrorRow(file="users.csv", message="User A2 not found"), set()),
        (ImportErrorRow(file="enrollments.csv", message="Something about nobody"), set()),
    ],
)
def test_r74_a_message_is_tied_to_its_row_or_to_none(message: ImportErrorRow, refused: set[str]) -> None:
    job = ImportRow(id=9, workflow_state="imported_with_messages")
    receipts = to_receipts(job, LINES, [message])
    assert {change for change, receipt in receipts.items() if not receipt.accepted} == refused
    assert not any("A1" in receipt.message or "A2" in receipt.message for receipt in receipts.values())


@pytest.mark.parametrize("state", ["aborted", "failed", "failed_with_messages", "partially_restored", "new_state"])
def test_r74_an_import_that_did_not_end_well_refuses_everything(state: str) -> None:
    receipts = to_receipts(ImportRow(id=9, workflow_state=state), LINES, [])
    assert [receipt.accepted for receipt in receipts.values()] == [False] * 4
    assert {receipt.reference for receipt in receipts.values()} == {"sis_import:9"}


@pytest.mark.parametrize(
    ("text", "note", "rule"),
    [
        ("user A7 has already claimed A8's requested login information, skipping", False, "R5"),
        ("An email address already in use, email removed", True, "R6"),
        ("An enrollment listed a section and course that are unrelated section", False, "R40"),
        ("user Zoë Ångström does not exist", False, "no account"),
        ("Zebra", False, "of its own"),
    ],
)
def test_messages_are_worded_without_canvass_words(text: str, note: bool, rule: str) -> None:
    is_note, words = word_message(text)
    assert is_note is note
    assert rule in words
    assert "Zo" not in words
