"""``provost knowledge`` from the command line: take in, ask, forget what was shown, and say who may not."""

import json
import re
from pathlib import Path

import pytest

from evals.knowledge.recall import FOLDER
from tests.service.conftest import Installation
from tests.service.test_people_and_policy import NO_CAMPUS

pytestmark = pytest.mark.xdist_group("service knowledge")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, shipped_policy: str) -> Installation:
    return Installation(NO_CAMPUS, tmp_path_factory.mktemp("installation"), shipped_policy)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def keeper(installation: Installation) -> Path:
    return installation.person("kim", "registrar")


@pytest.fixture(scope="module")
def filled(installation: Installation, keeper: Path) -> Installation:
    done = installation.run("knowledge", "ingest", "--folder", FOLDER / "corpus", "--token-file", keeper)
    assert (done.code, done.err) == (0, "")
    assert "folder:corpus: 71 added, 0 changed, 0 unchanged, 0 removed, 0 refused." in done.out
    return installation


def test_an_ingest_again_finds_nothing_to_do(filled: Installation, keeper: Path) -> None:
    again = filled.run("knowledge", "ingest", "--folder", FOLDER / "corpus", "--dry-run", "--token-file", keeper)
    assert "Would be: 0 added, 0 changed, 71 unchanged, 0 removed, 0 refused." in again.out


def test_a_search_shows_passages_with_their_sources_to_who_may_read_them(filled: Installation, tmp_path: Path) -> None:
    advisor, student = filled.person("avery", "advisor"), filled.person("sam", "student")
    file = tmp_path / "found.json"
    question = "how long may a student complete an incomplete grade"
    found = filled.run("knowledge", "search", question, "--json", file, "--token-file", advisor)
    assert found.code == 0
    assert "Incomplete grade, Deadline, 2026-08-01, folder:corpus" in found.out
    passages = json.loads(file.read_text(encoding="utf-8"))["passages"]
    assert len(passages) == 5
    assert {"trusted", "text", "citation", "type"} == set(passages[0])
    denied = filled.run("knowledge", "search", question, "--class", "staff", "--token-file", student)
    assert (denied.code, "PV351" in denied.err, denied.out) == (1, True, "")
    assert filled.run("knowledge", "search", question).code == 1


def test_what_names_somebody_is_refused_and_not_repeated(filled: Installation, keeper: Path, tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text("Ask lee.brandt@lindmoor.example.", encoding="utf-8")
    options = ("--folder", tmp_path, "--source", "lists", "--access", "staff", "--token-file", keeper)
    unmarked = filled.run("knowledge", "ingest", *options)
    assert (unmarked.code, "PV354" in unmarked.out) == (1, True)
    marked = filled.run("knowledge", "ingest", *options, "--person-free")
    assert (marked.code, "PV352" in marked.out, "brandt" in marked.out) == (1, True, False)


def test_f101_forgetting_shows_first_and_removes_what_was_shown(
    filled: Installation, keeper: Path, tmp_path: Path
) -> None:
    (tmp_path / "note.md").write_text(
        "---\ntitle: Zanzibar rule\n---\nThe zanzibar rule ends in May.", encoding="utf-8"
    )
    options = ("--folder", tmp_path, "--source", "old", "--access", "public", "--person-free", "--token-file", keeper)
    assert filled.run("knowledge", "ingest", *options).code == 0
    forget = ("knowledge", "forget", "--source", "folder:old", "--token-file", keeper)
    shown = filled.run(*forget)
    digest = re.search(r"--plan (\w{16})", shown.out)
    assert digest is not None
    assert "Zanzibar rule" in shown.out
    assert filled.run(*forget, "--plan", "0" * 16).code == 1
    assert "would be forgotten" in filled.run(*forget, "--plan", digest[1], "--dry-run").out
    assert filled.run(*forget, "--plan", digest[1]).out == "1 documents are forgotten.\n"
    left = filled.run("knowledge", "search", "zanzibar", "--token-file", keeper)
    assert "anzibar" not in left.out
    kinds = filled.run("ledger", "verify")
    assert kinds.code == 0


def test_status_counts_every_class(filled: Installation) -> None:
    lines = filled.run("knowledge", "status").out.splitlines()
    assert [line.split()[:3] for line in lines[:4]] == [
        ["public", "56", "documents"],
        ["staff", "9", "documents"],
        ["course", "6", "documents"],
        ["notes", "0", "documents"],
    ]
    assert lines[4] == "Embedding: hashing-1-1024."


def test_a_student_may_not_keep_the_base_and_wrong_usage_says_so(filled: Installation, tmp_path: Path) -> None:
    student = filled.person("sue", "student")
    for words in (("rebuild",), ("forget", "--expired"), ("ingest", "--folder", FOLDER / "corpus")):
        refused = filled.run("knowledge", *words, "--token-file", student)
        assert (refused.code, "PV351" in refused.err) == (1, True)
    assert filled.run("knowledge", "forget", "--token-file", student).code == 2
    assert filled.run("knowledge", "ingest", "--token-file", student).code == 2


def test_another_embedding_needs_a_model_that_is_configured(filled: Installation) -> None:
    refused = filled.run("knowledge", "status", PROVOST_KNOWLEDGE__EMBEDDING="model")
    assert (refused.code, "knowledge.embedding" in refused.err) == (1, True)


def test_rebuild_makes_every_vector_anew(filled: Installation, keeper: Path) -> None:
    before = filled.run("knowledge", "status").out
    assert "vectors are made" in filled.run("knowledge", "rebuild", "--token-file", keeper).out
    assert filled.run("knowledge", "status").out == before
