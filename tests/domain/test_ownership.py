"""Who owns each field, and that nothing is ever written against the owner."""

from typing import Any

import pytest

from domain.changes import (
    Change,
    CreateCourse,
    Deactivate,
    Enrol,
    HoldGrade,
    PostGrade,
    SendMessage,
    Tier,
    UpdatePersonField,
)
from domain.errors import OwnershipViolated
from domain.ids import Crn, RecordHandle, RuleId, SectionKey, SisCourseId, TermCode
from domain.images import Image
from domain.ownership import (
    OWNERSHIP,
    SYSTEM_OF_TARGET,
    Office,
    System,
    fields_written,
    find_violation,
    owner_of,
    require_ownership,
)
from governance.actions import known_changes

SECTION = SectionKey(TermCode("202680"), Crn("12345"))
PERSON = RecordHandle("per_a")
FEED = Image(fields={"state": "active", "provenance": "sis"})
BY_HAND = Image(fields={"state": "active", "provenance": "manual"})


def common(**more: Any) -> dict[str, Any]:
    return {"rule": RuleId("R49"), "tier": Tier.AUTO, "topic": "t", "before": FEED, "after": Image(), **more}


def course(publish: bool, **more: Any) -> CreateCourse:
    names = {"course": SisCourseId("C"), "name": "Calculus", "course_code": "MATH101", "term": "202680"}
    return CreateCourse(**names, publish=publish, **common(**more))


def grade(target: str) -> PostGrade:
    who = {"person": PERSON, "attested_by": RecordHandle("per_b")}
    return PostGrade(section=SECTION, grade_type="final", grade="A", **who, **common(target=target))


def held(**more: Any) -> HoldGrade:
    return HoldGrade(section=SECTION, person=PERSON, marker="m", about="suspect_mark", reason="r", **common(**more))


def removal(**more: Any) -> Deactivate:
    return Deactivate(section=SECTION, person=PERSON, **common(**more))


def message(**more: Any) -> SendMessage:
    return SendMessage(recipient=PERSON, marker="m", subject="s", body="b", **common(**more))


ALLOWED: list[Change] = [
    Enrol(section=SECTION, person=PERSON, **common()),
    Enrol(section=SECTION, person=PERSON, **common(before=BY_HAND, target="moodle")),
    removal(),
    UpdatePersonField(person=PERSON, field="email", **common()),
    course(publish=True),
    grade("banner"),
    held(),
    message(),
]
REFUSED: list[tuple[str, Change]] = [
    (
        "E5 a removal in the LMS never drops in the SIS",
        Deactivate(section=SECTION, person=PERSON, **common(target="banner")),
    ),
    ("S41 the SIS owns who is enrolled", Enrol(section=SECTION, person=PERSON, **common(target="banner"))),
    ("S41 the SIS owns names", UpdatePersonField(person=PERSON, field="name", **common(target="powerschool"))),
    ("R53 a row made by hand stays", removal(before=BY_HAND)),
    ("R53 a row of unknown making stays", removal(before=Image())),
    ("R92 grades are attested into the SIS only", grade("canvas")),
    (
        "a message belongs in the LMS",
        SendMessage(recipient=PERSON, marker="m", subject="s", body="b", **common(target="banner")),
    ),
    ("a system nobody knows", Enrol(section=SECTION, person=PERSON, **common(target="blackboard"))),
    ("a hold is kept at our own desk", held(target="canvas")),
]


@pytest.mark.parametrize("change", ALLOWED, ids=lambda one: f"{one.kind} into {one.target}")
def test_s41_what_follows_the_owner_is_allowed(change: Change):
    assert find_violation(change) == ""
    require_ownership(change)


@pytest.mark.parametrize(("why", "change"), REFUSED, ids=[why for why, _ in REFUSED])
def test_s41_what_goes_against_the_owner_is_refused(why: str, change: Change):
    with pytest.raises(OwnershipViolated) as refused:
        require_ownership(change)
    assert refused.value.field == change.natural_key
    assert refused.value.fix


def test_a_kind_that_writes_nothing_known_is_refused():
    odd = Enrol(section=SECTION, person=PERSON, **common()).model_copy(update={"kind": "rename_university"})
    assert fields_written(odd) == ()
    assert "No owner is known" in find_violation(odd)


@pytest.mark.parametrize("kind", sorted(known_changes()))
def test_every_kind_writes_fields_that_have_an_owner(kind: str):
    model = known_changes()[kind]
    change = model.model_construct(kind=kind, field="name", grade_type="final", publish=True)
    assert fields_written(change)
    assert all(owner_of(field) for field in fields_written(change))


def test_s143_s144_each_side_owns_what_the_seed_says():
    of_record = {row.field: row.of_record for row in OWNERSHIP}
    for field in ("person.demographics", "enrolment.state", "grade.final"):
        assert of_record[field] is System.SIS
    for field in ("page_view", "submission", "discussion"):
        assert of_record[field] is System.LMS


def test_s173_registrar_and_information_technology_share_the_person():
    assert owner_of("person.name").office is Office.REGISTRAR
    assert owner_of("person.login").office is Office.INFORMATION_TECHNOLOGY
    assert owner_of("person.shoe_size") is None


def test_no_field_has_two_owners_and_nothing_is_carried_from_the_lms_into_the_sis():
    names = [row.field for row in OWNERSHIP]
    assert len(names) == len(set(names))
    assert not [row for row in OWNERSHIP if row.of_record is System.LMS and System.SIS in row.carried_into]
    assert System.UNKNOWN not in SYSTEM_OF_TARGET.values()
