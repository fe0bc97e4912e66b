"""The face satisfies a client that somebody else wrote: `canvasapi`, over real TLS."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from canvasapi import Canvas
from canvasapi.exceptions import (
    BadRequest,
    CanvasException,
    Forbidden,
    InvalidAccessToken,
    RateLimitExceeded,
    ResourceDoesNotExist,
    Unauthorized,
)

from simulator.canvas.wire.throttle import BucketSettings, Throttle
from simulator.faults import FaultKind, FaultRule
from tests.simulator.conftest import FALL, CanvasCampus


@pytest.fixture
def client(canvas: CanvasCampus, monkeypatch: pytest.MonkeyPatch) -> Canvas:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(canvas.ca_file))
    return Canvas(canvas.url, canvas.write_token)


@pytest.fixture
def reader(canvas: CanvasCampus, client: Canvas) -> Canvas:
    return Canvas(canvas.url, canvas.read_token)


def test_accounts_terms_and_sub_accounts(client: Canvas) -> None:
    account = client.get_account(1)
    assert [each.sis_account_id for each in account.get_subaccounts()] == ["dept:MATH"]
    assert [each.sis_term_id for each in account.get_enrollment_terms()] == [None, FALL]
    term = account.create_enrollment_term(enrollment_term={"name": "Spring", "sis_term_id": "202710"})
    assert account.get_enrollment_term(term.id).name == "Spring"
    assert client.get_account("dept:MATH", use_sis_id=True).name == "Mathematics"


def test_users_are_listed_searched_and_edited(client: Canvas) -> None:
    account = client.get_account(1)
    assert len(list(account.get_users(per_page=7))) == 27
    assert [each.sis_user_id for each in account.get_users(search_term="hopper")] == ["A00000000"]
    made = account.create_user({"unique_id": "newton", "sis_user_id": "A00000300"}, user={"name": "Isaac Newton"})
    read = client.get_user("A00000300", "sis_user_id")
    assert (read.id, read.sortable_name) == (made.id, "Newton, Isaac")
    assert client.get_user("newton", "sis_login_id").id == made.id
    read.edit(user={"name": "Sir Isaac Newton"})
    assert client.get_user(made.id).name == "Sir Isaac Newton"
    assert [each.unique_id for each in read.get_user_logins()] == ["newton"]
    account.delete_user(read)
    with pytest.raises(ResourceDoesNotExist):
        client.get_user(made.id)


def test_courses_are_created_offered_concluded_and_deleted(client: Canvas) -> None:
    account = client.get_account(1)
    start = datetime(2026, 8, 24, 4, tzinfo=UTC)
    course = account.create_course(
        course={"name": "Logic", "sis_course_id": "LOGIC-1", "term_id": f"sis_term_id:{FALL}", "start_at": start}
    )
    assert client.get_course("LOGIC-1", use_sis_id=True).workflow_state == "unpublished"
    course.update(course={"event": "offer"})
    read = client.get_course(course.id, include=["term"])
    assert (read.workflow_state, read.term["sis_term_id"], read.start_at_date) == ("available", FALL, start)
    assert course.conclude() is True
    assert course.delete() is True
    with pytest.raises(ResourceDoesNotExist):
        client.get_course(course.id)
    names = [each.name for each in account.get_courses(enrollment_term_id=f"sis_term_id:{FALL}", state=["available"])]
    assert names == ["MATH101 001 202680"]


def test_sections_are_cross_listed_and_back(client: Canvas, canvas: CanvasCampus) -> None:
    section = client.get_section("202680-10003", use_sis_id=True)
    moved = section.cross_list_section(canvas.courses["MATH101-002-202680"])
    assert (moved.course_id, moved.nonxlist_course_id) == (2, 1)
    back = moved.decross_list_section()
    assert (back.course_id, back.nonxlist_course_id) == (1, None)
    made = client.get_course(1).create_course_section(course_section={"name": "New", "sis_section_id": "N-1"})
    assert made.edit(course_section={"name": "Newer"}).name == "Newer"
    assert made.delete().id == made.id
    assert [each.sis_section_id for each in client.get_course(1).get_sections()] == ["202680-10001", "202680-10003"]


def test_enrolments_are_paged_ended_and_revived(client: Canvas) -> None:
    section = client.get_section("202680-10001", use_sis_id=True)
    rows = list(section.get_enrollments(state=["active"], per_page=4))
    assert len(rows) == len({row.id for row in rows}) == 26
    student = next(row for row in rows if row.type == "StudentEnrollment")
    assert student.deactivate("inactivate").enrollment_state == "inactive"
    assert student.reactivate().enrollment_state == "active"
    assert student.deactivate("delete").enrollment_state == "deleted"
    revived = section.enroll_user(student.user_id, enrollment={"enrollment_state": "active"})
    assert (revived.id, revived.enrollment_state) == (student.id, "active")
    assert client.get_account(1).get_enrollment(student.id).enrollment_state == "active"
    assert len(list(client.get_user(student.user_id).get_enrollments())) == 1
    by_course = client.get_course(1).get_enrollments(type=["TeacherEnrollment"])
    assert [row.user["name"] for row in by_course] == ["Grace Hopper"]


def test_an_sis_import_is_uploaded_watched_and_restored(client: Canvas, canvas: CanvasCampus, tmp_path: Path) -> None:
    file = tmp_path / "enrollments.csv"
    file.write_text(
        "section_id,user_id,role,status\n202680-10001,A00000001,student,deleted\n202680-1,A1,student,active\n",
        encoding="utf-8",
    )
    account = client.get_account(1)
    job = account.create_sis_import(str(file), import_type="instructure_csv")
    assert job.workflow_state == "created"
    seen = [account.get_sis_import(job.id).workflow_state for _ in range(3)]
    assert seen == ["importing", "importing", "imported_with_messages"]
    assert account.get_sis_import(job.id).processing_warnings[0][0] == "enrollments.csv"
    progress = job.restore_states()
    for _ in range(2):
        progress = progress.query()
    assert progress.workflow_state == "completed"
    row = canvas.state.enrollment_of(canvas.sections["202680-10001"], canvas.users["A00000001"])
    assert row.workflow_state == "active"
    assert [each.id for each in account.get_sis_imports()] == [job.id]


def test_a_course_copy_and_a_conversation(client: Canvas, canvas: CanvasCampus) -> None:
    canvas.state.update_course(1, content=("syllabus",))
    migration = client.get_course(2).create_content_migration("course_copy_importer", settings={"source_course_id": 1})
    progress = migration.get_progress()
    progress.query()
    assert canvas.state.courses[2].content == ("syllabus",)
    [conversation] = client.create_conversation([str(canvas.users["A00000001"])], "hello", subject="Hi")
    assert client.get_conversation(conversation.id).messages[0]["body"] == "hello"


def test_errors_become_the_clients_exceptions(client: Canvas, reader: Canvas, canvas: CanvasCampus) -> None:
    with pytest.raises(InvalidAccessToken):
        Canvas(canvas.url, "wrong").get_account(1)
    with pytest.raises(Unauthorized):
        reader.get_account(1).create_course(course={"name": "No"})
    with pytest.raises(BadRequest):
        client.get_account(1).create_course(course={"name": "Dup", "sis_course_id": "MATH101-001-202680"})
    with pytest.raises(ResourceDoesNotExist):
        client.get_section("none", use_sis_id=True)


@pytest.mark.parametrize(("status", "error"), [(403, Forbidden), (429, RateLimitExceeded)])
def test_a_throttled_call_raises(
    client: Canvas, canvas: CanvasCampus, status: int, error: type[CanvasException]
) -> None:
    canvas.face.throttle = Throttle(BucketSettings(status=status))
    canvas.face.throttle.fill(canvas.write_token)
    with pytest.raises(error, match="Rate Limit Exceeded"):
        client.get_account(1)


def test_a_server_fault_raises_and_passes(client: Canvas, canvas: CanvasCampus) -> None:
    canvas.plan.add(FaultRule(kind=FaultKind.HTTP_5XX, status=500, count=1))
    with pytest.raises(CanvasException, match="500"):
        client.get_account(1)
    assert client.get_account(1).name == "Campus"
