"""Course materials from Canvas, end to end: nothing without the scrubber, found, and gone when taken back."""

import pytest

from graphs.assembly import Provost
from graphs.knowing import KnowledgeDoors
from simulator.campus import Campus
from tests.privacy.knowledge.house import NameCheck, NameScrubber
from tests.service.conftest import Installation

pytestmark = pytest.mark.xdist_group("service knowledge canvas")


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch) -> None:
    within = KnowledgeDoors(scrubber=NameScrubber(), check=NameCheck())
    monkeypatch.setattr(Provost, "_knowledge_doors", lambda _provost: within)


@pytest.fixture(scope="module")
def installation(campus: Campus, tmp_path_factory: pytest.TempPathFactory, shipped_policy: str) -> Installation:
    return Installation(campus, tmp_path_factory.mktemp("installation"), shipped_policy)


def published(campus: Campus) -> tuple[int, str]:
    """One published course of the running term, by number and SIS id."""
    rows = (row for row in campus.canvas.courses.values() if row.workflow_state == "available")
    row = next(row for row in rows if row.sis_course_id and row.sis_course_id.endswith(campus.world.term))
    assert row.sis_course_id is not None
    return row.id, row.sis_course_id


@pytest.mark.slow
def test_s170_pages_are_taken_in_scrubbed_and_go_when_the_course_is_taken_back(
    installation: Installation, campus: Campus, doors: None, request: pytest.FixtureRequest
) -> None:
    keeper, advisor = installation.person("kim", "registrar"), installation.person("avery", "advisor")
    number, sis_id = published(campus)
    page = campus.canvas.create_page(number, "Welcome", "<h2>Help</h2><p>Ana Quintero leads the zanzibar lab.</p>")
    ingest = ("knowledge", "ingest", "--canvas", campus.world.term, "--course", sis_id, "--token-file", keeper)
    search = ("knowledge", "search", "zanzibar lab", "--token-file", advisor)

    taken = installation.run(*ingest)
    assert (taken.code, f"canvas:{sis_id}: 1 added" in taken.out) == (0, True)
    found = installation.run(*search)
    assert "(written in the LMS) [STUDENT] leads the zanzibar lab." in found.out
    assert f"/courses/{number}/pages/welcome" in found.out

    campus.canvas.edit_page(page.id, body="<p>The lab moved.</p>")
    assert "1 changed" in installation.run(*ingest).out
    assert "zanzibar" not in installation.run(*search).out

    campus.canvas.create_page(number, "Lone page", "<p>The zanzibar lab again.</p>")
    assert "1 added" in installation.run(*ingest).out
    campus.canvas.closed_tabs.add((number, "files"))
    campus.canvas.delete_page(page.id)
    partly = installation.run(*ingest)
    assert (partly.code, "0 removed" in partly.out, "did not come whole" in partly.out) == (1, True, True)
    campus.canvas.closed_tabs.clear()
    assert "1 removed" in installation.run(*ingest).out

    with campus.canvas.acting("hand", "claim"):
        campus.canvas.course_event(number, "claim")
    request.addfinalizer(lambda: campus.canvas.course_event(number, "offer"))
    assert "1 removed" in installation.run(*ingest).out
    assert installation.run(*search).out == ""


def test_without_the_scrubber_nothing_of_a_course_is_kept(installation: Installation, campus: Campus) -> None:
    keeper = installation.person("kim", "registrar")
    number, sis_id = published(campus)
    page = campus.canvas.create_page(number, "Plain", "<p>Nobody is named here.</p>")
    refused = installation.run(
        "knowledge", "ingest", "--canvas", campus.world.term, "--course", sis_id, "--token-file", keeper
    )
    campus.canvas.delete_page(page.id)
    assert (refused.code, "PV354" in refused.out, "0 added" in refused.out) == (1, True, True)
