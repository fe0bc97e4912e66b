"""Sections and courses: missing, other LMS, unpublished, closed, cancelled, concluded, cross-listed, misdated."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.changes import (
    ArchiveCourse,
    CreateCourse,
    CreateSection,
    CrossList,
    Enrol,
    RelinkSection,
    Tier,
    UpdateDates,
)
from domain.findings import DiscrepancyType as D
from domain.findings import Handling
from domain.ids import SectionKey
from domain.institution import TermCalendar
from domain.lms import CourseState, LmsRole
from domain.records import RegistrationStatus, SectionStatus
from tests.agents.world import TERM, World, institution, key, part, taught_by


def _registered(world: World, **section: Any) -> None:
    world.busy()
    world.registers(world.person(1), world.section("10001", in_lms=False, **section))


def test_s179_a_missing_course_is_made_with_its_section_and_roster() -> None:
    world = World()
    _registered(world)
    (difference,) = world.detect().differences
    assert difference.discrepancy.type is D.ENROLLMENT_WITHOUT_LMS_COURSE
    course, section, enrol = difference.remedy
    assert isinstance(course, CreateCourse)
    assert isinstance(section, CreateSection)
    assert isinstance(enrol, Enrol)
    assert (course.account, course.template, course.publish) == ("dept:MATH", "TEMPLATE-MATH", True)
    assert course.integration_id == "BANNER_202680_10001"
    assert course.start_at == datetime(2026, 8, 24, 4, tzinfo=UTC)
    assert course.after.fields == {"state": "available"}


def test_s194_a_department_without_template_goes_to_the_default_account_unpublished() -> None:
    world = World()
    _registered(world, department="ARTS")
    course = world.detect().differences[0].remedy[0]
    assert isinstance(course, CreateCourse)
    assert (course.account, course.publish, course.template) == ("self", False, "")


def test_s179_a_missing_section_of_a_present_course_is_made_alone() -> None:
    world = World()
    world.course("MATH101-001-202680")
    _registered(world)
    assert [type(change) for change in world.detect().differences[0].remedy] == [CreateSection, Enrol]


def test_r41_a_lecture_and_its_labs_missing_together_are_one_difference() -> None:
    world = World()
    _registered(world)
    world.section("10002", in_lms=False, linked_to="10001")
    (difference,) = world.detect().differences
    assert [type(change) for change in difference.remedy] == [CreateCourse, CreateSection, CreateSection]


@pytest.mark.parametrize(
    ("section", "calendars"),
    [
        ({"lms": "moodle"}, None),
        ({"published": False}, None),
        ({"status": SectionStatus.CANCELLED}, None),
        ({}, (TermCalendar(term=TERM, parts=(part(),), published=False),)),
        ({}, (TermCalendar(term=TERM, parts=(part(grades_close_on=date(2026, 9, 1)),)),)),
        ({}, ()),
    ],
    ids=["R43", "R35-section", "R36", "R35-term", "R34", "R32"],
)
def test_r32_to_r43_sections_that_are_not_ours_stay_silent(section: dict[str, Any], calendars: Any) -> None:
    world = World()
    _registered(world, **section)
    settings = institution(**({"calendars": calendars} if calendars is not None else {}))
    assert world.types(settings) == []


def test_r34_a_closed_term_is_left_in_peace() -> None:
    world = World()
    world.busy()
    section = world.section("10001")
    world.enrolled(world.person(1), section)
    closed = (TermCalendar(term=TERM, parts=(part(grades_close_on=date(2026, 9, 1)),)),)
    assert world.types() == [D.UNEXPECTED_ENROLLMENT]
    assert world.types(institution(calendars=closed)) == []


def test_r37_a_section_the_sis_does_not_list_is_not_emptied() -> None:
    world = World()
    world.busy()
    section = world.section("10001")
    world.enrolled(world.person(1), section)
    world.sections.pop()
    assert world.types() == []


def test_r36_whoever_is_left_in_a_cancelled_section_is_offered_for_removal() -> None:
    world = World()
    world.busy()
    student, teacher, guest = world.person(1), world.person(2), world.person(3)
    section = world.section(status=SectionStatus.CANCELLED, instructors=taught_by(teacher))
    world.registers(student, section, RegistrationStatus.CANCELED)
    world.enrolled(student, section)
    world.enrolled(teacher, section, role=LmsRole.TEACHER)
    world.enrolled(guest, section, by_hand=True)
    detection = world.detect()
    assert [each.type for each in detection.discrepancies] == [D.CANCELLED_SECTION] * 2
    assert {change.tier for each in detection.differences for change in each.remedy} == {Tier.PROPOSE}
    archives = [c for each in detection.differences for c in each.remedy if isinstance(c, ArchiveCourse)]
    assert [archive.course for archive in archives] == ["MATH101-001-202680"]


def test_r36_a_course_that_other_sections_use_is_not_archived() -> None:
    world = World()
    world.busy()
    student, section = world.person(1), world.section("10001", status=SectionStatus.CANCELLED)
    other = world.section("10002", in_lms=False, linked_to="10001")
    world.place(other, world.lms_sections[-1].course)
    world.registers(student, section, RegistrationStatus.CANCELED)
    world.enrolled(student, section)
    kinds = [change.kind for each in world.detect().differences for change in each.remedy]
    assert kinds == ["deactivate"]


def test_r44_a_course_ended_early_is_one_ticket_and_takes_no_writes() -> None:
    world = World()
    world.busy()
    section = world.section("10001")
    world.courses[-1] = world.courses[-1].model_copy(update={"state": CourseState.COMPLETED})
    for number in (1, 2):
        world.registers(world.person(number), section)
    (difference,) = world.detect().differences
    assert (difference.discrepancy.type, difference.remedy) == (D.CONCLUDED_SECTION, ())
    assert difference.discrepancy.details["enrolments"] == "2"


@pytest.mark.parametrize("direction", ["missing", "wrong"])
def test_r39_r40_a_section_under_the_wrong_course_is_offered_for_moving(direction: str) -> None:
    world = World()
    world.busy()
    group = {"cross_list_group": "X1"} if direction == "missing" else {}
    world.section("10001", **group)
    second = world.section("10002", in_lms=direction == "missing", **group)
    if direction == "wrong":
        world.course("MATH101-002-202680")
        world.place(second, next(c.id for c in world.courses if c.sis_course_id == "MATH101-001-202680"))
    (difference,) = world.detect().differences
    (change,) = difference.remedy
    assert isinstance(change, CrossList)
    assert (change.section, change.tier, change.undo) == (second, Tier.PROPOSE, direction == "wrong")
    assert change.after.fields["course"] == ("MATH101-001-202680" if direction == "missing" else "MATH101-002-202680")
    assert "enrolments move" in difference.discrepancy.details["warning"]


END = datetime(2026, 12, 12, 4, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("off", "tier"),
    [
        (timedelta(0), None),
        (timedelta(minutes=-44), None),
        (timedelta(hours=5), None),
        (timedelta(days=1), Tier.AUTO),
        (timedelta(days=-2), Tier.AUTO),
        (timedelta(days=30), Tier.PROPOSE),
    ],
)
def test_s249_dates_are_corrected_offered_or_left_by_how_far_they_are_off(off: timedelta, tier: Tier | None) -> None:
    world = World()
    world.busy()
    world.section("10001")
    world.courses[-1] = world.courses[-1].model_copy(update={"end_at": END + off})
    found = world.detect().differences
    assert [each.discrepancy.tier for each in found] == ([tier] if tier else [])
    for difference in found:
        (change,) = difference.remedy
        assert isinstance(change, UpdateDates)
        assert change.course == world.courses[-1].sis_course_id
        assert change.before.fields["end_at"] == f"{END + off:%Y-%m-%dT%H:%M:%SZ}"
        assert change.after.fields == {"start_at": "2026-08-24T04:00:00Z", "end_at": "2026-12-12T04:59:59Z"}


def test_s249_dates_of_the_section_itself_count_before_those_of_its_course() -> None:
    world = World()
    world.busy()
    world.section("10001")
    world.courses[-1] = world.courses[-1].model_copy(update={"end_at": END + timedelta(days=30)})
    world.lms_sections[-1] = world.lms_sections[-1].model_copy(update={"end_at": END})
    assert world.types() == []
    world.lms_sections[-1] = world.lms_sections[-1].model_copy(update={"end_at": END + timedelta(days=30)})
    (difference,) = world.detect().differences
    (change,) = difference.remedy
    assert isinstance(change, UpdateDates)
    assert (change.course, change.before.fields["start_at"]) == (None, "")


def test_r31_the_same_crn_in_another_term_is_another_section() -> None:
    world = World()
    _registered(world)
    world.place(key("10001", "202640"), world.course("MATH101-001-202640"))  # type: ignore[arg-type]
    assert world.types() == [D.ENROLLMENT_WITHOUT_LMS_COURSE]


def test_r45_a_section_with_assistants_only_is_named() -> None:
    world = World()
    world.busy()
    assistant = world.person(1)
    section = world.section("10001", instructors=taught_by(assistant, primary=False, assistant=True))
    world.enrolled(assistant, section, role=LmsRole.TA)
    detection = world.detect()
    assert detection.differences == ()
    assert [finding.subject for finding in detection.findings] == [f"section {section}"]


@pytest.mark.parametrize(("instructors", "words"), [((1, 2), "2 instructors"), ((1,), ""), ((), "lost its instructor")])
def test_r42_an_independent_study_without_exactly_one_instructor_is_named(
    instructors: tuple[int, ...], words: str
) -> None:
    world = World()
    world.busy()
    staff = tuple(one for number in instructors for one in taught_by(world.person(number)))
    section = world.section(independent_study=True, instructors=staff)
    for person in staff:
        world.enrolled(person.sis_id, section, role=LmsRole.TEACHER)
    messages = [each.message for each in world.detect().findings if each.subject == f"section {section}"]
    assert len(messages) == bool(words)
    assert all(words in message for message in messages)


def _recreated(world: World, *, orphans: int = 1) -> SectionKey:
    """A class that the department made anew under another CRN, with what the LMS has of it."""
    world.busy()
    section = world.section("10001", in_lms=False)
    course = world.course(world.sections[-1].own_course_id)
    for number in range(orphans):
        world.place(key(f"9000{number}"), course)
    person = world.person()
    world.registers(person, section)
    if orphans:
        world.enrolled(person, key("90000"))
    return section


def test_r37_a_section_made_anew_is_offered_the_old_one_and_nothing_blank_is_made() -> None:
    world = World()
    section = _recreated(world)
    (difference,) = world.detect().differences
    found = difference.discrepancy
    assert (found.type, found.rule, found.tier) == (D.SECTION_RECREATED, "R37", Tier.PROPOSE)
    assert (found.section, found.other_section) == (section, key("90000"))
    (change,) = difference.remedy
    assert isinstance(change, RelinkSection)
    assert change.before.fields == {"sis_id": "202680-90000"}


@pytest.mark.parametrize("orphans", [0, 2])
def test_r37_without_exactly_one_old_section_nobody_guesses(orphans: int) -> None:
    world = World()
    _recreated(world, orphans=orphans)
    assert world.types() == [D.ENROLLMENT_WITHOUT_LMS_COURSE]


@pytest.mark.parametrize(
    ("late", "limited", "expected"),
    [(False, False, []), (True, False, [D.SECTIONS_EXPOSED]), (True, True, [])],
    ids=["on the same days", "on other days", "kept to their section"],
)
def test_r19_sections_of_a_cross_list_that_do_not_meet_must_not_see_each_other(
    late: bool, limited: bool, expected: list[D]
) -> None:
    world = World()
    days = {"start_on": date(2026, 10, 19)} if late else {}
    first = world.section("10001", cross_list_group="X1", cross_list_primary=True)
    home = world.courses[-1]
    second = world.section("10002", in_lms=False, cross_list_group="X1", **days)
    world.place(second, home.id)
    for number, section in enumerate((first, second), start=1):
        person = world.person(number)
        world.registers(person, section)
        world.enrolled(person, section, limited_to_section=limited)
    found = [each for each in world.found() if each.type is not D.DATE_VARIANCE]
    assert [each.type for each in found] == expected
    assert [(each.rule, each.handling, each.details["exposed"]) for each in found] == [
        ("R19", Handling.TICKET, "2") for _ in expected
    ]


def test_r19_the_offer_to_move_a_section_back_says_who_sees_whom_meanwhile() -> None:
    world = World()
    first, second = world.section("10001"), world.section("10002", in_lms=False, course_number="305")
    world.course(world.sections[-1].own_course_id)
    world.place(second, world.courses[0].id)
    for number, section in enumerate((first, second), start=1):
        person = world.person(number)
        world.registers(person, section)
        world.enrolled(person, section)
    (found,) = [each for each in world.found() if each.type is D.CROSS_LIST_MISMATCH]
    assert found.details["exposed"].startswith("2 students")
