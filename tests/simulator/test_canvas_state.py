"""The rows of a Canvas move as Canvas moves them."""

from __future__ import annotations

import pytest

from simulator.canvas.refusals import Invalid, NotFound, Rejected
from tests.simulator.conftest import FALL, CanvasCampus


@pytest.mark.parametrize(
    ("left_in", "requested", "expected"),
    [
        ("active", "invited", "active"),
        ("active", "inactive", "active"),
        ("invited", "active", "active"),
        ("inactive", "active", "active"),
        ("completed", "active", "active"),
        ("rejected", "invited", "invited"),
        ("deleted", "active", "active"),
        ("deleted", "inactive", "inactive"),
    ],
)
def test_enrolling_again_revives_all_but_active_rows(
    canvas: CanvasCampus, left_in: str, requested: str, expected: str
) -> None:
    state, section, user = canvas.state, canvas.sections["202680-10001"], canvas.users["A00000001"]
    row = state.enrollment_of(section, user)
    state.set_enrollment_state(row, left_in)
    row.sis_import_id = 7

    again = state.enroll(section, user, state=requested)

    assert again is row
    assert row.workflow_state == expected
    assert row.sis_import_id == (None if left_in == "deleted" else 7)


def test_another_role_or_section_is_another_enrolment(canvas: CanvasCampus) -> None:
    state, user = canvas.state, canvas.users["A00000001"]
    known = state.enrollment_of(canvas.sections["202680-10001"], user)
    auditor = state.enroll(canvas.sections["202680-10001"], user, role="Auditor", state="active")
    elsewhere = state.enroll(canvas.sections["202680-10003"], user, state="active")
    assert len({known.id, auditor.id, elsewhere.id}) == 3
    assert auditor.type == "StudentEnrollment"


def test_an_unpublished_course_holds_back_a_students_invitation(canvas: CanvasCampus) -> None:
    state, section = canvas.state, canvas.sections["202680-10002"]
    student = state.enroll(section, canvas.users["A00000001"])
    teacher = state.enroll(section, canvas.users["A00000000"], "TeacherEnrollment")
    active = state.enroll(section, canvas.users["A00000002"], state="active")
    assert (student.workflow_state, teacher.workflow_state, active.workflow_state) == (
        "creation_pending",
        "invited",
        "active",
    )
    state.course_event(canvas.courses["MATH101-002-202680"], "offer")
    assert student.workflow_state == "invited"


@pytest.mark.parametrize(
    ("task", "expected"),
    [("conclude", "completed"), ("delete", "deleted"), ("inactivate", "inactive"), ("deactivate", "inactive")],
)
def test_leaving(canvas: CanvasCampus, task: str, expected: str) -> None:
    row = canvas.state.enrollment_of(canvas.sections["202680-10001"], canvas.users["A00000001"])
    assert canvas.state.leave(row.id, task).workflow_state == expected
    assert (row.completed_at is not None) == (expected == "completed")


def test_only_an_inactive_enrolment_is_reactivated(canvas: CanvasCampus) -> None:
    row = canvas.state.enrollment_of(canvas.sections["202680-10001"], canvas.users["A00000001"])
    with pytest.raises(Rejected) as refused:
        canvas.state.reactivate(row.id)
    assert refused.value.body == {"error": "enrollment not inactive"}
    canvas.state.leave(row.id, "inactivate")
    assert canvas.state.reactivate(row.id).workflow_state == "active"


def test_concluding_a_course_completes_and_closes_it(canvas: CanvasCampus) -> None:
    state, section = canvas.state, canvas.sections["202680-10001"]
    state.course_event(canvas.courses["MATH101-001-202680"], "conclude")
    assert {row.workflow_state for row in state.enrollments_of_section(section)} == {"completed"}
    with pytest.raises(Rejected, match="concluded course"):
        state.enroll(section, canvas.users["A00000001"], state="active")


def test_deleting_a_course_deletes_its_enrolments_and_undelete_does_not_bring_them_back(canvas: CanvasCampus) -> None:
    state, course = canvas.state, canvas.courses["MATH101-001-202680"]
    state.course_event(course, "delete")
    with pytest.raises(NotFound):
        state.course_event(course, "offer")
    assert state.course_event(course, "undelete").workflow_state == "claimed"
    assert {row.workflow_state for row in state.enrollments_of_course(course)} == {"deleted"}


def test_cross_listing_remembers_the_first_home_and_takes_enrolments_along(canvas: CanvasCampus) -> None:
    state, section_id = canvas.state, canvas.sections["202680-10001"]
    home, target = canvas.courses.values()
    third = state.create_course("Third", offer=True).id

    state.crosslist(section_id, target)
    section = state.crosslist(section_id, third)

    assert (section.course_id, section.nonxlist_course_id) == (third, home)
    assert {row.course_id for row in state.enrollments_of_section(section_id)} == {third}
    assert [row.id for row in state.sections_of_course(home)] == [canvas.sections["202680-10003"]]
    assert len(state.enrollments_of_course(third)) == 26

    state.course_event(home, "delete")
    section = state.decrosslist(section_id)
    assert (section.course_id, section.nonxlist_course_id) == (home, None)
    assert state.courses[home].workflow_state == "claimed"
    with pytest.raises(Rejected):
        state.decrosslist(section_id)


def test_a_section_with_people_is_not_deleted(canvas: CanvasCampus) -> None:
    with pytest.raises(Invalid):
        canvas.state.delete_section(canvas.sections["202680-10001"])
    assert canvas.state.delete_section(canvas.sections["202680-10003"]).workflow_state == "deleted"


def test_a_deleted_row_still_holds_its_sis_id_until_reactivation(canvas: CanvasCampus) -> None:
    state = canvas.state
    state.course_event(canvas.courses["MATH101-001-202680"], "delete")
    with pytest.raises(Invalid):
        state.create_course("Again", sis_course_id="MATH101-001-202680")
    revived = state.create_course("Again", sis_course_id="MATH101-001-202680", reactivate=True)
    assert (revived.id, revived.workflow_state) == (canvas.courses["MATH101-001-202680"], "claimed")


def test_deleting_a_user_deletes_all_enrolments_and_restoring_does_not(canvas: CanvasCampus) -> None:
    state, user = canvas.state, canvas.users["A00000001"]
    state.delete_user(user)
    assert {row.workflow_state for row in state.enrollments_of_user(user)} == {"deleted"}
    assert state.user_by_login("s01@example.edu") is None
    state.restore_user(user)
    assert state.user_by_login("S01@EXAMPLE.EDU") is state.users[user]
    assert {row.workflow_state for row in state.enrollments_of_user(user)} == {"deleted"}


def test_merging_moves_logins_and_leaves_one_enrolment(canvas: CanvasCampus) -> None:
    state, section = canvas.state, canvas.sections["202680-10001"]
    into = canvas.users["A00000001"]
    twin = state.create_user("Student One", unique_id="one@mail.example")
    state.enroll(section, twin.id, state="active")
    elsewhere = state.enroll(canvas.sections["202680-10003"], twin.id, state="active")

    target = state.merge_users(twin.id, into)

    assert target.id == into
    assert len(target.login_ids) == 2
    assert elsewhere.user_id == into
    living = [row for row in state.enrollments_of_user(into) if row.workflow_state == "active"]
    assert sorted(row.section_id for row in living) == [section, canvas.sections["202680-10003"]]
    assert state.users[twin.id].merged_into == into


def test_login_names_collide_whatever_their_case(canvas: CanvasCampus) -> None:
    with pytest.raises(Invalid):
        canvas.state.create_user("Another Grace", unique_id="GHopper")


def test_every_effective_change_is_logged_with_actor_key_and_fields(canvas: CanvasCampus) -> None:
    state, section, user = canvas.state, canvas.sections["202680-10001"], canvas.users["A00000001"]
    mark = state.writes[-1].sequence
    with state.acting("hand", "teacher concludes"):
        state.leave(state.enrollment_of(section, user).id, "inactivate")
    state.update_user(user, name=state.users[user].name)

    [write] = state.log.since(mark)

    assert (write.actor, write.operation, write.table) == ("hand", "teacher concludes", "enrollment")
    assert write.key == {
        "section": "202680-10001",
        "user": "A00000001",
        "type": "StudentEnrollment",
        "role": "StudentEnrollment",
    }
    assert write.before == {"workflow_state": "active"}
    assert write.after == {"workflow_state": "inactive"}


def test_a_twin_diverges_from_its_original(canvas: CanvasCampus) -> None:
    state = canvas.state
    twin = state.copy()
    twin.delete_user(canvas.users["A00000001"])
    twin.import_csv({"t.csv": "term_id,name,status\n202710,Spring 2027,active\n"})
    created = twin.create_user("New", unique_id="new@example.edu")

    assert state.users[canvas.users["A00000001"]].workflow_state == "registered"
    assert state.term_by_sis("202710") is None
    assert created.id not in state.users
    assert state.create_user("Other", unique_id="new@example.edu").id == created.id
    assert len(twin.writes) > len(state.writes)


def test_an_account_is_listed_with_all_below_it(canvas: CanvasCampus) -> None:
    state = canvas.state
    math = state.account_by_sis("dept:MATH")
    assert math is not None
    below = state.create_account("Algebra", parent_id=math.id)
    assert state.account_tree(math.id) == {math.id, below.id}
    assert state.term_by_sis(FALL) is not None
