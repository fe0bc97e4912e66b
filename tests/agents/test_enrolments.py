"""Detection of enrolment differences, one registrar's situation per row, in the database and in Python alike."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from agents.roster import detect, detect_one
from agents.roster.detected import Difference
from domain.changes import Change, ChangeRole, Deactivate, Enrol, MoveSection, Restore, Tier
from domain.findings import DiscrepancyType, Handling
from domain.institution import WaitlistPractice
from domain.lms import LmsRole, LmsState
from domain.ports import Fetch
from domain.records import GradeMode, Hold, HoldCategory, RegistrationStatus
from tests.agents.world import LIMITS, NOW, World, institution, key, taught_by

S, L, D = RegistrationStatus, LmsState, DiscrepancyType
BEFORE, AFTER = date(2026, 9, 14), date(2026, 9, 15)
A, P = Tier.AUTO, Tier.PROPOSE

# SIS status, left on, LMS state, by hand -> type, rule, tier, kind of change, wanted state
ROWS: list[tuple[Any, ...]] = [
    (S.REGISTERED, None, L.ACTIVE, False, None),
    (S.REGISTERED, None, None, False, D.MISSING_IN_LMS, "S131", A, "enrol", L.ACTIVE),
    (S.REGISTERED, None, L.DELETED, False, D.MISSING_IN_LMS, "R51", A, "restore", L.ACTIVE),
    (S.REGISTERED, None, L.DELETED, True, D.STATUS_MISMATCH, "R53", P, "restore", L.ACTIVE),
    (S.REGISTERED, None, L.INACTIVE, False, D.STATUS_MISMATCH, "R51", A, "restore", L.ACTIVE),
    (S.REGISTERED, None, L.INACTIVE, True, D.STATUS_MISMATCH, "R53", P, "restore", L.ACTIVE),
    (S.REGISTERED, None, L.INVITED, False, D.STATUS_MISMATCH, "S131", A, "enrol", L.ACTIVE),
    (S.REGISTERED, None, L.REJECTED, False, D.STATUS_MISMATCH, "R51", P, "restore", L.ACTIVE),
    (S.REGISTERED, None, L.UNKNOWN, False, D.UNKNOWN, "S198", P, "create_ticket", None),
    (S.DROPPED, BEFORE, L.ACTIVE, False, D.ACTIVE_IN_LMS_DROPPED_IN_SIS, "R48", A, "deactivate", L.DELETED),
    (S.DROPPED, BEFORE, L.ACTIVE, True, D.MANUAL_ENROLLMENT, "R53", P, "create_ticket", None),
    (S.DROPPED, BEFORE, L.DELETED, False, None),
    (S.DROPPED, BEFORE, None, False, None),
    (S.DROPPED, BEFORE, L.INACTIVE, False, D.STATUS_MISMATCH, "R48", A, "deactivate", L.DELETED),
    (S.DROPPED, AFTER, L.ACTIVE, False, D.ACTIVE_IN_LMS_DROPPED_IN_SIS, "R49", A, "deactivate", L.INACTIVE),
    (S.WITHDRAWN, AFTER, L.ACTIVE, False, D.ACTIVE_IN_LMS_DROPPED_IN_SIS, "R49", A, "deactivate", L.INACTIVE),
    (S.WITHDRAWN, AFTER, L.INACTIVE, False, None),
    (S.WITHDRAWN, AFTER, L.COMPLETED, False, None),
    (S.WITHDRAWN, AFTER, L.DELETED, False, D.STATUS_MISMATCH, "R49", A, "deactivate", L.INACTIVE),
    (S.WITHDRAWN, None, L.ACTIVE, False, D.ACTIVE_IN_LMS_DROPPED_IN_SIS, "R50", P, "create_ticket", None),
    (S.WITHDRAWN, None, L.INACTIVE, False, None),
    (S.CANCELED, AFTER, L.ACTIVE, False, D.ACTIVE_IN_LMS_DROPPED_IN_SIS, "R48", A, "deactivate", L.DELETED),
    (S.WAITLISTED, None, L.ACTIVE, False, D.WAITLIST_ACTIVE, "R54", A, "deactivate", L.DELETED),
    (S.WAITLISTED, None, L.ACTIVE, True, D.WAITLIST_ACTIVE, "R53", P, "create_ticket", None),
    (S.WAITLISTED, None, None, False, None),
    (S.UNKNOWN, None, L.ACTIVE, False, D.UNKNOWN, "S247", P, "create_ticket", None),
    (None, None, L.ACTIVE, False, D.UNEXPECTED_ENROLLMENT, "S253", P, "create_ticket", None),
    (None, None, L.ACTIVE, True, D.MANUAL_ENROLLMENT, "R53", P, "create_ticket", None),
    (None, None, L.DELETED, False, None),
]


def _world(status: S | None, left_on: date | None, state: L | None, by_hand: bool) -> World:
    world = World()
    person, section = world.person(), world.section()
    if status is not None:
        world.registers(person, section, status, on=left_on)
    if state is not None:
        world.enrolled(person, section, state, by_hand=by_hand)
    world.registers(world.person(99), section)
    world.enrolled(world.people[-1].sis_id, section)
    return world


def _only(world: World) -> Difference:
    detection = world.detect()
    assert not detection.stopped
    found = detection.differences
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(str(each) for each in row[:5]))
def test_r48_to_r54_every_standing_of_a_registration(row: tuple[Any, ...]) -> None:
    world = _world(*row[:4])
    if row[4] is None:
        assert world.types() == []
        return
    kind, rule, tier, change, wanted = row[4:]
    difference = _only(world)
    assert (difference.discrepancy.type, difference.discrepancy.rule, difference.discrepancy.tier) == (kind, rule, tier)
    assert len(difference.discrepancy.evidence) >= 2
    if wanted is None:
        assert difference.remedy == ()
        assert difference.discrepancy.handling is Handling.TICKET
    else:
        assert [each.kind for each in difference.remedy] == [change]
        assert difference.discrepancy.details["wanted"] == wanted.value


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(str(each) for each in row[:5]))
def test_r52_an_event_is_decided_like_the_nightly_run(row: tuple[Any, ...]) -> None:
    world = _world(*row[:4])
    one = detect_one(world.snapshots(), institution(), NOW, resolver=world.directory)
    assert one.differences == world.detect().differences


def test_r48_images_show_the_row_seen_and_the_row_wanted() -> None:
    change = _only(_world(S.DROPPED, BEFORE, L.ACTIVE, False)).remedy[0]
    assert isinstance(change, Deactivate)
    assert change.to is L.DELETED
    assert change.before.fields == {"state": "active", "role": "StudentEnrollment", "provenance": "sis"}
    assert not change.after.exists


def test_r51_a_registration_that_came_back_wins_over_its_drop() -> None:
    world = _world(S.DROPPED, BEFORE, L.DELETED, False)
    world.registers(world.people[0].sis_id, key("10001"), S.REGISTERED, sequence=2)
    assert isinstance(_only(world).remedy[0], Restore)


def test_r50_no_census_date_is_not_guessed() -> None:
    world = World()
    person, section = world.person(), world.section(part="unheard-of")
    world.registers(person, section, S.DROPPED, on=BEFORE)
    world.enrolled(person, section)
    assert [each.rule for each in world.found()] == ["R50"]


def test_r55_an_auditor_under_the_students_role_changes_role() -> None:
    world = World()
    person, section = world.person(), world.section()
    world.registers(person, section, grade_mode=GradeMode.AUDIT)
    world.enrolled(person, section)
    change = _only(world).remedy[0]
    assert isinstance(change, ChangeRole)
    assert (change.role, change.from_role, change.tier) == (LmsRole.AUDITOR, LmsRole.STUDENT, A)
    assert change.before.fields == {"from_state": "active"}
    assert not change.before.exists


def test_r55_of_two_live_roles_only_the_wrong_one_ends() -> None:
    world = World()
    person, section = world.person(), world.section()
    world.registers(person, section, grade_mode=GradeMode.AUDIT)
    world.enrolled(person, section)
    world.enrolled(person, section, role=LmsRole.AUDITOR)
    change = _only(world).remedy[0]
    assert isinstance(change, Deactivate)
    assert change.role is LmsRole.STUDENT


def test_r55_where_auditors_share_the_students_role_nothing_is_said() -> None:
    world = World()
    person, section = world.person(), world.section()
    world.registers(person, section, grade_mode=GradeMode.AUDIT)
    world.enrolled(person, section)
    assert world.types(institution(auditor_role=LmsRole.STUDENT)) == []


@pytest.mark.parametrize(
    ("practice", "role", "expected"),
    [
        (WaitlistPractice.ACTIVE, LmsRole.STUDENT, [D.WAITLIST_ACTIVE]),
        (WaitlistPractice.OWN_ROLE, LmsRole.WAITLIST, [D.WAITLIST_ACTIVE]),
        (WaitlistPractice.EXCLUDE, LmsRole.STUDENT, [D.WAITLIST_ACTIVE]),
    ],
)
def test_r54_waiting_ends_with_the_add_period(practice: Any, role: LmsRole, expected: list[D]) -> None:
    world = World()
    person, section = world.person(), world.section()
    world.registers(person, section, S.WAITLISTED)
    world.enrolled(person, section, role=role)
    assert world.types(institution(waitlist=practice)) == expected


def test_r52_a_swap_in_one_course_is_one_move() -> None:
    world = World()
    person, old, new = world.person(), world.section("10001"), world.section("10002")
    world.registers(person, old, S.DROPPED, on=BEFORE)
    world.registers(person, new)
    world.enrolled(person, old)
    difference = _only(world)
    assert difference.discrepancy.type is D.SECTION_MOVED
    assert (difference.discrepancy.section, difference.discrepancy.other_section) == (new, old)
    change = difference.remedy[0]
    assert isinstance(change, MoveSection)
    assert change.before.fields == {"from_state": "active"}


def test_r49_a_swap_after_census_keeps_the_record_of_the_first_section() -> None:
    world = World()
    person, old, new = world.person(), world.section("10001"), world.section("10002")
    world.registers(person, old, S.WITHDRAWN, on=AFTER)
    world.registers(person, new)
    world.enrolled(person, old)
    assert sorted(world.types()) == [D.ACTIVE_IN_LMS_DROPPED_IN_SIS, D.MISSING_IN_LMS]


def test_r52_an_auditor_who_comes_back_for_credit_elsewhere_has_not_moved() -> None:
    world = World()
    person, old, new = world.person(), world.section("10001"), world.section("10002")
    world.registers(person, old, S.DROPPED, on=BEFORE)
    world.registers(person, new)
    world.enrolled(person, old, role=LmsRole.AUDITOR)
    found = {each.discrepancy.type: each.remedy[0] for each in world.detect().differences}
    assert found.keys() == {D.ACTIVE_IN_LMS_DROPPED_IN_SIS, D.MISSING_IN_LMS}
    left, came = found[D.ACTIVE_IN_LMS_DROPPED_IN_SIS], found[D.MISSING_IN_LMS]
    assert isinstance(left, Deactivate)
    assert isinstance(came, Enrol)
    assert (left.role, came.role) == (LmsRole.AUDITOR, LmsRole.STUDENT)


def test_r52_another_course_is_no_move() -> None:
    world = World()
    person, old = world.person(), world.section("10001")
    new = world.section("10002", course_number="102")
    world.registers(person, new)
    world.enrolled(person, old)
    assert sorted(world.types()) == [D.MISSING_IN_LMS, D.UNEXPECTED_ENROLLMENT]


def test_r53_guests_assistants_designers_and_observers_stay() -> None:
    world = World()
    world.busy()
    section = world.section()
    for number, role in enumerate((LmsRole.TA, LmsRole.DESIGNER, LmsRole.OBSERVER, LmsRole.OTHER), start=1):
        world.enrolled(world.person(number), section, role=role, by_hand=True)
    world.enrolled(None, section, by_hand=True)
    assert world.types() == []


def test_r41_students_sit_in_the_lab_and_the_lecturer_teaches_it() -> None:
    world = World()
    student, teacher = world.person(1), world.person(2)
    lecture = world.section("10001", instructors=taught_by(teacher))
    lab = world.section("10002", in_lms=False, linked_to="10001")
    world.place(lab, world.courses[0].id)
    for section in (lecture, lab):
        world.registers(student, section)
    world.enrolled(student, lab)
    world.enrolled(teacher, lecture, role=LmsRole.TEACHER)
    change = _only(world).remedy[0]
    assert isinstance(change, Enrol)
    assert (change.section, change.role) == (lab, LmsRole.TEACHER)


def test_r46_a_removed_instructor_keeps_read_access_until_a_person_agrees() -> None:
    world = World()
    world.busy()
    world.enrolled(world.person(), world.section(), role=LmsRole.TEACHER)
    change: Change = _only(world).remedy[0]
    assert isinstance(change, Deactivate)
    assert (change.rule, change.tier, change.to) == ("R46", P, L.COMPLETED)


def test_r45_an_assistant_in_the_teachers_place_is_offered_not_changed() -> None:
    world = World()
    world.busy()
    teacher = world.person()
    section = world.section(instructors=taught_by(teacher))
    world.enrolled(teacher, section, role=LmsRole.TA)
    difference = _only(world)
    assert (difference.discrepancy.rule, difference.discrepancy.tier) == ("R45", P)
    assert isinstance(difference.remedy[0], ChangeRole)


@pytest.mark.parametrize(
    ("student_row", "by_hand", "remedy"),
    [(L.ACTIVE, False, [Deactivate]), (L.ACTIVE, True, []), (None, False, [ChangeRole])],
)
def test_r59_a_student_with_teaching_rights_is_one_difference(
    student_row: L | None, by_hand: bool, remedy: list[type]
) -> None:
    world = World()
    person, section = world.person(), world.section()
    world.registers(person, section)
    if student_row:
        world.enrolled(person, section, student_row)
    world.enrolled(person, section, role=LmsRole.TEACHER, by_hand=by_hand)
    difference = _only(world)
    assert (difference.discrepancy.type, difference.discrepancy.tier) == (D.ROLE_MISMATCH, P)
    assert [type(change) for change in difference.remedy] == remedy
    assert difference.discrepancy.handling is (Handling.PROPOSE if remedy else Handling.TICKET)


@pytest.mark.parametrize("student_row", [None, L.DELETED, L.INACTIVE])
def test_r53_a_student_row_missing_beside_a_teaching_row_made_by_hand_is_settled_beside_it(
    student_row: L | None,
) -> None:
    world = World()
    person, section = world.person(), world.section()
    world.registers(person, section)
    if student_row:
        world.enrolled(person, section, student_row)
    world.enrolled(person, section, role=LmsRole.TEACHER, by_hand=True)
    own, teaching = world.detect().differences
    assert [type(change) for change in own.remedy] == [Restore if student_row else Enrol]
    assert own.remedy[0].role is LmsRole.STUDENT  # type: ignore[union-attr]
    assert (own.remedy[0].confidence == 1) is (student_row is None)
    assert "grace_until" not in own.discrepancy.details
    assert (teaching.discrepancy.type, teaching.discrepancy.handling) == (D.ROLE_MISMATCH, Handling.TICKET)
    assert teaching.remedy == ()


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize(
    ("age", "handling"), [(89, Handling.REPORT), (91, None)], ids=["within the grace window", "after it"]
)
def test_r59_teaching_rights_of_a_student_wait_for_the_grace_window(
    by_hand: bool, age: int, handling: Handling | None
) -> None:
    world = World()
    person, section = world.person(), world.section()
    world.registers(person, section)
    world.enrolled(person, section)
    made = NOW - timedelta(days=age)
    world.enrolled(person, section, role=LmsRole.TEACHER, by_hand=by_hand, created_at=made)
    found = _only(world).discrepancy
    assert (found.type, found.rule, found.tier) == (D.ROLE_MISMATCH, "R59", P)
    assert found.handling is (handling or (Handling.TICKET if by_hand else Handling.PROPOSE))
    assert found.details.get("grace_until") == ("2026-09-22" if handling else None)


def test_r59_a_wrong_role_in_place_of_the_right_one_does_not_wait() -> None:
    world = World()
    person, section = world.person(), world.section()
    world.registers(person, section)
    world.enrolled(person, section, role=LmsRole.TA, created_at=NOW - timedelta(days=1))
    difference = _only(world)
    assert isinstance(difference.remedy[0], ChangeRole)
    assert difference.discrepancy.handling is Handling.PROPOSE


def test_r65_an_observers_row_the_feed_made_for_a_student_is_a_role_gone_wrong() -> None:
    world = World()
    person, section = world.person(), world.section()
    world.registers(person, section)
    world.enrolled(person, section, role=LmsRole.OBSERVER)
    change = _only(world).remedy[0]
    assert isinstance(change, ChangeRole)
    assert change.from_role is LmsRole.OBSERVER


def test_r60_r56_a_late_add_and_an_override_are_noted_and_valid() -> None:
    world = World()
    person, section = world.person(), world.section()
    world.registers(person, section, registered_on=date(2026, 9, 2), override=True)
    details = _only(world).discrepancy.details
    assert (details["late_add"], details["override"]) == ("2026-09-02", "yes")


def test_keys_are_compared_trimmed_in_one_case_and_padded() -> None:
    world = World()
    person, section = world.person(), world.section("01234")
    world.registers(person, section)
    world.enrolled(person, section)
    world.rows[0] = world.rows[0].model_copy(update={"person": "a00000001 ", "section_key": key("1234")})
    assert world.types() == []


@pytest.mark.parametrize(
    ("by_hand", "handling"), [(False, Handling.PROPOSE), (True, Handling.TICKET)], ids=["by the feed", "by hand"]
)
def test_r63_a_pupil_who_never_came_is_offered_and_not_taken_off(by_hand: bool, handling: Handling) -> None:
    world = World()
    person, section = world.person(), world.section()
    world.registers(person, section, S.NO_SHOW, on=BEFORE)
    world.enrolled(person, section, by_hand=by_hand)
    difference = _only(world)
    assert (difference.discrepancy.handling, difference.discrepancy.tier) == (handling, P)
    assert [type(change) for change in difference.remedy] == ([] if by_hand else [Deactivate])
    assert difference.discrepancy.rule == ("R53" if by_hand else "R63")


def test_r62_the_last_day_attended_is_told_with_a_departure() -> None:
    world = World()
    person, section = world.person(), world.section()
    world.registers(person, section, S.DROPPED, on=BEFORE, last_attended_on=date(2026, 9, 13))
    world.enrolled(person, section)
    assert _only(world).discrepancy.details["last_attended_on"] == "2026-09-13"


@pytest.mark.parametrize(("ends", "told"), [(None, True), (date(2026, 9, 1), False)], ids=["stands", "released"])
def test_r57_a_hold_that_stands_is_told_to_whoever_approves_access(ends: date | None, told: bool) -> None:
    world = World()
    person, section = world.person(), world.section()
    world.registers(person, section)
    world.enrolled(person, section, L.INACTIVE, by_hand=True)
    hold = Hold(person=person, category=HoldCategory.FINANCIAL, start_on=date(2026, 8, 1), end_on=ends)
    holds = Fetch(source="banner", rows=(hold,), complete=True, read_at=NOW)
    snapshots = replace(world.snapshots(), holds=holds)
    (difference,) = detect(snapshots, institution(), NOW, resolver=world.directory, limits=LIMITS).differences
    assert isinstance(difference.remedy[0], Restore)
    shown = [each.shows for each in (*difference.discrepancy.evidence, *difference.remedy[0].evidence)]
    assert any("hold stands" in words for words in shown) is told
