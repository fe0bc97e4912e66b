"""What identifies people is kept sealed, changes are told apart, and a partial reading removes nobody."""

from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from domain.identities import Identity, KnownName, KnownPerson, PersonKind
from domain.ids import RecordHandle, SisPersonId
from store.database import Database
from store.keys import KeyRing
from store.known_people import KnownPeopleStore, KnownPersonRow


def person(number: int, last: str = "Nguyen") -> KnownPerson:
    identity = Identity(
        sis_id=SisPersonId(f"A{number:08d}"),
        kind=PersonKind.STUDENT,
        names=(KnownName(first="Robert", last=last),),
    )
    return KnownPerson(handle=RecordHandle(f"per_{number:016d}"), identity=identity)


@pytest.fixture
def known(database: Database, keyring: KeyRing) -> KnownPeopleStore:
    return KnownPeopleStore(database, keyring)


def test_what_was_taken_in_is_given_back(known: KnownPeopleStore) -> None:
    people = [person(number) for number in range(1203)]
    assert known.update(people, complete=True).put == tuple(people)
    assert list(known.everyone()) == people
    assert known.count() == len(people)
    assert known.identities([people[7].handle, RecordHandle("per_nobody")]) == {people[7].handle: people[7].identity}


def test_only_what_changed_is_written_again(known: KnownPeopleStore) -> None:
    known.update([person(1), person(2), person(3)], complete=True)
    changed = known.update([person(1), person(2, last="Osei")], complete=True)
    assert changed == ((person(2, last="Osei"),), (person(3).handle,))
    assert known.update([person(1), person(2, last="Osei")], complete=True) == ((), ())


def test_r70_a_partial_reading_removes_nobody(known: KnownPeopleStore) -> None:
    known.update([person(1), person(2)], complete=True)
    assert known.update([person(1)], complete=False).removed == ()
    assert known.count() == 2


def test_r70_a_partial_reading_loses_no_identifier(known: KnownPeopleStore) -> None:
    full = person(1).model_copy(update={"identity": person(1).identity.model_copy(update={"lms_ids": ("48213",)})})
    known.update([full], complete=True)
    known.update([person(1, last="Osei")], complete=False)
    kept = known.identities([full.handle])[full.handle]
    assert kept.lms_ids == ("48213",)
    assert [name.last for name in kept.names] == ["Osei", "Nguyen"]


def test_s226_the_database_names_nobody(known: KnownPeopleStore, database: Database) -> None:
    known.update([person(1, last="Venkataraman")], complete=True)
    with database.reading() as session:
        row = session.get(KnownPersonRow, person(1).handle)
        assert row is not None
        assert "Venkataraman" not in row.model_dump_json()
        assert "A00000001" not in row.model_dump_json()


def test_a_row_moved_to_another_person_does_not_open(known: KnownPeopleStore, database: Database) -> None:
    known.update([person(1), person(2)], complete=True)
    with database.session() as session:
        first, second = (session.get(KnownPersonRow, person(number).handle) for number in (1, 2))
        assert first is not None
        assert second is not None
        first.sealed = second.sealed
        session.add(first)
    with pytest.raises(ConfigurationError):
        known.identities([person(1).handle])


def test_a_forgotten_person_is_gone(known: KnownPeopleStore, tmp_path: Path) -> None:
    known.update([person(1), person(2)], complete=True)
    known.forget(person(1).handle)
    assert known.identities([person(1).handle]) == {}
    assert known.count() == 1
