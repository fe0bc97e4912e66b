"""The user-attribute comparator: accounts, logins, ids and names (S246)."""

from datetime import date

import pytest

from agents.roster.tickets import plan_ticket
from domain.changes import ChangeSisId, CreatePerson, Enrol, Tier, UpdatePersonField
from domain.findings import DiscrepancyType as D
from domain.findings import Handling
from domain.ids import SisPersonId
from domain.records import PersonName
from tests.agents.world import World, institution


def _seated(world: World, person: SisPersonId) -> None:
    section = world.section()
    world.registers(person, section)
    world.enrolled(person, section)


@pytest.mark.parametrize(
    ("registered_on", "handling"), [(date(2026, 9, 20), Handling.REQUEUE), (date(2026, 9, 1), Handling.REPORT)]
)
def test_r7_a_missing_login_waits_then_is_reported_once(registered_on: date, handling: Handling) -> None:
    world = World()
    world.busy()
    person = world.person(login=None, account=False)
    for crn in ("10001", "10002"):
        world.registers(person, world.section(crn), registered_on=registered_on)
    found = world.detect()
    assert [(each.type, each.handling) for each in found.discrepancies] == [(D.MISSING_LOGIN, handling)]
    assert found.differences[0].remedy == ()
    assert len(found.requeued) == (handling is Handling.REQUEUE)


def test_r7_a_registration_without_a_person_record_waits_too() -> None:
    world = World()
    world.busy()
    world.registers(SisPersonId("A77777777"), world.section())
    assert world.types() == [D.MISSING_LOGIN]


def test_s63_an_account_is_made_before_the_rows_that_need_it() -> None:
    world = World()
    world.busy()
    person = world.person(account=False)
    for crn in ("10001", "10002"):
        world.registers(person, world.section(crn))
    (difference,) = world.detect().differences
    assert difference.discrepancy.type is D.MISSING_ACCOUNT
    assert [type(change) for change in difference.remedy] == [CreatePerson, Enrol, Enrol]
    assert difference.remedy[0].after.fields == {"sis_id": world.directory.seal(person)}


def test_r3_an_earlier_id_is_changed_first_and_its_rows_wait() -> None:
    world = World()
    world.busy()
    person = world.person(account=False, prior_sis_ids=("A00000777",))
    world.account(SisPersonId("A00000777"), name="Zoë Muñoz 1", login="zm1")
    world.registers(person, world.section("10001"))
    (difference,) = world.detect().differences
    assert (difference.discrepancy.type, difference.discrepancy.tier) == (D.SIS_ID_CHANGED, Tier.PROPOSE)
    (change,) = difference.remedy
    assert isinstance(change, ChangeSisId)
    assert change.before.fields == {"sis_id": world.directory.seal("A00000777")}


@pytest.mark.parametrize("login", ["zm1@northfield.example", "ZM1", "a00000777"])
def test_r1_a_second_account_under_a_login_of_the_person_is_ticketed(login: str) -> None:
    world = World()
    person = world.person(prior_sis_ids=("A00000777",))
    _seated(world, person)
    world.account(None, name="Somebody Else", login=login)
    (found,) = world.found()
    assert (found.type, found.handling, found.tier) == (D.DUPLICATE_ACCOUNT, Handling.TICKET, Tier.PROPOSE)
    assert "login" in found.confidence_basis


def test_r1_the_same_name_is_never_enough() -> None:
    world = World()
    _seated(world, world.person())
    world.account(None, name="Zoë Muñoz 1", login="someone.else")
    assert world.types() == []


def test_r1_a_login_that_two_people_own_identifies_nobody() -> None:
    world = World()
    _seated(world, world.person(1, email="shared@northfield.example"))
    world.person(2, email="shared@northfield.example")
    world.account(None, login="shared@northfield.example")
    assert world.types() == []


def test_r5_a_claimed_login_stops_the_new_account() -> None:
    world = World()
    world.busy()
    person = world.person(account=False)
    world.account(None, login="ZM1")
    world.registers(person, world.section("10001"))
    (found,) = world.found()
    assert (found.type, found.rule) == (D.DUPLICATE_ACCOUNT, "R5")


def test_r3_accounts_under_both_ids_are_a_duplicate() -> None:
    world = World()
    person = world.person(prior_sis_ids=("A00000777",))
    world.account(SisPersonId("A00000777"), name="Zoë Muñoz 1", login="old")
    _seated(world, person)
    assert world.types() == [D.DUPLICATE_ACCOUNT]


def test_r8_test_ids_are_not_provisioned() -> None:
    world = World()
    world.busy()
    world.registers(world.person(900, account=False), world.section("10001"))
    assert world.types(institution(temporary_id_patterns=("A000009.*",))) == []


@pytest.mark.parametrize(
    ("shown", "listed", "expected"),
    [
        ("Zoë Muñoz", "Muñoz, Zoë", []),
        ("ZOE MUNOZ", "Muñoz, Zoë", [D.NAME_FORMAT]),
        ("Muñoz, Zoë", "Muñoz, Zoë", [D.NAME_FORMAT]),
        ("Zoë  Muñoz", "", [D.NAME_FORMAT]),
        ("Zozo Muñoz", "Muñoz, Zoë", []),
        ("Zoë Alvarez", "Alvarez, Zoë", [D.NAME_OUTDATED]),
        ("Zoë Muñoz", "MUÑOZ, ZOË", [D.NAME_FORMAT]),
    ],
)
def test_r15_r16_names_differ_in_form_in_fact_or_by_their_owner(shown: str, listed: str, expected: list[D]) -> None:
    world = World()
    person = world.person(account=False, legal_name=PersonName(first="Zoë", last="Muñoz"))
    world.account(person, name=shown, sortable_name=listed, login="zm1")
    _seated(world, person)
    assert world.types() == expected


@pytest.mark.parametrize(
    ("shown", "expected"), [("Max Moss", []), ("Maximilian Moss", []), ("MAX MOSS", [D.NAME_FORMAT])]
)
def test_r14_preferred_and_legal_names_are_both_right(shown: str, expected: list[D]) -> None:
    world = World()
    person = world.person(
        account=False,
        legal_name=PersonName(first="Maximilian", last="Moss"),
        preferred_name=PersonName(first="Max", last="Moss"),
    )
    world.account(person, name=shown, login="zm1")
    _seated(world, person)
    assert world.types() == expected


def test_s252_a_name_is_corrected_without_standing_in_the_plan() -> None:
    world = World()
    person = world.person(account=False, legal_name=PersonName(first="Zoë", last="Muñoz"))
    world.account(person, name="ZOE MUNOZ", sortable_name="Muñoz, Zoë", login="zm1")
    _seated(world, person)
    detection = world.detect()
    (change,) = detection.differences[0].remedy
    assert isinstance(change, UpdatePersonField)
    assert change.after.fields == {"name": world.directory.seal("Zoë Muñoz")}
    text = detection.model_dump_json()
    assert not any(secret in text for secret in ("Muñoz", "MUNOZ", "zm1", person))


def test_r6_an_address_of_another_account_is_left_out_and_noted() -> None:
    world = World()
    world.busy()
    person = world.person(account=False)
    world.account(None, login="relative", email="ZM1@northfield.example")
    world.registers(person, world.section())
    (difference,) = world.detect().differences
    assert isinstance(difference.remedy[0], CreatePerson)
    assert difference.remedy[0].without_email
    assert "R6" in difference.discrepancy.details["email"]


def test_r6_a_deleted_account_takes_no_address() -> None:
    world = World()
    world.busy()
    person = world.person(account=False)
    world.account(None, login="gone", email="zm1@northfield.example", deleted=True)
    world.registers(person, world.section())
    (difference,) = world.detect().differences
    assert not difference.remedy[0].without_email  # type: ignore[union-attr]


def test_r4_the_deleted_account_that_holds_the_id_is_offered_and_its_rows_wait() -> None:
    world = World()
    world.busy()
    person = world.person(account=False)
    world.account(person, login="zm1", deleted=True)
    for crn in ("10001", "10002"):
        world.registers(person, world.section(crn))
    (difference,) = world.detect().differences
    found = difference.discrepancy
    assert (found.type, found.rule, found.handling) == (D.SIS_ID_HELD, "R4", Handling.PROPOSE)
    assert [type(change) for change in difference.remedy] == [CreatePerson]
    assert {change.tier for change in difference.remedy} == {Tier.PROPOSE}


def test_r4_a_deleted_account_of_somebody_who_needs_none_is_left_alone() -> None:
    world = World()
    world.busy()
    world.account(world.person(account=False), login="zm1", deleted=True)
    assert world.types() == []


@pytest.mark.parametrize("confidential", [True, False])
def test_r17_a_ticket_about_an_opt_out_names_no_class_in_its_title(confidential: bool) -> None:
    world = World()
    world.busy()
    world.enrolled(world.person(confidential=confidential), world.section(), by_hand=True)
    (found,) = world.found()
    ticket = plan_ticket(found)
    assert ("10001" in ticket.title) is not confidential
    assert ("opted out" in ticket.body) is confidential
