"""The harness: figures, pass^k, parts that are kept and resumed, what is written and what it is compared with."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
import structlog
from click.testing import CliRunner

from domain.errors import ConfigurationError, PolicyDenied
from evals import suites
from evals.harness import shown
from evals.harness.figures import baseline_figures, case_figures, pass_k, share
from evals.harness.keeping import RunFolder, finished_runs, read_baseline, save_baseline, unfinished_run
from evals.harness.page import write_page
from evals.harness.recorded import prompt_versions, record_run
from evals.harness.results import CONFIGURED, OFFLINE, Asked, CaseResult, Part, PartResult
from evals.harness.running import run_suites
from evals.suites import SUITES, Suite, parts_of, thresholds_of
from service.cli import provost
from service.screens.eval_run import begin_process

MADE_UP = Suite("tests.evals.made_up_suite", "Cases of a test.", parts=3, models=True)
ASKED = Asked(seeds=2)


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    kept = structlog.get_config()
    yield
    structlog.configure(**kept)


def case(name: str, right: bool, seed: int = 0, naive: bool | None = None) -> CaseResult:
    return CaseResult(id=name, kind="plain", wrong=() if right else ("not so",), seed=seed, baseline=naive)


def test_shares_and_pass_k_are_what_they_say() -> None:
    assert (share(0, 0), share(1, 4)) == (1.0, 0.25)
    assert [pass_k(4, 2, k) for k in (1, 2, 3)] == [0.5, pytest.approx(1 / 6), 0.0]
    found = case_figures([case("a", True), case("a", False, 1), case("b", True), case("b", True, 1)])
    assert (found["right"], found["right_plain"], found["pass_2"]) == (0.75, 0.75, 0.5)
    assert "pass_1" not in case_figures([case("a", True)])
    assert baseline_figures([case("a", True), case("b", True, naive=False)]) == {"right": 0.0, "right_plain": 0.0}


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SUITES, "made_up", MADE_UP)
    bounds = {"right": {"at_least": 0.8}}
    monkeypatch.setattr(suites, "thresholds_of", lambda name: bounds if name == "made_up" else thresholds_of(name))


def run(out: Path, name: str, models: tuple[str, ...] = (OFFLINE,), **more: object) -> dict:
    kept = RunFolder.begin(out, record_run(name, ASKED, models))
    return carry_on(kept, **more)


def carry_on(kept: RunFolder, told: object = lambda *_: None) -> dict:
    return run_suites(["made_up"], ASKED, kept, jobs=1, start=lambda: None, told=told)


@pytest.mark.usefixtures("made_up")
def test_a_broken_run_is_resumed_and_only_what_is_missing_is_measured(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(_job: object, done: int, _total: int) -> None:
        if done == 4:
            raise Stopped

    with pytest.raises(Stopped):
        run(tmp_path, "eval_1", told=stop)
    told: list[tuple[int, int]] = []
    kept = unfinished_run(tmp_path)
    report = carry_on(kept, lambda _, done, total: told.append((done, total)))
    assert told == [(5, 6), (6, 6)]
    (suite,) = report["suites"]
    assert (suite["n"], suite["metrics"]["right"], suite["passed"]) == (6, 0.8333, True)
    assert suite["metrics"]["pass_2"] == 0.6667
    assert suite["usage"] == {"calls": 6, "input_tokens": 60, "output_tokens": 6, "cost": "0.06"}
    assert suite["wrong"] == {"case 1 of 0": ["not so"], "case 1 of 2": ["not so"]}
    with pytest.raises(ConfigurationError, match="unfinished"):
        unfinished_run(tmp_path)


@pytest.mark.usefixtures("made_up")
def test_each_model_stands_beside_the_offline_one_and_decides_too(tmp_path: Path) -> None:
    report = run(tmp_path, "eval_1", (OFFLINE, CONFIGURED))
    (suite,) = report["suites"]
    (beside,) = suite["beside"]
    assert (suite["model"], beside["model"]) == (OFFLINE, CONFIGURED)
    assert (suite["passed"], beside["passed"], report["passed"]) == (True, False, False)


@pytest.mark.usefixtures("made_up")
def test_the_page_needs_no_network_and_shows_the_last_run_and_a_named_one(tmp_path: Path) -> None:
    first = run(tmp_path, "eval_1")
    save_baseline(tmp_path, RunFolder(tmp_path / "eval_1"), "spring")
    second = run(tmp_path, "eval_2")
    page = tmp_path / "page.html"
    named = read_baseline(tmp_path, "spring")
    write_page(second, page, earlier=[first], baseline=named, name="spring")
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//|@import|<script", text)
    assert text.count("<svg") == 2
    assert "spring" in text
    assert "case 1 of 0" in text
    assert second["recorded"]["policy"] in text
    with pytest.raises(ConfigurationError, match="autumn"):
        read_baseline(tmp_path, "autumn")


def test_what_is_recorded_names_prompts_policy_and_revision() -> None:
    recorded = record_run("eval_1", ASKED, (OFFLINE,))
    assert {"agents/roster/prompts/leftovers_v1.md", "agents/early_alert/prompts/outreach_v1.md"} <= set(
        recorded.prompts
    )
    assert recorded.prompts == prompt_versions()
    assert (recorded.seeds, len(recorded.policy), len(recorded.thresholds)) == (2, 12, 12)


@pytest.mark.usefixtures("made_up")
def test_s237_a_phase_reads_the_figure_of_the_last_whole_run(tmp_path: Path) -> None:
    with pytest.raises(PolicyDenied, match=r"made_up\.right"):
        shown.last_shown(tmp_path, "made_up.right")
    run(tmp_path, "eval_1")
    assert shown.last_shown(tmp_path, "made_up.right") == (Decimal("0.8333"), "eval_1")
    assert (shown.is_figure("roster.resolved"), shown.is_figure("share of changes")) == (True, False)
    file = tmp_path / "eval_1" / "report.json"
    report = json.loads(file.read_text(encoding="utf-8"))
    report["recorded"]["fast"] = True
    file.write_text(json.dumps(report), encoding="utf-8")
    with pytest.raises(PolicyDenied):
        shown.last_shown(tmp_path, "made_up.right")


def test_every_suite_is_in_the_gate_and_every_bound_is_of_a_suite() -> None:
    assert set(suites._gate()) == set(SUITES)
    assert all(thresholds_of(name) for name in SUITES)


def test_a_fast_slice_is_small_and_takes_one_seed() -> None:
    assert parts_of("approval", Asked(seeds=3, fast=True)) == [Part(0, 4, 0, True)]
    assert len(parts_of("approval", Asked(seeds=3))) == 12
    assert parts_of("roster", Asked(fast=True)) == []


def test_the_gate_holds_on_the_fast_slice(tmp_path: Path) -> None:
    begin_process()
    names = [name for name in sorted(SUITES) if name != "made_up"]
    asked = Asked(fast=True)
    kept = RunFolder.begin(tmp_path, record_run("eval_1", asked, (OFFLINE,)))
    report = run_suites(names, asked, kept, jobs=1, start=lambda: None, told=lambda *_: None)
    missed = {suite["suite"]: suite.get("wrong") for suite in report["suites"] if suite["passed"] is False}
    assert missed == {}
    measured = {suite["suite"] for suite in report["suites"] if suite["passed"]}
    assert measured == {"approval", "chat", "drop", "injection", "routing"}


def test_the_command_keeps_the_run_and_writes_json_junit_and_page(tmp_path: Path) -> None:
    files = [str(tmp_path / name) for name in ("figures.json", "junit.xml", "page.html")]
    asked = ["eval", "routing", "--out", str(tmp_path), "--json", files[0], "--junit", files[1], "--html", files[2]]
    result = CliRunner().invoke(provost, asked)
    assert result.exit_code == 0, result.output
    report = json.loads(Path(files[0]).read_text(encoding="utf-8"))
    assert {"suite", "n", "metrics", "thresholds", "passed", "model", "seed", "baseline"} <= set(report)
    assert report["n"] >= 100
    assert "cases" not in report
    suite = ElementTree.parse(files[1]).getroot()[0]
    assert (suite.get("failures"), int(suite.get("tests", "0"))) == ("0", report["n"] + 1)
    (kept,) = finished_runs(tmp_path)
    assert kept["recorded"]["seeds"] == 1
    assert len(kept["suites"][0]["cases"]) == report["n"]


def test_a_suite_without_its_data_is_skipped_and_counted_so(tmp_path: Path) -> None:
    result = CliRunner().invoke(provost, ["eval", "grades", "--out", str(tmp_path)])
    assert result.exit_code == 0
    assert result.output.startswith("eval grades: skipped, ")
    (kept,) = finished_runs(tmp_path)
    assert (kept["passed"], kept["skipped"]) == (True, 1)


def test_a_result_travels_as_it_is() -> None:
    result = PartResult(cases=(case("a", False, 3, True),), counts={"found": 2.0})
    assert PartResult.model_validate_json(result.model_dump_json()) == result
