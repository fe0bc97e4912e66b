"""Who finds what: the access filter before and after, citations, and passages that stay data."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from domain.errors import AccessDenied, LeakStopped
from domain.materials import AccessClass, MaterialKind
from domain.principals import PrincipalKind, Role
from privacy.knowledge.hashing import HashingEmbedder
from privacy.knowledge.readers import SEARCH_SCOPE
from privacy.knowledge.vocabulary import SearchScope
from tests.privacy.knowledge.house import (
    ADVISOR,
    ANA,
    BEN,
    CHEM,
    KEEPER,
    MATH,
    STUDENT,
    House,
    Memberships,
    SeenPeople,
    fetch,
    note,
    open_house,
    policy,
    principal,
    texts,
)

WORD = "The word is heliotrope."
EVERYTHING = SearchScope(limit=50)
TEACHER = principal("tess", Role.INSTRUCTOR)
REGISTRAR = principal("rae", Role.REGISTRAR)
DESIGNER = principal("dee", Role.INSTRUCTIONAL_DESIGNER)
AGENT = principal("advisor-bot", Role.AGENT, kind=PrincipalKind.AGENT, scopes=frozenset({SEARCH_SCOPE}))
BARE_AGENT = principal("bare-bot", Role.AGENT, Role.ADVISOR, kind=PrincipalKind.AGENT)
NOBODY = principal("nobody", Role.UNKNOWN)
MASQUERADE = principal("avery", Role.ADVISOR, acting_as="someone")


def course(key: str, course_id) -> object:
    return policy(
        key, f"{WORD} {key}", access=AccessClass.COURSE, kind=MaterialKind.COURSE_MATERIAL, course=course_id,
        trusted=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory):
    members = Memberships({"sam": frozenset({CHEM}), "tess": frozenset({MATH})})
    with open_house(
        tmp_path_factory.mktemp("campus"), membership=members, people=SeenPeople(frozenset({ANA}))
    ) as house:
        rows = [
            policy("public", f"{WORD} public"),
            policy("staff", f"{WORD} staff", access=AccessClass.STAFF, kind=MaterialKind.PROCEDURE),
            course("chem", CHEM),
            course("math", MATH),
            note("ana", f"Ana Quintero. {WORD} ana"),
            note("ben", f"Ben Okafor. {WORD} ben", about=frozenset({BEN})),
            note("both", f"Ana Quintero, Ben Okafor. {WORD} both", about=frozenset({ANA, BEN})),
            note("other", f"Ana Quintero. {WORD} other", readers=frozenset({"another-advisor"})),
        ]
        assert house.base.ingest("all", fetch(*rows), KEEPER).added == 8
        yield house


def found(house: House, reader, scope: SearchScope = EVERYTHING) -> set[str]:
    return {text.rpartition(" ")[2] for text in texts(house.base.search("heliotrope word", reader, scope))}


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        (STUDENT, {"public", "chem"}),
        (TEACHER, {"public", "staff", "math"}),
        (ADVISOR, {"public", "staff", "chem", "math", "ana"}),
        (DESIGNER, {"public", "staff", "chem", "math"}),
        (REGISTRAR, {"public", "staff"}),
        (MASQUERADE, {"public", "staff", "chem", "math"}),
        (AGENT, {"public"}),
        (principal("another-advisor", Role.ADVISOR), {"public", "staff", "chem", "math", "ana", "other"}),
    ],
    ids=lambda each: getattr(each, "id", ""),
)
def test_r21_each_reader_finds_what_role_course_and_list_allow(campus: House, reader, expected: set[str]) -> None:
    assert found(campus, reader) == expected


@pytest.mark.parametrize("reader", [NOBODY, BARE_AGENT, principal("sam")], ids=lambda each: each.id)
def test_no_role_that_reads_means_no_answer(campus: House, reader) -> None:
    with pytest.raises(AccessDenied):
        campus.base.search("heliotrope", reader, EVERYTHING)


@pytest.mark.parametrize("asked", [AccessClass.STAFF, AccessClass.NOTES, AccessClass.UNKNOWN])
def test_asking_for_a_closed_class_is_denied_and_never_widened(campus: House, asked: AccessClass) -> None:
    with pytest.raises(AccessDenied):
        campus.base.search("heliotrope", STUDENT, SearchScope(classes=frozenset({asked})))


def test_a_scope_narrows_and_never_widens(campus: House) -> None:
    assert found(campus, ADVISOR, SearchScope(courses=frozenset({CHEM}))) == {"public", "staff", "chem", "ana"}
    assert found(campus, STUDENT, SearchScope(courses=frozenset({MATH}))) == {"public"}
    assert found(campus, ADVISOR, SearchScope(classes=frozenset({AccessClass.STAFF}))) == {"staff"}
    assert len(campus.base.search("heliotrope", ADVISOR, SearchScope(limit=2))) == 2


def test_without_membership_or_people_the_classes_that_need_them_stay_closed(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        house.base.ingest("all", fetch(course("chem", CHEM), note("ana", f"Ana Quintero. {WORD} ana")), KEEPER)
        assert found(house, ADVISOR) == {"chem"}
        with pytest.raises(AccessDenied):
            house.base.search("heliotrope", STUDENT, SearchScope(classes=frozenset({AccessClass.COURSE})))


def test_r25_looks_at_notes_are_put_to_who_records_them_and_policies_are_not(tmp_path: Path) -> None:
    people = SeenPeople(frozenset({ANA}))
    with open_house(tmp_path, people=people) as house:
        house.base.ingest("all", fetch(policy(body=WORD), note("ana", f"Ana Quintero. {WORD} ana")), KEEPER)
        house.base.search("heliotrope", STUDENT, EVERYTHING)
        assert people.looks == []
        house.base.search("heliotrope", ADVISOR, SearchScope(purpose="degree audit"))
        assert people.looks == [("avery", frozenset({ANA}), "notes", "degree audit")]


def test_r25_no_look_is_recorded_at_a_note_that_was_not_shown(tmp_path: Path) -> None:
    people = SeenPeople(frozenset({ANA}))
    with open_house(tmp_path, people=people) as house:
        rows = [note(f"n{number}", f"Ana Quintero. {WORD} {'heliotrope ' * number}") for number in range(6)]
        bens = note("ben", f"Ben Okafor. {WORD} {'heliotrope ' * 9}", about=frozenset({BEN}))
        house.base.ingest("all", fetch(*rows, bens), KEEPER)
        assert len(house.base.search("heliotrope", ADVISOR, SearchScope(limit=2))) == 2
        assert sum(len(looked_at) for _, looked_at, _, _ in people.looks) <= 3


def test_the_second_look_stops_what_a_stale_index_still_offers(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        house.base.ingest("all", fetch(policy("staff", WORD)), KEEPER)
        assert len(house.base.search("heliotrope", STUDENT, EVERYTHING)) == 1
        document = next(iter(house.documents.find().values()))
        closed = document._replace(facts=document.facts.model_copy(update={"access": AccessClass.STAFF}))
        with house.documents.database.session() as session:
            chunks = {each.id: each.chunk for each in house.documents.chunks([document.id])}
            house.documents.put(session, closed, chunks, (), house.clock.now())
        assert house.base.search("heliotrope", STUDENT, EVERYTHING) == ()


def test_s161_a_passage_says_where_it_is_from_exactly(house: House) -> None:
    body = "# Dropping classes\n\n## Refunds\n### Week one\nEighty percent comes back in week one."
    house.base.ingest("folder:policies", fetch(policy(body=body)), KEEPER)
    (passage,) = house.base.search("what comes back in the first week", STUDENT, SearchScope())
    cited = passage.citation
    assert (cited.title, cited.section, cited.version) == ("Dropping classes", "Refunds > Week one", "2026-08-01")
    assert (cited.source, cited.url) == ("folder:policies", "https://lindmoor.example/policies/drop")
    assert cited.content_hash == hashlib.sha256(passage.text.encode()).hexdigest()
    assert cited.document in house.documents.find()


def test_r135_what_was_found_is_data_and_says_whether_it_is_the_institutions(campus: House) -> None:
    for passage in campus.base.search("heliotrope word", ADVISOR, EVERYTHING):
        shown = passage.as_data()
        assert json.loads(json.dumps(shown))["text"] == passage.text
        assert shown["type"] == "retrieved_passage"
        assert passage.trusted is (passage.access in (AccessClass.PUBLIC, AccessClass.STAFF))


class Recorded(HashingEmbedder):
    """An embedding that goes to another machine, and what it was given."""

    leaves = True

    def __init__(self) -> None:
        super().__init__(256)
        self.given: list[str] = []

    def embed(self, texts) -> np.ndarray:
        self.given += texts
        return super().embed(texts)


def test_s229_a_question_leaves_only_without_names_and_codes(tmp_path: Path) -> None:
    embedder = Recorded()
    with open_house(tmp_path, embedder=embedder) as house:
        house.base.ingest("s", fetch(policy()), KEEPER)
        with pytest.raises(LeakStopped):
            house.base.search("Can Ana Quintero drop?", STUDENT, SearchScope())
        assert house.base.search("Can [STUDENT_7QF4ZK92] drop the class?", STUDENT, SearchScope())
        assert embedder.given[-1] == "Can [STUDENT] drop the class?"
        assert not any("Quintero" in text for text in embedder.given)


@pytest.mark.parametrize("question", ["", "?!", "the of and", "xylophone quagmire"])
def test_a_question_that_matches_nothing_finds_nothing(house: House, question: str) -> None:
    house.base.ingest("s", fetch(policy()), KEEPER)
    assert house.base.search(question, STUDENT, SearchScope()) == ()


def test_a_misspelled_question_still_finds_its_text(house: House) -> None:
    others = [policy(f"o{n}", f"Parking lot {n} is for residents.", title=f"Lot {n}") for n in range(9)]
    house.base.ingest("s", fetch(policy(title="Transcripts", body="Order a transcript online."), *others), KEEPER)
    assert house.base.search("trnascripts", STUDENT, SearchScope())[0].citation.title == "Transcripts"


def test_an_empty_base_answers_with_nothing(house: House) -> None:
    assert house.base.search("anything", STUDENT, SearchScope()) == ()
