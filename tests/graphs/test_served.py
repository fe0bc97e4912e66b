"""``langgraph.json`` names graphs that load, show their stages, and run from the settings file alone."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from domain.errors import ApprovalRequired, ConfigurationError
from domain.principals import Principal, PrincipalKind, Role
from evals.campus import Trial, install
from graphs.reports import RunReport, RunState
from simulator.campus import Campus

ROOT = Path(__file__).resolve().parents[2]
GRAPHS = json.loads((ROOT / "langgraph.json").read_text())["graphs"]


def load(name: str) -> Any:
    path, _, variable = GRAPHS[name].partition(":")
    module = importlib.import_module(path.removeprefix("./").removesuffix(".py").replace("/", "."))
    return getattr(module, variable)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    folder = tmp_path_factory.mktemp("served")
    with Campus.build(students=40, seed=5) as campus, install(campus, folder / "home") as trial:
        (folder / "provost.toml").write_text(trial.settings_file.read_text(encoding="utf-8"), encoding="utf-8")
        yield trial


@pytest.fixture
def here(site: Trial, monkeypatch: pytest.MonkeyPatch) -> Trial:
    """The working folder is the installation's, as a server started there sees it."""
    monkeypatch.chdir(site.settings_file.parent.parent)
    return site


@pytest.mark.parametrize("name", sorted(GRAPHS))
def test_every_graph_of_the_file_loads(name: str) -> None:
    graph = load(name)
    assert graph.name == name
    assert len(graph.get_graph(xray=True).nodes) > 4
    assert graph.get_input_jsonschema()["properties"].keys() == {"request"}


def test_s156_the_spine_shows_by_name() -> None:
    from graphs.governed_change import build_part

    nodes = [*load("roster_sync").get_graph(xray=True).nodes, *build_part().get_graph().nodes]
    for stage in ("detect", "enrich", "propose", "decide", "approve", "record", "apply", "verify"):
        assert any(node.rpartition(":")[2] == stage for node in nodes)


def test_a_dry_run_through_the_served_graph_finds_all_and_writes_nothing(here: Trial) -> None:
    before = len(here.campus.canvas.log.since(0))
    state = load("roster_sync").invoke({"request": {"term": here.term, "dry_run": True}})
    report = state["report"]
    assert isinstance(report, RunReport)
    assert report.would_apply > 0
    assert here.score(report).missed == ()
    assert len(here.campus.canvas.log.since(0)) == before


def test_a_server_with_checkpoints_of_its_own_runs_it_and_an_answer_carries_on(here: Trial) -> None:
    """The server keeps the request and the report; the run keeps its own thread, which the command line continues."""
    graph = load("roster_sync").copy(update={"checkpointer": InMemorySaver()})
    config = {"configurable": {"thread_id": "a-thread-of-the-server"}}
    report = graph.invoke({"request": {"term": here.term}}, config)["report"]
    assert report.outcomes.verified == report.outcomes.applied > 0
    assert here.score(report).missed == here.score(report).invented == ()
    assert report.state is RunState.WAITING
    assert here.provost.ledger.verify().ok
    assert here.provost.runs.read(report.run_id) is not None
    _answer_and_wake(here, report)


def _answer_and_wake(site: Trial, report: RunReport) -> None:
    held = report.held[0]
    wake = load("governed_change")
    with pytest.raises(ApprovalRequired):
        wake.invoke({"request": {"approval_id": held.approval_id}})
    approver = Principal(id="ronda", kind=PrincipalKind.PERSON, roles=frozenset({Role(held.approver_role)}))
    site.provost.approvals.answer(held.approval_id, held.plan_hash, approver, "approve", "")
    answered = wake.invoke({"request": {"approval_id": held.approval_id}})["report"]
    assert answered.run_id == report.run_id
    assert answered.complete
    assert answered.outcomes.verified == held.changes


def test_s111_a_question_about_a_drop_is_answered_by_a_run_whose_statement_stays_here(here: Trial) -> None:
    provost, term = here.provost, here.term
    row = next(one for one in provost.sis.read_registrations(term).rows if one.status.value == "registered")
    handle = provost.identities.handles([row.person])[row.person]
    state = load("drop_withdrawal").invoke({"request": {"person": handle, "section": str(row.section)}})
    report = state["report"]
    assert (report.counts, report.proposed) == ({"asked": 1}, 0)
    kept = provost.drops.statement(report.run_id)
    assert kept is not None
    assert kept.kind == "requested"
    assert row.person not in str(state)


def test_without_settings_the_run_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError) as missing:
        load("roster_sync").invoke({"request": {"term": "202680"}})
    assert missing.value.fix
