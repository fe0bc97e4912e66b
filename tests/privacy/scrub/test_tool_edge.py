"""Tool arguments and results: exact codes in, codes out, everything else refused (principle 3, S230)."""

import pytest

from domain.errors import AccessDenied, HandleRefused, InternalError, InvalidRecord
from privacy.scrub import Argument, ToolEdge
from privacy.vault import new_conversation
from privacy.vault.symbols import new_symbols
from privacy.vocabulary import Scope
from tests.privacy.scrub.campus import ADVISOR, ANA, Access, Identities

NOBODY = Scope()


@pytest.fixture
def edge(scrubber, vault, access) -> ToolEdge:
    return ToolEdge(scrubber, vault, access, Identities())


@pytest.fixture
def ana(scrubber, conversation) -> str:
    return scrubber.scrub("Ana Quispe", conversation, NOBODY).text


def test_a_code_becomes_the_person_the_id_or_the_address(edge, scrubber, conversation, ana):
    scrubber.scrub("aquispe@campus.example", conversation, NOBODY)
    kinds = (Argument.RECORD, Argument.SIS_ID, Argument.EMAIL, Argument.TEXT)
    resolved = [edge.resolve(ana, kind, conversation, ADVISOR) for kind in kinds]
    assert resolved == [ANA, "A00417722", "aquispe@campus.example", ana]


@pytest.mark.parametrize("spelling", ["{}", " {} ", "{lower}", "{bare}"])
def test_a_mangled_code_is_still_the_same_person(edge, conversation, ana, spelling):
    text = spelling.format(ana, lower=ana.lower(), bare=ana[1:-1])
    assert edge.resolve(text, Argument.SIS_ID, conversation, ADVISOR) == "A00417722"


def test_anything_but_one_right_code_is_refused(edge, scrubber, conversation, ana):
    ambiguous = scrubber.scrub("Sam Lee", conversation, NOBODY).text
    unlinked = scrubber.scrub("x@y.example", conversation, NOBODY).text
    foreign = scrubber.scrub("Ana Quispe", new_conversation(), NOBODY).text
    swapped = f"[STUDENT_{ana[10]}{ana[9]}{ana[11:]}"
    wrong = [f"[STUDENT_{new_symbols()}]", foreign, ambiguous, unlinked, "Ana Quispe", "A00417722", "", None, 417722]
    wrong += [
        f"{ana}{ana}",
        f"{ana} and others",
        f"{ana}'s",
        {"id": ana},
        [ana],
        *([swapped] if swapped != ana else []),
    ]
    for value in wrong:
        with pytest.raises(HandleRefused):
            edge.resolve(value, Argument.SIS_ID, conversation, ADVISOR)


def test_an_address_that_has_not_come_up_is_refused(edge, conversation, ana):
    with pytest.raises(HandleRefused):
        edge.resolve(ana, Argument.EMAIL, conversation, ADVISOR)


def test_a_caller_who_may_not_see_the_person_is_denied_and_the_look_is_recorded(scrubber, vault, conversation, ana):
    access = Access()
    edge = ToolEdge(scrubber, vault, access, Identities())
    with pytest.raises(AccessDenied):
        edge.resolve(ana, Argument.RECORD, conversation, ADVISOR)
    assert access.asked == [("adv", frozenset({ANA}), "id", "tool argument")]


def test_all_arguments_are_resolved_by_kind_and_a_stray_code_is_refused(edge, conversation, ana):
    kinds = {"student": Argument.SIS_ID, "note": Argument.TEXT}
    arguments = {"student": ana, "note": f"Dear {ana}", "term": "202680", "limit": 5}
    resolved = edge.resolve_all(arguments, kinds, conversation, ADVISOR)
    assert resolved == {"student": "A00417722", "note": f"Dear {ana}", "term": "202680", "limit": 5}
    for stray in (f"https://x.example/{ana}", [{"deep": ana}], {ana: 1}):
        with pytest.raises(HandleRefused):
            edge.resolve_all({"query": stray}, kinds, conversation, ADVISOR)


def test_a_result_is_in_codes(edge, conversation, ana):
    result = edge.call(lambda: {"sis_user_id": "A00417722", "standing": "good"}, conversation, NOBODY)
    assert result == {"sis_user_id": f"{ana[:-1]}.id]", "standing": "good"}


def test_a_failure_is_in_codes_and_carries_no_cause(edge, conversation, ana):
    def fail() -> object:
        try:
            raise KeyError("Ana Quispe")
        except KeyError as cause:
            raise InvalidRecord("No such id: A00417722.", field="Ana Quispe", fix="Ask Ana Quispe.") from cause

    with pytest.raises(InvalidRecord) as caught:
        edge.call(fail, conversation, NOBODY)
    assert str(caught.value) == f"PV205: No such id: {ana[:-1]}.id]. Field: {ana}. Next step: Ask {ana}."
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_a_failure_of_a_library_says_its_kind_only(edge, conversation):
    def fail() -> object:
        raise ValueError("Ana Quispe is broken")

    with pytest.raises(InternalError) as caught:
        edge.call(fail, conversation, NOBODY)
    assert "ValueError" in str(caught.value)
    assert "Ana" not in str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
