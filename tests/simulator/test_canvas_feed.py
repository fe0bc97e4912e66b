"""SIS imports: what rows do, what they may not do, diffing, batch clean-up, stickiness and undoing."""

from __future__ import annotations

import pytest

from simulator.canvas.jobs import SisImport
from simulator.canvas.refusals import Rejected
from tests.simulator.conftest import FALL, CanvasCampus

ENROLL = "section_id,user_id,role,status"
USERS = "user_id,login_id,first_name,last_name,status"


def feed(canvas: CanvasCampus, *lines: str, name: str = "feed.csv", **options: bool | int | str | None) -> SisImport:
    return canvas.state.import_csv({name: "\n".join(lines) + "\n"}, **options)


def messages(job: SisImport) -> list[str]:
    return [each.message for each in job.messages]


def enrollment_state(canvas: CanvasCampus, section: str, user: str) -> str:
    return canvas.state.enrollment_of(canvas.sections[section], canvas.users[user]).workflow_state


@pytest.mark.parametrize("status", ["deleted", "completed", "inactive", "active"])
def test_an_enrolment_row_sets_the_state(canvas: CanvasCampus, status: str) -> None:
    job = feed(canvas, ENROLL, f"202680-10001,A00000001,student,{status}")
    assert enrollment_state(canvas, "202680-10001", "A00000001") == status
    assert (job.workflow_state, job.counts["enrollments"]) == ("imported", 1)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("202680-99999,A00000001,student,active", "non-existent section 202680-99999"),
        ("202680-10001,A99999999,student,active", "User A99999999 not found"),
        ("202680-10001,A00000001,wizard,active", 'Improper role "wizard"'),
        ("202680-10001,A00000001,student,waitlisted", 'Improper status "waitlisted"'),
        (",A00000001,student,active", "No course_id or section_id"),
        ("202680-10001,,student,active", "No user_id"),
    ],
)
def test_a_bad_row_is_a_warning_and_the_rest_goes_on(canvas: CanvasCampus, row: str, message: str) -> None:
    job = feed(canvas, ENROLL, row, "202680-10003,A00000002,student,active")
    assert job.workflow_state == "imported_with_messages"
    assert message in messages(job)[0]
    assert (job.messages[0].row, job.counts["warning_count"]) == (2, 1)
    assert enrollment_state(canvas, "202680-10003", "A00000002") == "active"


def test_r40_a_stale_course_id_beside_a_moved_section_is_refused(canvas: CanvasCampus) -> None:
    third = canvas.state.create_course("Third", sis_course_id="THIRD")
    header = "course_id,section_id,user_id,role,status"
    home = feed(canvas, header, "MATH101-001-202680,202680-10001,A00000001,student,inactive")
    assert messages(home) == []
    stale = feed(canvas, header, f"{third.sis_course_id},202680-10001,A00000001,student,deleted")
    assert "unrelated" in messages(stale)[0]
    canvas.state.crosslist(canvas.sections["202680-10001"], third.id)
    by_home = feed(canvas, header, "MATH101-001-202680,202680-10001,A00000001,student,deleted")
    assert messages(by_home) == []
    assert enrollment_state(canvas, "202680-10001", "A00000001") == "deleted"


def test_a_delete_of_an_unknown_enrolment_makes_no_row(canvas: CanvasCampus) -> None:
    before = len(canvas.state.enrollments)
    feed(canvas, ENROLL, "202680-10003,A00000001,student,deleted")
    assert len(canvas.state.enrollments) == before


def test_auditors_are_enrolled_by_custom_role(canvas: CanvasCampus) -> None:
    feed(canvas, ENROLL, "202680-10003,A00000001,Auditor,active")
    row = canvas.state.enrollment_of(canvas.sections["202680-10003"], canvas.users["A00000001"], role="Auditor")
    assert row.type == "StudentEnrollment"


def test_deleted_last_completed_deletes_only_while_another_is_active(canvas: CanvasCampus) -> None:
    feed(canvas, ENROLL, "202680-10003,A00000001,student,active")
    feed(canvas, ENROLL, "202680-10003,A00000001,student,deleted_last_completed")
    feed(canvas, ENROLL, "202680-10001,A00000001,student,deleted_last_completed")
    assert enrollment_state(canvas, "202680-10003", "A00000001") == "deleted"
    assert enrollment_state(canvas, "202680-10001", "A00000001") == "completed"


def test_r5_a_login_of_another_sis_person_is_not_taken(canvas: CanvasCampus) -> None:
    job = feed(canvas, USERS, "B1,s01@EXAMPLE.edu,Eve,Taker,active")
    assert "has already claimed B1's requested login" in messages(job)[0]
    assert canvas.state.user_by_sis("B1") is None
    taken = feed(canvas, USERS, "B1,s01@example.edu,Eve,Taker,active", update_sis_id_if_login_claimed=True)
    assert messages(taken) == []
    assert canvas.state.user_by_sis("B1") is canvas.state.users[canvas.users["A00000001"]]


def test_a_manual_account_with_the_login_is_adopted(canvas: CanvasCampus) -> None:
    manual = canvas.state.create_user("By Hand", unique_id="hand@example.edu")
    feed(canvas, USERS, "B2,hand@example.edu,By,Feed,active")
    assert canvas.state.user_by_sis("B2") is manual


@pytest.mark.parametrize(
    ("status", "user_state", "login_state", "enrolled"),
    [("suspended", "registered", "suspended", "active"), ("deleted", "deleted", "deleted", "deleted")],
)
def test_r9_suspending_keeps_enrolments_and_deleting_takes_them(
    canvas: CanvasCampus, status: str, user_state: str, login_state: str, enrolled: str
) -> None:
    feed(canvas, USERS, f"A00000001,s01@example.edu,Student,01,{status}")
    user = canvas.state.user_by_sis("A00000001")
    assert user is not None
    assert user.workflow_state == user_state
    assert canvas.state.logins[user.login_ids[0]].workflow_state == login_state
    assert enrollment_state(canvas, "202680-10001", "A00000001") == enrolled


def test_r16_names_edited_in_canvas_stay_unless_stickiness_is_overridden(canvas: CanvasCampus) -> None:
    user = canvas.users["A00000001"]
    canvas.state.update_user(user, name="Chosen Name")
    line = "A00000001,s01@example.edu,Legal,Name,active"
    feed(canvas, USERS, line)
    assert canvas.state.users[user].name == "Chosen Name"
    assert canvas.state.users[user].sortable_name == "Name, Legal"
    feed(canvas, USERS, line, override_sis_stickiness=True, clear_sis_stickiness=True)
    assert canvas.state.users[user].name == "Legal Name"
    assert canvas.state.users[user].stuck == frozenset()


def test_courses_follow_status_and_keep_what_was_published(canvas: CanvasCampus) -> None:
    header = "course_id,short_name,long_name,account_id,term_id,status,start_date,end_date"

    def course_state(status: str) -> str:
        row = f"C9,C9,Ninth,dept:MATH,{FALL},{status},2026-08-24T04:00:00Z,2026-12-12"
        assert feed(canvas, header, row).messages == []
        course = canvas.state.course_by_sis("C9")
        assert course is not None
        return course.workflow_state

    assert [course_state(each) for each in ("active", "published", "active", "completed", "active", "deleted")] == [
        "claimed",
        "available",
        "available",
        "completed",
        "available",
        "deleted",
    ]


def test_r2_unknown_accounts_terms_and_parents_are_warnings(canvas: CanvasCampus) -> None:
    header = "course_id,short_name,long_name,account_id,term_id,status"
    job = feed(canvas, header, "C9,C9,Ninth,dept:NONE,,active", f"C8,C8,Eighth,,{FALL}9,active")
    assert messages(job) == ["Account not found for dept:NONE", "Term not found for 2026809"]


def test_e11_an_integration_id_is_unique_in_the_whole_account(canvas: CanvasCampus) -> None:
    header = "course_id,short_name,long_name,status,integration_id"
    job = feed(canvas, header, "C8,C8,Eighth,active,BANNER_10001", "C9,C9,Ninth,active,BANNER_10001")
    assert "already in use" in messages(job)[0]


def test_cross_listing_by_feed_makes_the_missing_course_and_comes_back(canvas: CanvasCampus) -> None:
    header = "xlist_course_id,section_id,status"
    feed(canvas, header, "XL-1,202680-10001,active", "XL-1,202680-10002,active")
    made = canvas.state.course_by_sis("XL-1")
    assert made is not None
    assert [row.sis_section_id for row in canvas.state.sections_of_course(made.id)] == ["202680-10001", "202680-10002"]
    feed(canvas, header, "XL-1,202680-10001,deleted")
    section = canvas.state.sections[canvas.sections["202680-10001"]]
    assert (section.course_id, section.nonxlist_course_id) == (canvas.courses["MATH101-001-202680"], None)


def test_a_section_moved_by_hand_stands_against_the_feed(canvas: CanvasCampus) -> None:
    section_id, (home, target) = canvas.sections["202680-10001"], canvas.courses.values()
    canvas.state.crosslist(section_id, target)
    feed(canvas, "xlist_course_id,section_id,status", "XL-1,202680-10001,active")
    assert canvas.state.sections[section_id].course_id == target
    feed(canvas, "xlist_course_id,section_id,status", "XL-1,202680-10001,active", override_sis_stickiness=True)
    moved = canvas.state.sections[section_id]
    assert (canvas.state.courses[moved.course_id].sis_course_id, moved.nonxlist_course_id) == ("XL-1", home)


def test_deleting_a_section_by_feed_deletes_its_people(canvas: CanvasCampus) -> None:
    feed(canvas, "section_id,course_id,name,status", "202680-10001,MATH101-001-202680,gone,deleted")
    assert enrollment_state(canvas, "202680-10001", "A00000001") == "deleted"


def test_r3_change_sis_id_is_applied_before_everything_else(canvas: CanvasCampus) -> None:
    job = canvas.state.import_csv(
        {
            "1.csv": f"{ENROLL}\n202680-10003,A77777777,student,active\n",
            "2.csv": "old_id,new_id,type\nA00000001,A77777777,user\nA00000404,A1,user\nA00000002,A00000003,user\n",
        }
    )
    assert canvas.state.user_by_sis("A77777777") is canvas.state.users[canvas.users["A00000001"]]
    assert canvas.state.user_by_sis("A00000001") is None
    assert len(messages(job)) == 2
    assert job.counts["enrollments"] == 1


def test_a_further_login_belongs_to_the_existing_user(canvas: CanvasCampus) -> None:
    job = feed(canvas, "user_id,login_id,existing_user_id,status", "B9,second@example.edu,A00000001,active")
    assert messages(job) == []
    assert canvas.state.user_by_sis("B9") is canvas.state.user_by_sis("A00000001")


def test_terms_take_dates_and_overrides(canvas: CanvasCampus) -> None:
    feed(
        canvas,
        "term_id,name,status,start_date,end_date,date_override_enrollment_type",
        "202710,Spring 2027,active,2027-01-19,2027-05-14,",
        "202710,,active,2027-01-10,2027-05-20,TeacherEnrollment",
    )
    term = canvas.state.term_by_sis("202710")
    assert term is not None
    assert term.start_at is not None
    assert term.start_at.day == 19
    assert list(term.overrides) == ["TeacherEnrollment"]


@pytest.mark.parametrize(
    ("content", "message"),
    [("a,b\n1,2\n", "Couldn't find Canvas CSV import headers"), (f'{ENROLL}\n"x,y', "Malformed CSV")],
)
def test_a_file_that_is_none_fails_the_import(canvas: CanvasCampus, content: str, message: str) -> None:
    job = canvas.state.import_csv({"bad.csv": content})
    assert (job.workflow_state, messages(job)) == ("failed_with_messages", [message])


def full(*dropped: int) -> list[str]:
    return [ENROLL, *(f"202680-10001,A{n:08d},student,active" for n in range(1, 26) if n not in dropped)]


def test_diffing_applies_only_what_changed_and_drops_what_is_gone(canvas: CanvasCampus) -> None:
    feed(canvas, *full(), diffing_data_set_identifier="nightly")
    row = canvas.state.enrollment_of(canvas.sections["202680-10001"], canvas.users["A00000005"])
    canvas.state.leave(row.id, "inactivate")

    job = feed(canvas, *full(7), diffing_data_set_identifier="nightly", diffing_drop_status="inactive")

    assert (job.diffed_against, job.counts["enrollments"]) == (1, 1)
    assert enrollment_state(canvas, "202680-10001", "A00000007") == "inactive"
    assert row.workflow_state == "inactive", "r69: a diff does not see a change made in Canvas"
    feed(canvas, *full(7), diffing_data_set_identifier="nightly", diffing_remaster_data_set=True)
    assert row.workflow_state == "active"


def test_over_the_threshold_the_full_file_is_applied_and_is_no_base(canvas: CanvasCampus) -> None:
    name = {"diffing_data_set_identifier": "nightly", "change_threshold": 20}
    feed(canvas, *full(), **name)
    half = full(*range(1, 14))
    job = feed(canvas, *half, **name)
    assert job.threshold_exceeded
    assert job.counts["enrollments"] == 12
    assert enrollment_state(canvas, "202680-10001", "A00000001") == "active", "nothing is dropped"
    back = feed(canvas, *full(3), **name)
    assert (back.diffed_against, back.threshold_exceeded) == (1, False)


def test_five_exceedances_close_the_data_set_until_a_remaster(canvas: CanvasCampus) -> None:
    name = {"diffing_data_set_identifier": "nightly", "change_threshold": 5}
    feed(canvas, *full(), **name)
    half = full(*range(1, 14))
    states = [feed(canvas, *half, **name).workflow_state for _ in range(6)]
    assert states == ["imported"] * 5 + ["failed_with_messages"]
    assert feed(canvas, *half, **name, diffing_remaster_data_set=True).workflow_state == "imported"
    assert feed(canvas, *half, **name).diffed_against == 8


def test_a_row_count_threshold_stops_the_diff(canvas: CanvasCampus) -> None:
    feed(canvas, *full(), diffing_data_set_identifier="nightly")
    job = feed(canvas, *full(1, 2, 3), diffing_data_set_identifier="nightly", diff_row_count_threshold=2)
    assert job.threshold_exceeded
    assert enrollment_state(canvas, "202680-10001", "A00000001") == "active"


def batch(canvas: CanvasCampus, *lines: str, **options: bool | int | str | None) -> SisImport:
    term = canvas.state.term_by_sis(FALL)
    assert term is not None
    return feed(canvas, *lines, batch_mode=True, batch_mode_term_id=term.id, **options)


def test_batch_mode_takes_what_the_sis_made_and_did_not_mention(canvas: CanvasCampus) -> None:
    feed(canvas, *full())
    by_hand = canvas.state.enroll(canvas.sections["202680-10003"], canvas.users["A00000001"], state="active")
    job = batch(canvas, *full(7, 8))
    assert job.counts["batch_enrollments_deleted"] == 2
    assert enrollment_state(canvas, "202680-10001", "A00000007") == "deleted"
    assert by_hand.workflow_state == "active", "what no import made is left alone"


def test_batch_mode_over_its_threshold_takes_nothing(canvas: CanvasCampus) -> None:
    feed(canvas, *full())
    job = batch(canvas, *full(*range(1, 14)), change_threshold=10)
    assert job.workflow_state == "aborted"
    assert "above the threshold of 10%" in messages(job)[0]
    assert enrollment_state(canvas, "202680-10001", "A00000001") == "active"


def test_skip_deletes_passes_over_deletions(canvas: CanvasCampus) -> None:
    feed(canvas, ENROLL, "202680-10001,A00000001,student,deleted", skip_deletes=True)
    assert enrollment_state(canvas, "202680-10001", "A00000001") == "active"


def test_batch_and_diffing_exclude_each_other(canvas: CanvasCampus) -> None:
    with pytest.raises(Rejected):
        batch(canvas, *full(), diffing_data_set_identifier="nightly")
    with pytest.raises(Rejected):
        feed(canvas, *full(), diffing_data_set_identifier="n" * 129)
    with pytest.raises(Rejected):
        feed(canvas, *full(), multi_term_batch_mode=True)


def restore(canvas: CanvasCampus, job: SisImport, **options: bool) -> str:
    progress = canvas.state.restore_import(job.id, **options)
    assert job.workflow_state == "restoring"
    canvas.state.advance_progress(progress.id)
    assert canvas.state.advance_progress(progress.id).workflow_state == "completed"
    return job.workflow_state


def test_r71_restoring_brings_states_back_and_removes_what_was_made(canvas: CanvasCampus) -> None:
    job = feed(
        canvas,
        ENROLL,
        "202680-10001,A00000001,student,deleted",
        "202680-10001,A00000002,student,inactive",
        "202680-10003,A00000003,student,active",
    )
    assert restore(canvas, job) == "restored"
    assert enrollment_state(canvas, "202680-10001", "A00000001") == "active"
    assert enrollment_state(canvas, "202680-10001", "A00000002") == "active"
    assert enrollment_state(canvas, "202680-10003", "A00000003") == "deleted"


def test_undelete_only_leaves_the_rest(canvas: CanvasCampus) -> None:
    job = feed(
        canvas,
        ENROLL,
        "202680-10001,A00000001,student,deleted",
        "202680-10001,A00000002,student,inactive",
        "202680-10003,A00000003,student,active",
    )
    assert restore(canvas, job, undelete_only=True) == "partially_restored"
    assert enrollment_state(canvas, "202680-10001", "A00000001") == "active"
    assert enrollment_state(canvas, "202680-10001", "A00000002") == "inactive"
    assert enrollment_state(canvas, "202680-10003", "A00000003") == "active"


def test_restoring_leaves_alone_what_changed_since(canvas: CanvasCampus) -> None:
    job = feed(canvas, ENROLL, "202680-10001,A00000001,student,deleted")
    row = canvas.state.enroll(canvas.sections["202680-10001"], canvas.users["A00000001"], state="inactive")
    restore(canvas, job)
    assert row.workflow_state == "inactive"
