"""Forgetting: shown first, then gone from every byte of the folder and the database (S227, F101)."""

from pathlib import Path

import numpy as np
import pytest

from domain.errors import AccessDenied, ApprovalStale
from privacy.knowledge.documents import TABLES
from privacy.knowledge.hashing import HashingEmbedder
from privacy.knowledge.shelves import searched_text
from privacy.knowledge.vocabulary import SearchScope
from tests.privacy.knowledge.house import (
    ADVISOR,
    ANA,
    BEN,
    KEEPER,
    STUDENT,
    House,
    SeenPeople,
    fetch,
    note,
    open_house,
    policy,
    texts,
)
from tests.store.conftest import empty_url

__all__ = ["empty_url"]

SECRET = "The zanzibar clause allows a second marmalade petition."


def traces(house: House, chunk_id: str, vector: np.ndarray) -> list[bytes]:
    """What could be left of a chunk: its id, its text, and any eight numbers of its vector in a row."""
    raw = vector.astype("<f4").tobytes()
    runs = [raw[start : start + 32] for start in range(0, len(raw) - 32, 32) if any(raw[start : start + 32])]
    return [chunk_id.encode(), SECRET.encode(), b"zanzibar", b"marmalade", *runs]


def test_s227_after_forgetting_no_byte_of_text_words_id_or_vector_is_left(house: House) -> None:
    many = [policy(f"p{number}.md", f"Paragraph {number} about topic {number * 7}.") for number in range(30)]
    house.base.ingest("s", fetch(policy("secret.md", SECRET), *many), KEEPER)
    plan = house.base.forgetting.plan_source("s")
    secret = next(
        each for each in house.documents.chunks([doc.id for doc in plan.documents]) if "zanzibar" in each.chunk.text
    )
    vector = HashingEmbedder(256).embed([searched_text("Dropping classes", secret.chunk)])[0]
    before = house.every_byte()
    vector_runs = traces(house, secret.id, vector)[4:]
    assert len(vector_runs) >= 7
    assert all(run in before for run in vector_runs)
    assert secret.id.encode() in before
    assert b"zanzibar" not in before

    one = house.base.forgetting.plan_documents([secret.document])
    assert house.base.forget(one, one.digest, KEEPER) == 1
    after = house.every_byte()
    assert [trace for trace in traces(house, secret.id, vector) if trace in after] == []
    assert secret.document.encode() not in after
    assert len(house.base.search("paragraph about topic", STUDENT, SearchScope(limit=50))) == 30
    assert house.kinds() == ["knowledge.ingested", "knowledge.forgotten"]
    assert house.ledger.verify().ok


@pytest.mark.postgres
def test_s227_on_postgresql_no_row_of_it_is_left_either(empty_url: str, tmp_path: Path) -> None:
    with open_house(tmp_path, url=empty_url) as house:
        house.base.ingest("s", fetch(policy("secret.md", SECRET), policy(), note()), KEEPER)
        plan = house.base.forgetting.plan_source("s")
        house.base.forget(plan, plan.digest, KEEPER)
        assert [each.documents for each in house.base.status()] == [0, 0, 0, 0]
        assert [each.vectors for each in house.base.status()] == [0, 0, 0, 0]
        with house.documents.database.engine.connect() as connection:
            left = [connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() for table in TABLES]
        assert left == [0, 0, 0]


def test_a_changed_text_is_erased_as_truly_as_a_forgotten_one(house: House) -> None:
    house.base.ingest("s", fetch(policy("secret.md", SECRET), policy()), KEEPER)
    old = house.vectors.ids("campus.public")
    house.base.ingest("s", fetch(policy("secret.md", "Nothing of the kind."), policy()), KEEPER)
    gone = old - house.vectors.ids("campus.public")
    assert len(gone) == 1
    assert next(iter(gone)).encode() not in house.every_byte()


def test_what_was_not_shown_is_not_forgotten(house: House) -> None:
    house.base.ingest("s", fetch(policy()), KEEPER)
    shown = house.base.forgetting.plan_source("s")
    house.base.ingest("s", fetch(policy(), policy("b.md", "More.")), KEEPER)
    now = house.base.forgetting.plan_source("s")
    with pytest.raises(ApprovalStale):
        house.base.forget(now, shown.digest, KEEPER)
    with pytest.raises(ApprovalStale):
        house.base.forget(now, "", KEEPER)
    with pytest.raises(AccessDenied):
        house.base.forget(now, now.digest, STUDENT)
    assert len(house.base.search("drop more", STUDENT, SearchScope())) == 2


def test_f101_retention_hides_at_once_and_removes_what_was_shown(tmp_path: Path) -> None:
    people = SeenPeople(frozenset({ANA}))
    with open_house(tmp_path, people=people) as house:
        house.base.ingest("notes", fetch(note()), KEEPER)
        house.base.ingest("s", fetch(policy()), KEEPER)
        assert texts(house.base.search("biology", ADVISOR, SearchScope())) == ["[STUDENT] wants to change to biology."]
        assert house.base.forgetting.plan_expired().documents == ()
        house.clock.pass_days(100)
        assert house.base.search("biology", ADVISOR, SearchScope()) == ()
        plan = house.base.forgetting.plan_expired()
        assert [each.collection for each in plan.documents] == ["campus.notes"]
        assert house.base.status()[3].expired == 1
        house.base.forget(plan, plan.digest, KEEPER)
        assert [each.documents for each in house.base.status()] == [1, 0, 0, 0]


def test_e18_forgetting_a_person_takes_every_note_about_them_and_no_other(house: House) -> None:
    joint = note("n2", "Ana Quintero met Ben Okafor.", about=frozenset({ANA, BEN}))
    other = note("n3", "Ben Okafor asked for tutoring.", about=frozenset({BEN}))
    house.base.ingest("notes", fetch(note(), joint, other), KEEPER)
    plan = house.base.forgetting.plan_person(ANA)
    assert (len(plan.documents), plan.chunks) == (2, 2)
    house.base.forget(plan, plan.digest, KEEPER)
    assert [len(house.documents.about(person)) for person in (ANA, BEN)] == [0, 1]
    assert "forgotten" in "".join(house.ledger.export(person=ANA))


def test_a_plan_reaches_no_other_tenant(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        house.base.ingest("s", fetch(policy()), KEEPER)
        ids = list(house.documents.find())
    with open_house(tmp_path, tenant="annex") as annex:
        assert annex.base.forgetting.plan_documents(ids).documents == ()
        assert annex.base.forgetting.plan_source("s").documents == ()
        assert annex.base.search("drop class", STUDENT, SearchScope()) == ()
