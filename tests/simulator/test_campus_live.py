"""Life goes on after as-of: Banner announces it, the twin has it, Canvas does not, and the key stays right."""

from collections import Counter

import pytest

from simulator.campus import Campus


@pytest.fixture(scope="module")
def lived() -> tuple[Campus, list[dict[str, object]], list[dict[str, object]]]:
    """A campus before and after forty further operations: it, its first key, and what was done."""
    campus = Campus.build(students=400, seed=8)
    before = campus.answer_key()["real"]
    assert isinstance(before, list)
    return campus, before, campus.live(40)


def test_every_kind_of_operation_happens(lived: tuple[Campus, list[dict], list[dict]]) -> None:
    kinds = Counter(operation["kind"] for operation in lived[2])
    assert kinds.total() == 40
    assert {"registered", "withdrawn", "promoted", "swapped", "section_opened", "instructor_assigned"} <= set(kinds)


def test_canvas_is_untouched(lived: tuple[Campus, list[dict], list[dict]]) -> None:
    assert lived[0].canvas.writes == []


def test_key_grows_by_what_happened(lived: tuple[Campus, list[dict], list[dict]]) -> None:
    campus, before, done = lived
    real = campus.answer_key()["real"]
    assert isinstance(real, list)
    assert real[: len(before)] == before
    new = real[len(before) :]
    assert {item["fault"] for item in new} == {"happened after as-of"}
    opened = [each for each in done if each["kind"] == "section_opened"]
    assert len([item for item in new if item["object"] == "section"]) == len(opened)
    absorbed = {"section_opened", "instructor_assigned"}
    carried = [each for each in done if each["kind"] not in absorbed]
    enrolments = [item for item in new if item["object"] == "enrollment"]
    assert len(carried) - len(opened) <= len(enrolments) <= len(carried)


def test_what_differs_now_is_in_the_key(lived: tuple[Campus, list[dict], list[dict]]) -> None:
    key = lived[0].answer_key()
    real, remaining = key["real"], key["remaining"]
    assert isinstance(real, list)
    assert isinstance(remaining, list)
    known = {str((item["object"], item["keys"])) for item in real}
    assert {str((item["object"], item["keys"])) for item in remaining} <= known


def test_repairing_canvas_shrinks_what_remains_and_not_the_key() -> None:
    campus = Campus.build(students=200, seed=6)
    key = campus.answer_key()
    real = key["real"]
    assert isinstance(real, list)
    item = next(
        each
        for each in real
        if each["object"] == "enrollment"
        and each["before"] is None
        and each["keys"].get("bannerId")
        and each["after"]["enrollments"][0]["type"] == "StudentEnrollment"
    )
    section = campus.canvas.section_by_sis(item["keys"]["sisSectionId"])
    user = campus.canvas.user_by_sis(item["keys"]["bannerId"])
    assert section
    assert user
    (row,) = [
        each
        for each in campus.canvas.enrollments_of_user(user.id)
        if each.section_id == section.id and each.workflow_state == "active"
    ]
    with campus.canvas.acting("api:writer", "repair"):
        campus.canvas.leave(row.id, "delete")
    after = campus.answer_key()
    assert after["real"] == real
    assert len(list(after["remaining"])) == len(list(key["remaining"])) - 1


def test_same_seed_lives_on_the_same_way() -> None:
    first, second = (Campus.build(students=60, seed=2).live(12) for _ in range(2))
    assert first == second
