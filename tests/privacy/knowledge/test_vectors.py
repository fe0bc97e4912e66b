"""The vector folder: ids and numbers only, one owner, one embedding, mended after a crash, nothing fetched."""

import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from domain.errors import ConfigurationError, RecordLocked
from privacy.knowledge.hashing import HashingEmbedder
from privacy.knowledge.vectors import VectorIndex
from privacy.knowledge.vocabulary import SearchScope
from tests.privacy.knowledge.house import (
    ADVISOR,
    ANA,
    KEEPER,
    STUDENT,
    House,
    SeenPeople,
    fetch,
    note,
    open_house,
    policy,
)

ONE_SOURCE = SearchScope(limit=50)
TAKE = """
import sys
from pathlib import Path
from domain.errors import RecordLocked
from privacy.knowledge.owning import owning
try:
    with owning(Path(sys.argv[1])):
        print("owned")
except RecordLocked as locked:
    print(locked.code)
"""


def taken_by_another_process(folder: Path) -> str:
    done = subprocess.run([sys.executable, "-c", TAKE, str(folder)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_one_process_owns_the_folder_and_gives_it_back(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        assert taken_by_another_process(house.home / "knowledge") == "PV103"
        with pytest.raises(RecordLocked, match="Another process"):
            VectorIndex(house.home / "knowledge", HashingEmbedder(256))
    assert taken_by_another_process(tmp_path / "knowledge") == "owned"


def test_e17_chroma_holds_ids_and_numbers_and_the_database_no_word_in_the_open(tmp_path: Path) -> None:
    with open_house(tmp_path, people=SeenPeople(frozenset({ANA}))) as house:
        rows = (policy(body="The zanzibar clause.", version="v-marmalade"), note(body="Ana Quintero likes zanzibar."))
        house.base.ingest("s", fetch(*rows), KEEPER)
        house.base.search("zanzibar", ADVISOR, SearchScope())
        everything = house.every_byte()
    for word in (b"zanzibar", b"marmalade", b"Quintero", b"7QF4ZK92", b"Dropping", b"lindmoor", b"role:advisor"):
        assert word not in everything


def test_other_vectors_are_refused_until_they_are_made_anew(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        house.base.ingest("s", fetch(policy()), KEEPER)
    with open_house(tmp_path, embedder=HashingEmbedder(128)) as house:
        with pytest.raises(ConfigurationError, match="hashing-1-256") as refused:
            house.base.search("drop", STUDENT, SearchScope())
        assert refused.value.field == "knowledge.embedding"
        assert house.base.rebuild(KEEPER) == 1
        assert len(house.base.search("drop class", STUDENT, SearchScope())) == 1
    with open_house(tmp_path, embedder=HashingEmbedder(128)) as house:
        assert len(house.base.search("drop class", STUDENT, SearchScope())) == 1


def test_a_crash_between_record_and_vectors_is_mended_at_the_next_use(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        house.base.ingest("s", fetch(policy(), policy("b", "Parking.")), KEEPER)
        surplus = {"chk_of_nothing_on_record": "A text that the record does not have."}
        house.vectors.add("campus.public", surplus)
    with open_house(tmp_path) as house:
        assert len(house.base.search("parking", STUDENT, SearchScope())) == 1
        assert [each.vectors for each in house.base.status()] == [2, 0, 0, 0]
        assert b"chk_of_nothing" not in house.every_byte()
    shutil.rmtree(tmp_path / "knowledge")
    with open_house(tmp_path) as house:
        assert house.base.status()[0].vectors == 0
        house.base.search("parking", STUDENT, SearchScope())
        assert house.base.status()[0].vectors == 2


def test_a_crash_while_a_folder_is_copied_leaves_the_old_one_in_force(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        house.base.ingest("s", fetch(policy()), KEEPER)
        place = house.home / "knowledge" / "campus.public"
        (place / "v-halfway").mkdir()
        (place / "v-halfway" / "chroma.sqlite3").write_bytes(b"half a file")
    with open_house(tmp_path) as house:
        assert len(house.base.search("drop class", STUDENT, SearchScope())) == 1
        plan = house.base.forgetting.plan_source("s")
        house.base.forget(plan, plan.digest, KEEPER)
        assert [each.name for each in place.iterdir() if each.is_dir() and each.name == "v-halfway"] == []


def test_sources_taken_in_together_are_brought_into_line_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with house.base.together():
        for number in range(4):
            house.base.ingest(f"s{number}", fetch(policy(body=f"Old words {number}.")), KEEPER)
    assert len(house.vectors.ids("campus.public")) == 4
    erased: list[int] = []
    erase = house.vectors.erase
    monkeypatch.setattr(
        house.vectors, "erase", lambda collection, ids: (erased.append(len(set(ids))), erase(collection, ids))
    )
    with house.base.together():
        for number in range(4):
            house.base.ingest(f"s{number}", fetch(policy(body=f"New words {number}.")), KEEPER)
            assert not any("Old" in each.text for each in house.base.search(f"old words {number}", STUDENT, ONE_SOURCE)
                           if each.citation.source == f"s{number}")  # fmt: skip
    assert erased == [4]
    found = house.base.search("new words", STUDENT, ONE_SOURCE)
    assert {each.text for each in found} == {f"New words {number}." for number in range(4)}


def test_a_block_that_fails_still_leaves_the_vectors_in_line(house: House) -> None:
    def stop_halfway() -> None:
        with house.base.together():
            house.base.ingest("s", fetch(policy()), KEEPER)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stop_halfway()
    assert house.base.status()[0].vectors == 1


def test_survivors_of_an_erasure_keep_their_places(house: House) -> None:
    index = house.vectors
    words = {f"id{number}": f"alpha{number} beta{number}" for number in range(40)}
    index.add("campus.public", words)
    near = index.query("campus.public", HashingEmbedder(256).embed(["alpha7"]), 5)
    index.erase("campus.public", {"id3", "id9"})
    assert index.ids("campus.public") == words.keys() - {"id3", "id9"}
    again = index.query("campus.public", HashingEmbedder(256).embed(["alpha7"]), 5)
    assert again[0][0] == near[0][0] == "id7"
    assert again[0][1] == pytest.approx(near[0][1], abs=1e-5)


def test_the_default_embedding_is_never_used(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from chromadb.api.types import DefaultEmbeddingFunction

    def used(*_args: object, **_more: object) -> None:
        raise AssertionError("The default embedding was asked.")

    monkeypatch.setattr(DefaultEmbeddingFunction, "__call__", used)
    house.base.ingest("s", fetch(policy()), KEEPER)
    house.base.search("drop class", STUDENT, SearchScope())
    plan = house.base.forgetting.plan_source("s")
    house.base.forget(plan, plan.digest, KEEPER)


def test_threads_share_one_base_with_the_same_answers(house: House) -> None:
    rows = [policy(f"p{n}", f"Topic {n} alpha{n} beta.", title=f"Title {n}") for n in range(20)]
    house.base.ingest("s", fetch(*rows), KEEPER)
    alone = [house.base.search(f"alpha{n}", STUDENT, SearchScope()) for n in range(20)]
    start = threading.Barrier(8)

    def ask(worker: int) -> list[object]:
        start.wait()
        return [house.base.search(f"alpha{n}", STUDENT, SearchScope()) for n in range(20)]

    with ThreadPoolExecutor(8) as pool:
        assert all(answers == alone for answers in pool.map(ask, range(8)))
