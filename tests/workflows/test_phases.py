"""The ladder on one campus: nothing, a report, tickets, everything waiting, the closed loop (S222, S223, S238).

Phases without writing run in a process of their own, to see that the module that writes was never imported there.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from domain.findings import Handling
from evals.campus import POLICY, Trial, install
from evals.installation import write_installation
from graphs.reports import RunState
from simulator.campus import Campus
from simulator.faults import FaultKind
from tests.workflows.conftest import hasten
from tests.workflows.exact import assert_exact
from tests.workflows.small_campus import rule

LOOKING = (0, 1, 2)
WRITER = "tools.lms.canvas.write"
RECONCILE = """
import json, logging, sys, structlog
from pathlib import Path
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
from domain.ids import TermCode
from graphs.assembly import assemble
from graphs.settings import load_settings
for file in sys.argv[2:]:
    with assemble(load_settings(file=Path(file))) as provost:
        report = provost.reconcile(TermCode(sys.argv[1]))
        opened = len(list(provost.casedesk.list_open()))
    print(json.dumps({"report": report.model_dump(mode="json"), "opened": opened,
        "may_write": provost.may_write(), "writers": [name for name in sys.modules if name.startswith("%s")]}))
"""


@pytest.fixture(scope="module")
def campus() -> Iterator[Campus]:
    with Campus.build(students=80, seed=21) as built:
        yield built


def policy_at(phase: int, folder: Path) -> Path:
    """The shipped policy with no action beyond a phase."""
    content = yaml.safe_load(POLICY.read_text(encoding="utf-8"))
    for rung in content["ladder"]:
        rung["phase"] = min(phase, rung["phase"])
    file = folder / f"phase-{phase}.yaml"
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return hasten(file, file)


def writes_of(campus: Campus) -> int:
    return len(campus.canvas.log.since(0))


@pytest.mark.slow
def test_s223_without_phase_3_nothing_that_could_write_is_loaded(campus: Campus, tmp_path: Path) -> None:
    files = [
        str(write_installation(campus.handle, tmp_path / f"home-{phase}", policy_file=policy_at(phase, tmp_path)))
        for phase in LOOKING
    ]
    before = writes_of(campus)
    command = [sys.executable, "-c", RECONCILE % WRITER, campus.world.term, *files]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    shadow, reading, assisting = (json.loads(line) for line in done.stdout.splitlines())
    for ran in (shadow, reading, assisting):
        assert ran["writers"] == []
        assert ran["may_write"] is False
        assert ran["report"]["discrepancies"]
        assert ran["report"]["held"] == []
    for ran in (shadow, reading):
        assert (ran["opened"], ran["report"]["automatic"]) == (0, 0)
        assert ran["report"]["outcomes"]["denied"] == ran["report"]["tickets"] == 0
    assert shadow["report"]["outcomes"]["shadow"] == shadow["report"]["proposed"] > 0
    assert reading["report"]["outcomes"]["reported"] == reading["report"]["proposed"] > 0
    asked = [one for one in assisting["report"]["discrepancies"] if one["handling"] == Handling.TICKET]
    assert assisting["opened"] == assisting["report"]["tickets"] == len(asked) > 0
    assert assisting["report"]["outcomes"]["verified"] == len(asked)
    assert writes_of(campus) == before


@pytest.mark.parametrize(("phase", "told"), [(0, False), (1, True)])
def test_e12_a_rehearsal_in_shadow_tells_nobody_and_reading_does(
    campus: Campus, tmp_path: Path, phase: int, told: bool
) -> None:
    with install(campus, tmp_path / "home", policy_file=policy_at(phase, tmp_path)) as trial:
        with trial.settings_file.open("a", encoding="utf-8") as settings:
            settings.write('\n[notices]\nrecipients = ["A00100005"]\n')
        trial.restart()
        campus.faults.replace((rule(FaultKind.TRUNCATED_PAGE, "canvas", "/enrollments", after=2, count=4),))
        report = trial.reconcile()
        campus.faults.clear()
        assert report.findings
        assert bool(trial.provost.runs.latest("notice")) is told
        assert (report.outcomes.shadow > 0, report.outcomes.reported > 0) == (not told, told)


def test_e12_what_stands_at_the_desk_is_not_proposed_again(campus: Campus, tmp_path: Path) -> None:
    with install(campus, tmp_path / "home", policy_file=policy_at(2, tmp_path)) as trial:
        foreseen = trial.reconcile(dry_run=True)
        first, again = trial.reconcile(), trial.reconcile()
        assert (
            foreseen.tickets == foreseen.would_apply == first.tickets == len(list(trial.provost.casedesk.list_open()))
        )
        assert first.tickets > 0
        assert again.counts == first.counts
        assert again.proposed == first.proposed - first.tickets
        assert (again.tickets, again.outcomes.already, again.automatic) == (0, 0, 0)
        assert trial.reconcile(dry_run=True).would_apply == 0


def test_s223_in_phase_3_everything_waits_and_in_phase_4_the_loop_is_closed(campus: Campus, tmp_path: Path) -> None:
    before = writes_of(campus)
    with install(campus, tmp_path / "home-3", policy_file=policy_at(3, tmp_path)) as supervised:
        assert supervised.provost.may_write()
        waiting = supervised.reconcile()
        _assert_only_tickets(supervised, waiting.outcomes.verified)
        assert waiting.state is RunState.WAITING
        assert sum(plan.changes for plan in waiting.held) == waiting.outcomes.held > 0
        assert waiting.proposed == waiting.outcomes.held + waiting.outcomes.verified
    assert writes_of(campus) == before
    with install(campus, tmp_path / "home-4", policy_file=policy_at(4, tmp_path)) as closed:
        report = closed.reconcile()
        assert_exact(closed, report)
        assert report.outcomes.verified > waiting.outcomes.verified
    assert writes_of(campus) > before


def _assert_only_tickets(trial: Trial, verified: int) -> None:
    assert len(list(trial.provost.casedesk.list_open())) == verified > 0
