"""What is kept passes scrubbing and checks that do not trust it; offices' addresses may stand where named."""

import pytest

from domain.errors import DetectionFailed, LeakStopped
from domain.ids import TermCode
from privacy.knowledge.cleaning import Cleaner, ShapeCheck, generic
from privacy.vocabulary import Label, Scope
from tests.privacy.knowledge.house import NameCheck, NameScrubber, note, policy


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Write to a.student@uni.example", ["email"]),
        ("Write to a.student [at] uni", ["email"]),
        ("Id 900123456", ["number"]),
        ("Id 900-12-3456 5", ["number"]),
        ("Call (555) 010-4477.", ["number"]),
        ("SSN 123 45 6789", ["number"]),
        ("[STUDENT_7QF4ZK92] left", ["code"]),
        ("student_7qf4zk92 left", ["code"]),
        ("The term 2026-08-24 to 2026-12-15, catalogue 2026-2027, room 1204, 1,800 words", []),
        ("Form 1098-T from 31 January; 40 dollars; 120 credit hours, 42 advanced", []),
        ("The [STUDENT] asked.", []),
    ],
)
def test_shapes_of_identifiers_are_seen_and_numbers_of_prose_are_not(text: str, kinds: list[str]) -> None:
    assert [leak.kind for leak in ShapeCheck().look([text], Scope())] == kinds


def test_a_published_contact_may_stand_exactly_as_given() -> None:
    check = ShapeCheck(["registrar@uni.example", "555-010-0100"])
    assert check.look(["registrar@uni.example or 555-010-0100"], Scope()) == ()
    assert len(check.look(["deputy-registrar@uni.example", "555-010-0101"], Scope())) == 2


def test_r31_a_section_of_a_known_term_may_stand_and_no_id_like_it() -> None:
    check = ShapeCheck(terms=[TermCode("202680"), TermCode("202710")])
    assert check.look(["Sections 202680-40122, 202710-10003.", "(202680-40122)"], Scope()) == ()
    for student_id in (
        "202615-40122",
        "20268040122",
        "202680 40122",
        "202680-4012233",
        "202680-40122-7",
        "7-202680-40122",
        "A202680-40122",
        "1202680-40122",
    ):
        assert [leak.kind for leak in check.look([f"Ask {student_id} to come."], Scope())] == ["number"], student_id
    assert ShapeCheck().look(["202680-40122"], Scope())
    with pytest.raises(LeakStopped):
        Cleaner(terms=[TermCode("202680")]).require_clean(["202680-40122 of 900123456"], Scope())


@pytest.mark.parametrize("label", list(Label))
def test_every_code_becomes_its_label(label: Label) -> None:
    assert generic(f"[{label}_7QF4ZK92.first] and [{label}_3MXW8R5T]") == f"[{label}] and [{label}]"


def test_text_that_may_name_people_needs_scrubber_and_check_both() -> None:
    for parts in ({}, {"scrubber": NameScrubber()}, {"check": NameCheck()}):
        with pytest.raises(DetectionFailed):
            Cleaner(**parts).clean(note(), ["Nothing in particular."])


def test_s229_a_name_the_scrubber_missed_is_stopped_by_the_check() -> None:
    cleaner = Cleaner(scrubber=NameScrubber(), check=NameCheck())
    assert cleaner.clean(note(), ["Ana Quintero left."]) == ("[STUDENT] left.",)
    with pytest.raises(LeakStopped) as stopped:
        cleaner.clean(note(), ["A. QUINTERO left."])
    assert "surname" in str(stopped.value)
    assert "QUINTERO" not in str(stopped.value)


def test_material_said_to_be_person_free_is_checked_all_the_same() -> None:
    with pytest.raises(LeakStopped):
        Cleaner().clean(policy(), ["Ask x@y.example"])
    with pytest.raises(LeakStopped):
        Cleaner(scrubber=NameScrubber(), check=NameCheck()).clean(policy(), ["Ana Quintero"])
    assert Cleaner().clean(policy(), ["Ask the office."]) == ("Ask the office.",)
