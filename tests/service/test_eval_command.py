"""Evaluation at the terminal: a phase reads its figure from the last run; before stands beside after (S195, S237)."""

import json
from decimal import Decimal

import pytest

from evals.harness.keeping import REPORT
from graphs.desks.before_after import compare_runs
from graphs.desks.impact import EventLine, Impact, Resolved, RunLine
from tests.service.conftest import Install, Installation

PLAIN = "metric: share of changes written at most once under crashes and faults"
STEP = f'{PLAIN}\n        target: "1"\n        shown: "1"'


@pytest.fixture(scope="module")
def installation(install: Install, shipped_policy: str) -> Installation:
    assert STEP in shipped_policy
    figure = 'metric: roster.resolved\n        target: "0.98"\n        shown: "1"'
    return install(shipped_policy.replace(STEP, figure))


def keep_run(installation: Installation, name: str, resolved: float, *, fast: bool = False) -> None:
    """Leave a finished run behind, as an evaluation does."""
    folder = installation.home / "evals" / name
    folder.mkdir(parents=True)
    suite = {"suite": "roster", "metrics": {"resolved": resolved, "recall": 1.0}, "baseline": {"resolved": 0.46}}
    content = {"suites": [suite], "passed": True, "skipped": 0, "recorded": {"run": name, "fast": fast}}
    (folder / REPORT).write_text(json.dumps(content), encoding="utf-8")


def test_s237_a_phase_rises_by_the_figure_of_the_last_recorded_run(installation: Installation) -> None:
    registrar = installation.person("reg", "registrar")
    rise = ("policy", "promote", "roster", "enrol", "--token-file", registrar)
    for _ in range(2):
        back = ("policy", "rollback", "roster", "enrol", "--reason", "to try", "--token-file", registrar)
        assert installation.run(*back).code in {0, 3}
    nothing = installation.run(*rise)
    assert (nothing.code, "No recorded run shows roster.resolved" in nothing.err) == (1, True)
    keep_run(installation, "eval_1", 0.97)
    assert "roster.resolved of 0.98 is not shown" in installation.run(*rise).err
    keep_run(installation, "eval_2", 0.99)
    keep_run(installation, "eval_3", 1.0, fast=True)
    assert "in phase 3 again" in installation.run(*rise).out
    named = installation.run(*rise)
    assert (named.code, "names no figure of an evaluation" in named.err) == (1, True)


def test_s195_before_stands_beside_after(installation: Installation, tmp_path) -> None:
    file = tmp_path / "impact.json"
    shown = installation.run("impact", "--json", file)
    assert shown.code == 0, shown.err
    (line,) = [one for one in json.loads(file.read_text(encoding="utf-8")) if "resolved" in one["what"]]
    assert (line["before"], line["after"], line["source"]) == ("0.46", "0.99", "eval_2")


def test_s195_nothing_that_nobody_measured_is_made_up() -> None:
    run = RunLine.model_construct(
        run_id="run_1", kind="reconcile", found=120, proposed=100, held=8, tickets=12, state="waiting", term="202680"
    )
    resolved = Resolved(changes=80, median_seconds=4.0, p95_seconds=12.5, within_target=1.0)
    impact = Impact.model_construct(runs=(run,), events=EventLine(), resolved=resolved)
    silent = {line.what: line for line in compare_runs(impact)}
    assert (silent["hours of that work"].before, silent["hours of that work"].after) == ("not measured", "not measured")
    assert (silent["mismatches a person looks at"].before, silent["mismatches a person looks at"].after) == (
        "120",
        "20",
    )
    said = {line.what: line for line in compare_runs(impact, 6.0)}
    assert (said["hours of that work"].before, said["hours of that work"].after) == ("10.0", "2.0")
    assert Decimal("12.5") == Decimal(said["seconds until a mismatch is settled, 95 of 100"].after.split(",")[0])
    assert compare_runs(Impact.model_construct(runs=(), resolved=Resolved())) == ()
