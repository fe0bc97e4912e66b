"""Comparing two Canvases made by hand: what counts as one difference and what an outer one explains."""

from datetime import UTC, datetime

import pytest

from simulator.world.difference import Difference, compare
from simulator.world.snapshot import CourseView, SectionView, Snapshot, UserView

START, END = datetime(2026, 8, 24, 4, tzinfo=UTC), datetime(2026, 12, 12, 4, 59, tzinfo=UTC)
ACTIVE = frozenset({("StudentEnrollment", "StudentEnrollment", "active")})
INACTIVE = frozenset({("StudentEnrollment", "StudentEnrollment", "inactive")})
COMPLETED = frozenset({("StudentEnrollment", "StudentEnrollment", "completed")})
COURSE = CourseView("Calculus", "202680", "available", START, END)


def campus() -> Snapshot:
    """Two sections of one course, each with a course of its own, and one student in each."""
    return Snapshot(
        users={name: UserView(name, name.lower(), f"Student {name}", name, "active") for name in ("A1", "A2")},
        courses={"M-1": COURSE, "M-2": COURSE},
        sections={
            "202680-1": SectionView("1", "M-1", None, "active"),
            "202680-2": SectionView("2", "M-2", None, "active"),
        },
        enrollments={("202680-1", "A1"): ACTIVE, ("202680-2", "A2"): ACTIVE},
    )


def differences(actual: Snapshot) -> list[Difference]:
    return compare(campus(), actual, lambda section: "M" if section.startswith("202680") else None).differences


def test_two_equal_campuses_do_not_differ() -> None:
    assert differences(campus()) == []


@pytest.mark.parametrize(
    ("standing", "after"),
    [(None, None), (INACTIVE, "inactive"), (COMPLETED, "completed")],
)
def test_enrolment_in_another_state_is_one_difference(
    standing: frozenset[tuple[str, str, str]] | None, after: str
) -> None:
    actual = campus()
    if standing is None:
        del actual.enrollments["202680-1", "A1"]
    else:
        actual.enrollments["202680-1", "A1"] = standing
    (only,) = differences(actual)
    assert (only.kind, only.keys) == ("enrollment", {"section": "202680-1", "person": "A1"})
    assert (only.after["enrollments"][0]["state"] if only.after else None) == after


def test_extra_role_is_one_difference() -> None:
    actual = campus()
    actual.enrollments["202680-1", "A1"] = ACTIVE | {("TeacherEnrollment", "TeacherEnrollment", "active")}
    (only,) = differences(actual)
    assert only.kind == "enrollment"


def test_r52_student_in_the_other_section_is_one_move() -> None:
    actual = campus()
    actual.enrollments["202680-2", "A1"] = actual.enrollments.pop(("202680-1", "A1"))
    (only,) = differences(actual)
    assert only.keys == {"section": "202680-1", "person": "A1", "from_section": "202680-2"}
    assert only.before
    assert only.after


def test_presence_of_another_person_is_no_move() -> None:
    actual = campus()
    del actual.enrollments["202680-1", "A1"]
    actual.enrollments["202680-1", "A2"] = ACTIVE
    assert len(differences(actual)) == 2


def test_missing_section_with_its_course_is_the_section() -> None:
    actual = campus()
    del actual.courses["M-1"], actual.sections["202680-1"], actual.enrollments["202680-1", "A1"]
    (only,) = differences(actual)
    assert (only.kind, only.keys["section"], only.after) == ("section", "202680-1", None)
    absorbed = compare(campus(), actual, lambda _section: None).absorbed
    assert [each.keys for each in absorbed] == [{"section": "202680-1", "person": "A1"}]


def test_missing_course_of_two_sections_is_the_course() -> None:
    faithful, actual = campus(), campus()
    for snapshot in (faithful, actual):
        snapshot.sections["202680-3"] = SectionView("3", "M-1", None, "active")
    del actual.courses["M-1"], actual.sections["202680-1"], actual.sections["202680-3"]
    del actual.enrollments["202680-1", "A1"]
    (only,) = compare(faithful, actual, lambda _section: None).differences
    assert (only.kind, only.keys) == ("course", {"course": "M-1"})


def test_section_moved_to_another_course_keeps_its_enrolments() -> None:
    actual = campus()
    actual.sections["202680-1"] = SectionView("1", "M-2", "M-1", "active")
    (only,) = differences(actual)
    assert only.kind == "section"


def test_course_ended_early_explains_what_ended_with_it() -> None:
    actual = campus()
    actual.courses["M-1"] = COURSE._replace(state="completed")
    actual.enrollments["202680-1", "A1"] = COMPLETED
    (only,) = differences(actual)
    assert only.kind == "course"


def test_course_ended_early_does_not_explain_a_missing_student() -> None:
    actual = campus()
    actual.courses["M-1"] = COURSE._replace(state="completed")
    del actual.enrollments["202680-1", "A1"]
    assert [each.kind for each in differences(actual)] == ["course", "enrollment"]


def test_wrong_sis_id_explains_the_persons_enrolments() -> None:
    actual = campus()
    actual.users["A1"] = actual.users["A1"]._replace(sis_user_id="A0")
    del actual.enrollments["202680-1", "A1"]
    (only,) = differences(actual)
    assert (only.kind, only.keys) == ("user", {"person": "A1"})


def test_wrong_name_explains_nothing() -> None:
    actual = campus()
    actual.users["A1"] = actual.users["A1"]._replace(name="STUDENT A1")
    del actual.enrollments["202680-1", "A1"]
    assert [each.kind for each in differences(actual)] == ["user", "enrollment"]


def test_second_account_takes_its_enrolments_along() -> None:
    actual = campus()
    actual.users["login:a1@x"] = UserView(None, "a1@x", "Student A1", "A1", "active")
    actual.enrollments["202680-1", "login:a1@x"] = ACTIVE
    (only,) = differences(actual)
    assert (only.kind, only.before) == ("user", None)
