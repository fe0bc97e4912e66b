"""Record handles: permanent, opaque, one per person, and the bytes of the database name nobody (principle 3)."""

import re
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlmodel import select

from domain.errors import ConfigurationError, InvalidRecord
from domain.ids import RecordHandle, SisPersonId
from domain.ports import IdentityResolver
from store.handles import HandleRow, Handles
from store.ledger import Subject

PEOPLE = [SisPersonId(f"A0012{number:04d}") for number in range(1200)]
NAME = "Zoë Quillfeather-Oyelaran"


@pytest.fixture
def handles(database, keyring) -> Handles:
    return Handles(database, keyring)


def test_a_person_keeps_one_random_handle_for_good(handles, database, keyring):
    first = handles.handles(PEOPLE)
    assert len(set(first.values())) == len(PEOPLE)
    assert all(re.fullmatch(r"per_[a-z2-7]{16}", handle) for handle in first.values())
    assert Handles(database, keyring).handles(PEOPLE[:700]) == {person: first[person] for person in PEOPLE[:700]}
    assert handles.people(list(first.values())) == {handle: person for person, handle in first.items()}


def test_the_resolver_fits_its_port_and_takes_repeats_and_nobody(handles):
    port: IdentityResolver = handles
    assert port.handles([]) == {}
    twice = port.handles([PEOPLE[0], PEOPLE[0]])
    assert port.person(twice[PEOPLE[0]]) == PEOPLE[0]


def test_handles_do_not_follow_from_the_sis_id(handles, tmp_path, database):
    here = handles.handles(PEOPLE[:3])
    with database.session() as session:
        session.connection().execute(text("DELETE FROM record_handle"))
    assert set(handles.handles(PEOPLE[:3]).values()).isdisjoint(here.values())


def test_an_unknown_handle_is_an_invalid_record_that_names_it(handles):
    with pytest.raises(InvalidRecord, match="per_nobody"):
        handles.person(RecordHandle("per_nobody"))


def test_two_processes_that_meet_a_person_at_once_agree(handles, database, keyring, monkeypatch):
    other = Handles(database, keyring)
    find = handles._find
    first_look = []

    def find_then_let_the_other_in(digests):
        found = find(digests)
        if not first_look:
            first_look.append(other.handles(PEOPLE[:5]))
        return found

    monkeypatch.setattr(handles, "_find", find_then_let_the_other_in)
    assert handles.handles(PEOPLE[:5]) == first_look[0]


def test_r3_a_person_whose_sis_id_changed_keeps_the_handle(handles):
    old, new = PEOPLE[0], SisPersonId("A00999999")
    handle = handles.handles([old])[old]
    assert handles.adopt(new, [old]) == handle
    assert handles.adopt(new, [old]) == handle
    assert handles.person(handle) == new
    assert set(handles.handles([old, new]).values()) == {handle}


def test_r3_adopting_without_a_known_earlier_id_makes_a_handle(handles):
    new = SisPersonId("A00999999")
    assert handles.adopt(new, [SisPersonId("A00000001")]) == handles.handles([new])[new]
    assert handles.adopt(PEOPLE[1], []) == handles.handles([PEOPLE[1]])[PEOPLE[1]]


def test_images_hold_a_keyed_digest_that_is_not_the_handle_index(handles, database):
    assert handles.seal("Zoë") == handles.seal("Zoë") != handles.seal("Zoe")
    person = PEOPLE[0]
    handles.handles([person])
    with database.reading() as session:
        row = session.connection().execute(text("SELECT sis_digest FROM record_handle")).scalar()
    assert handles.seal(person) != row


def stored_bytes(database) -> bytes:
    """Everything the database keeps: the files of SQLite, or every row of every table of PostgreSQL."""
    if database.dialect == "sqlite":
        path = Path(database.engine.url.database)
        return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    with database.engine.connect() as connection:
        tables = inspect(database.engine).get_table_names()
        rows = [connection.execute(text(f"SELECT t::text FROM {table} t")).scalars().all() for table in tables]
    return "\n".join(row for table in rows for row in table).encode()


def test_no_planted_name_or_sis_id_is_in_the_raw_bytes_of_handles_and_ledger(handles, ledger, database):
    person = SisPersonId("A00777123")
    handle = handles.handles([person])[person]
    handles.adopt(SisPersonId("A00777456"), [person])
    detail = {"name": NAME, "sis_id": person, "email": "zoe.quillfeather@example.edu"}
    ledger.append("write", "gate", "run-1", {"image": handles.seal(NAME)}, [Subject(handle, detail)])
    ledger.record_reads("registrar-1", agent="roster", purpose="reconcile", run="run-1", what="people", people=[handle])
    ledger.checkpoint()
    raw = stored_bytes(database)
    assert handle.encode() in raw
    for secret in (person, "A00777456", "Zoë", "Zo\\u00eb", "Quillfeather", "Oyelaran", "zoe.quillfeather"):
        assert secret.encode() not in raw
    assert NAME in "".join(ledger.export(person=handle))


def test_a_sealed_sis_id_moved_to_another_handle_does_not_open(handles, database):
    made = handles.handles(PEOPLE[:2])
    with database.session() as session:
        rows = session.exec(select(HandleRow)).all()
        rows[0].sealed_sis_id, rows[1].sealed_sis_id = rows[1].sealed_sis_id, rows[0].sealed_sis_id
    with pytest.raises(ConfigurationError):
        handles.person(made[PEOPLE[0]])
