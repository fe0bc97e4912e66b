"""Everyone whom text may name is known once, under one handle, with every form either system gives."""

from collections.abc import Mapping, Sequence

from domain.identities import Identity, KnownName, KnownPerson, NameUse, PersonKind
from domain.ids import LmsUserId, RecordHandle, SisPersonId
from domain.lms import LmsUser
from graphs.known_people import join_people

ANA = Identity(
    sis_id=SisPersonId("A2"),
    kind=PersonKind.STUDENT,
    names=(KnownName(first="Ana", last="Diaz"),),
    prior_sis_ids=(SisPersonId("A1"),),
    logins=("adiaz",),
    emails=("adiaz@northfield.example",),
)


class Numbered:
    """Handles that say whose they are, for tests."""

    def handles(self, people: Sequence[SisPersonId]) -> Mapping[SisPersonId, RecordHandle]:
        return {person: RecordHandle(f"per_{person}") for person in people}

    def person(self, handle: RecordHandle) -> SisPersonId:
        return SisPersonId(handle.removeprefix("per_"))

    def seal(self, value: str) -> str:
        return value


def account(number: int, sis_id: str | None, **more: str) -> LmsUser:
    return LmsUser(id=LmsUserId(number), name="Annie D.", sis_id=SisPersonId(sis_id) if sis_id else None, **more)


def joined(*users: LmsUser) -> dict[str, KnownPerson]:
    return {person.handle: person for person in join_people([ANA], users, Numbered())}


def test_r3_an_account_under_a_former_id_is_the_same_person() -> None:
    people = joined(account(7, "A1", login="ana.d", email="ana@homemail.example"))
    assert people.keys() == {"per_A2"}
    identity = people["per_A2"].identity
    assert identity.lms_ids == ("7",)
    assert identity.logins == ("adiaz", "ana.d")
    assert identity.emails == ("adiaz@northfield.example", "ana@homemail.example")


def test_r16_a_name_typed_into_the_lms_identifies_too() -> None:
    names = joined(account(7, "A2", sortable_name="D., Annie"))["per_A2"].identity.names
    assert KnownName(first="Annie", last="D.", full="Annie D.", use=NameUse.UNKNOWN) in names


def test_r12_two_accounts_of_one_person_are_one_person() -> None:
    assert joined(account(7, "A1"), account(8, "A2"))["per_A2"].identity.lms_ids == ("7", "8")


def test_an_account_without_an_sis_record_is_a_person_of_its_own() -> None:
    people = joined(account(9, None), account(10, "Z9"))
    assert people.keys() == {"per_A2", "per_lms:9", "per_Z9"}
    assert people["per_lms:9"].identity.names == (KnownName(full="Annie D.", use=NameUse.UNKNOWN),)


def test_everyone_is_there_without_any_account() -> None:
    assert joined() == {"per_A2": KnownPerson(handle=RecordHandle("per_A2"), identity=ANA)}
