"""``provost attendance``, ``insights`` and ``path`` from the command line, on a campus that teaches."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator.campus import Campus
from tests.service.conftest import Installation

pytestmark = pytest.mark.xdist_group("service learning")
AS_OF = datetime(2026, 10, 7, 14, tzinfo=UTC)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, shipped_policy: str) -> Iterator[Installation]:
    with Campus.build(students=40, seed=7, learning="planted", as_of=AS_OF) as campus:
        yield Installation(campus, tmp_path_factory.mktemp("learning"), shipped_policy)


def test_s215_s217_the_registrar_gets_a_file_with_ids_and_its_hash(installation: Installation, tmp_path: Path) -> None:
    registrar, out, counts = installation.person("reg", "registrar"), tmp_path / "a.csv", tmp_path / "a.json"
    asked = ("--out", out, "--sis-ids", "--json", counts, "--token-file", registrar)
    done = installation.run("attendance", installation.term, *asked)
    assert done.code == 0, done.err
    said = json.loads(counts.read_text(encoding="utf-8"))
    assert said["sha256"] in done.out
    assert hashlib.sha256(Path(said["file"]).read_bytes()).hexdigest() == said["sha256"]
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    ids = {person.banner_id for person in installation.campus.banner.persons.values()}
    assert {row["student"] for row in rows} <= ids
    assert len(rows) == said["lines"] == said["counts"]["seats"]
    assert "Took " in done.out
    assert installation.run("ledger", "verify").code == 0


def test_the_file_with_ids_needs_a_token_and_a_place(installation: Installation, tmp_path: Path) -> None:
    nobody = installation.run("attendance", installation.term, "--sis-ids", "--out", tmp_path / "b.csv")
    assert (nobody.code, "PV4" in nobody.err) == (1, True)
    assert installation.run("attendance", installation.term, "--sis-ids").code == 2


def test_s106_a_designer_gets_numbers_and_a_page_and_a_student_is_refused(
    installation: Installation, tmp_path: Path
) -> None:
    designer, student = installation.person("des", "instructional_designer"), installation.person("stu", "student")
    department = installation.campus.answer_key()["learning"][0]["keys"]["sisCourseId"][:4].rstrip("0123456789")
    answer = tmp_path / "answer.json"
    done = installation.run(
        "insights", department, "--report", tmp_path / "page", "--json", answer, "--token-file", designer
    )
    assert done.code == 0, done.err
    assert "comparisons stand" in done.out
    assert json.loads(answer.read_text(encoding="utf-8"))["term"] == installation.term
    assert (tmp_path / "page" / "insights.md").is_file()
    refused = installation.run("insights", department, "--token-file", student)
    assert (refused.code, "PV351" in refused.err) == (1, True)


def test_s172_an_advisor_is_shown_a_path_and_has_it_proposed(installation: Installation) -> None:
    items = installation.campus.answer_key()["learning"]
    item = next(one["keys"] for one in items if one["kind"] == "disengaged")
    student, section = item["bannerId"], item["sisSectionId"]
    own = [row for row in installation.campus.banner.advising.values() if row.student.banner_id == student]
    advisor = installation.person("adv", "advisor", "--person", own[0].advisor.banner_id)
    shown = installation.run("path", student, section, "--send", "note", "--token-file", advisor)
    assert (shown.code, "https://" in shown.out) == (3, True), shown.err
    me = installation.person("me", "student", "--person", student)
    mine = installation.run("path", student, section, "--token-file", me)
    assert mine.code == 0, mine.err
    sent = installation.run("path", student, section, "--send", "note", "--token-file", me)
    assert (sent.code, "PV351" in sent.err) == (1, True)
    assert installation.run("path", student, "nonsense", "--token-file", me).code == 2
