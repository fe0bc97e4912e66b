"""Taking sources in: incremental, in place, and removing only what is known to be gone."""

from collections.abc import Iterator

import pytest

from domain.errors import AccessDenied
from domain.materials import AccessClass, MaterialKind
from domain.principals import Role
from privacy.knowledge.vocabulary import SearchScope
from tests.privacy.knowledge.house import ANA, KEEPER, STUDENT, House, fetch, note, open_house, policy, principal, texts

ANYTHING = SearchScope(limit=50)
TWO_PARTS = "## One\nThe first part stays.\n## Two\nThe second part changes."


def counts(report) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.removed, len(report.refused)


def rows(house: House) -> dict[str, str]:
    """Every chunk's id with its sealed bytes: equal only where nothing was written."""
    from sqlmodel import select

    from store.knowledge import ChunkRow, DocumentRow

    with house.documents.database.reading() as session:
        return {row.id: row.sealed for table in (ChunkRow, DocumentRow) for row in session.exec(select(table))}


def test_an_unchanged_source_writes_nothing_anywhere(house: House) -> None:
    assert counts(house.base.ingest("s", fetch(policy(), policy("b.md", "Other.")), KEEPER)) == (2, 0, 0, 0, 0)
    before, kinds, files = rows(house), house.kinds(), house.every_byte()
    assert counts(house.base.ingest("s", fetch(policy(), policy("b.md", "Other.")), KEEPER)) == (0, 0, 2, 0, 0)
    assert (rows(house), house.kinds()) == (before, kinds)
    assert house.every_byte() == files
    assert kinds == ["knowledge.ingested"]


def test_a_changed_section_keeps_the_ids_and_bytes_of_the_others(house: House) -> None:
    house.base.ingest("s", fetch(policy(body=TWO_PARTS)), KEEPER)
    before = rows(house)
    changed = policy(body=TWO_PARTS.replace("second part changes", "later part is new"))
    assert counts(house.base.ingest("s", fetch(changed), KEEPER)) == (0, 1, 0, 0, 0)
    after = rows(house)
    kept = [id_ for id_ in before.keys() & after.keys() if id_.startswith("chk_")]
    assert len(kept) == 1
    assert before[kept[0]] == after[kept[0]]
    found = texts(house.base.search("second later part", STUDENT, ANYTHING))
    assert "The later part is new." in found
    assert "The second part changes." not in found


@pytest.mark.parametrize(("complete", "removed"), [(True, 1), (False, 0)])
def test_r70_absence_removes_only_after_a_complete_fetch(house: House, complete: bool, removed: int) -> None:
    house.base.ingest("s", fetch(policy(), policy("b.md", "Parking permits.")), KEEPER)
    assert house.base.ingest("s", fetch(policy(), complete=complete), KEEPER).removed == removed
    assert bool(house.base.search("parking permits", STUDENT, ANYTHING)) is not bool(removed)


def test_r66_a_source_that_brings_nothing_is_doubted_and_one_taken_back_is_emptied(house: House) -> None:
    house.base.ingest("s", fetch(policy()), KEEPER)
    doubted = house.base.ingest("s", fetch(), KEEPER)
    assert (doubted.removed, [each.code for each in doubted.refused]) == (0, ["PV202"])
    assert house.base.ingest("s", fetch(), KEEPER, emptied=True).removed == 1


def test_sources_do_not_touch_each_other(house: House) -> None:
    house.base.ingest("one", fetch(policy()), KEEPER)
    house.base.ingest("two", fetch(policy("c.md", "Library hours.")), KEEPER)
    assert house.base.ingest("two", fetch(policy("d.md", "Times of the bus.", title="Shuttle")), KEEPER).removed == 1
    assert texts(house.base.search("drop census", STUDENT, ANYTHING)) == ["Drop a class before census day."]


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("refusing")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("material", "code"),
    [
        (policy(access=AccessClass.UNKNOWN), "PV351"),
        (policy(access=AccessClass.COURSE, kind=MaterialKind.COURSE_MATERIAL), "PV351"),
        (policy(access=AccessClass.NOTES), "PV351"),
        (note(access=AccessClass.PUBLIC), "PV351"),
        (note(shared=False), "PV351"),
        (note(readers=frozenset()), "PV351"),
        (note(about=frozenset()), "PV351"),
        (note(topic="Disability"), "PV351"),
        (policy(body="Write to ana.quintero@lindmoor.example."), "PV352"),
        (policy(body="Ask Quintero about it."), "PV352"),
        (policy(title="Case of 900123456"), "PV352"),
        (policy(url="https://lindmoor.example/pages/okafor-plan"), "PV352"),
        (policy(body="  \n"), "PV205"),
    ],
)
def test_r27_r28_s229_what_may_not_be_kept_is_refused_with_its_reason(refusing: House, material, code: str) -> None:
    report = refusing.base.ingest("s", fetch(material), KEEPER)
    assert counts(report) == (0, 0, 0, 0, 1)
    assert report.refused[0].code == code
    assert "uintero" not in report.model_dump_json()
    assert [each.documents for each in refusing.base.status()] == [0, 0, 0, 0]


def test_a_document_that_is_refused_now_loses_what_was_kept_of_it(house: House) -> None:
    house.base.ingest("s", fetch(policy()), KEEPER)
    report = house.base.ingest("s", fetch(policy(body="Call Okafor.")), KEEPER)
    assert (report.removed, len(report.refused)) == (1, 1)
    assert house.base.search("drop class", STUDENT, ANYTHING) == ()


def test_two_materials_with_one_key_are_both_left_out(house: House) -> None:
    assert counts(house.base.ingest("s", fetch(policy(), policy(body="Other.")), KEEPER)) == (0, 0, 0, 0, 1)


def test_a_dry_run_says_the_same_and_writes_nothing(house: House) -> None:
    report = house.base.ingest("s", fetch(policy()), KEEPER, dry_run=True)
    assert (report.added, report.dry_run) == (1, True)
    assert (rows(house), house.kinds()) == ({}, [])


def test_moving_to_another_class_takes_a_document_out_of_the_first(house: House) -> None:
    house.base.ingest("s", fetch(policy()), KEEPER)
    house.base.ingest("s", fetch(policy(access=AccessClass.STAFF, kind=MaterialKind.PROCEDURE)), KEEPER)
    assert house.base.search("drop class", STUDENT, ANYTHING) == ()
    assert [each.vectors for each in house.base.status()] == [0, 1, 0, 0]


def test_a_note_is_kept_with_labels_and_not_with_the_codes_of_a_conversation(house: House) -> None:
    house.base.ingest("notes", fetch(note(body="Ana Quintero met Ben Okafor.")), KEEPER)
    document = next(iter(house.documents.find().values()))
    assert [each.chunk.text for each in house.documents.chunks([document.id])] == ["[STUDENT] met [STUDENT]."]
    assert house.documents.subjects([document.id]) == {document.id: frozenset({ANA})}
    assert not document.facts.trusted


@pytest.mark.parametrize(
    "actor", [STUDENT, principal("avery", Role.ADVISOR), principal("kim", Role.ADMIN, acting_as="someone")]
)
def test_only_a_keeper_acting_as_themselves_changes_the_base(house: House, actor) -> None:
    with pytest.raises(AccessDenied):
        house.base.ingest("s", fetch(policy()), actor)
    with pytest.raises(AccessDenied):
        house.base.rebuild(actor)
    assert house.kinds() == []
