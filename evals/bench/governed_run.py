"""Benchmark of a governed run: what deciding, recording and reading back cost beside a graph that only keeps its place.

Both sides run the same supersteps under the same sealed checkpoints, and commit as often: the baseline writes one bare
row per commit that ours makes to ledger, outbox and decisions. Effects are in memory on our side, absent on the other.
Further rows show where the rest goes; writing over HTTP and reading back is a row of its own.
"""

import resource
import sqlite3
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from domain.changes import Change, Enrol, Tier
from domain.evidence import Evidence
from domain.ids import Crn, RecordHandle, RuleId, RunId, SectionKey, TermCode
from domain.images import Image
from domain.plans import Plan
from evals.bench import BenchRow
from evals.bench.bare_graph import Place, bare_graph, commit_row, open_rows, plain_saver
from evals.bench.memory_system import MemorySystem
from governance.actions import ObjectType
from governance.decision import decide
from governance.gate import Gate
from graphs.foundation import Foundation, lay_foundation
from graphs.governing import Populations
from graphs.governor import Governance, LedgerGovernor
from graphs.runner import ROSTER_AGENT
from graphs.settings import Settings

if TYPE_CHECKING:
    from graphs.checkpoints import Saver
    from graphs.systems import Systems

ROOT = Path(__file__).resolve().parents[2]
SIZES = (1, 10)
LARGE_SIZES = (1, 10, 100)
RUNS, WARM = 30, 3
LIMIT = 2.0
POPULATION = 1_000_000
TERM = "202680"
MADE_AT = datetime(2026, 9, 21, 13, tzinfo=UTC)


@dataclass
class _Bench:
    """Both sides under test, in one folder."""

    base: Foundation
    governance: Governance
    memory: MemorySystem
    saver: "Saver"
    bare: sqlite3.Connection
    commits: int = 0

    def count_commit(self, _connection: object) -> None:
        """Count one durable commit of ours."""
        self.commits += 1


def run(sizes: Sequence[int] | None = None, *, large: bool = False) -> list[BenchRow]:
    """Measure governed runs of plans with so many changes, then where the time goes, then one write over HTTP."""
    rows: list[BenchRow] = []
    with tempfile.TemporaryDirectory() as folder, _bench(Path(folder)) as bench:
        for size in sizes or (LARGE_SIZES if large else SIZES):
            rows += _measure(bench, size)
    return [*rows, measure_http()]


def _measure(bench: _Bench, size: int) -> list[BenchRow]:
    ours, commits = _time_ours(bench, size)
    sealed = _time_bare(bench, bench.saver, commits)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    whole = BenchRow(
        case=f"governed run, {commits} commits",
        size=size,
        ours_s=ours,
        baseline_s=sealed,
        ratio=ours / sealed,
        limit=LIMIT,
        peak_mib=peak,
    )
    with tempfile.TemporaryDirectory() as folder:
        plain = _time_bare(bench, plain_saver(Path(folder)), commits)
    encryption = BenchRow(
        case="sealing of checkpoints", size=size, ours_s=sealed, baseline_s=plain, ratio=sealed / plain
    )
    return [whole, encryption, *_where_it_goes(bench, size)]


def _where_it_goes(bench: _Bench, size: int) -> list[BenchRow]:
    """Time the parts of a run by themselves, each as often as a run needs it."""
    plan = _plan(RunId("run_0000000000aa"), size)
    context = bench.governance.contexts.read(ROSTER_AGENT, {ObjectType.ENROLMENT: POPULATION})
    decided = decide(plan, bench.base.policy, context)
    parts = {
        "policy: read context and decide": _median_of(
            lambda _: decide(
                plan,
                bench.base.policy,
                bench.governance.contexts.read(ROSTER_AGENT, {ObjectType.ENROLMENT: POPULATION}),
            )
        ),
        "ledger: decision on record": _median_of(
            lambda number: bench.base.decisions.record(
                decided.model_copy(update={"run": RunId(f"run_dec{size:03d}{number:06d}")})
            )
        ),
        "ledger and outbox: intents, sending, outcome": median(
            [_gate_only(bench, size, number) for number in range(WARM + RUNS)][WARM:]
        ),
    }
    return [BenchRow(case=case, size=size, ours_s=seconds) for case, seconds in parts.items()]


def _gate_only(bench: _Bench, size: int, number: int) -> float:
    """Return the seconds of the gate alone for a plan that is decided already."""
    run = RunId(f"run_gate{size:03d}{number:06d}")
    governor = LedgerGovernor(run, ROSTER_AGENT, bench.governance)
    plan = _plan(run, size)
    split = governor.decide(governor.keep(plan), Populations(counts={ObjectType.ENROLMENT: POPULATION}), None)
    bench.memory.images.clear()
    assert split.authority is not None
    return _seconds(partial(bench.governance.gate.apply, plan, run, split.authority))


def _time_ours(bench: _Bench, size: int) -> tuple[float, int]:
    """Return the median seconds of one governed run and the commits it made."""
    from graphs.context import Acting
    from graphs.governed_change import governed_change
    from graphs.threads import Threads

    threads = Threads(governed_change().compile(checkpointer=bench.saver), bench.base.locks)

    def once(number: int) -> None:
        run = RunId(f"run_ours{size:03d}{number:06d}")
        governor = LedgerGovernor(run, ROSTER_AGENT, bench.governance)
        bench.memory.images.clear()
        populations = Populations(counts={ObjectType.ENROLMENT: POPULATION})
        begin = {"plan": governor.keep(_plan(run, size)), "populations": populations}
        standing = threads.run(run, begin, Acting(run, ROSTER_AGENT, governor), "sync")
        assert sum(part.outcomes.verified for part in standing.values["ended"]) == size

    before = bench.commits
    seconds = _median_of(once)
    return seconds, round((bench.commits - before) / (RUNS + WARM))


def _time_bare(bench: _Bench, saver: "Saver", commits: int) -> float:
    """Return the median seconds of the same supersteps with bare commits in the place of governance."""
    graph = bare_graph(partial(commit_row, bench.bare), commits).compile(checkpointer=saver)
    marker = f"{id(saver):x}"[-6:]

    def once(number: int) -> None:
        config: Any = {"configurable": {"thread_id": f"run_bare{marker}{commits:03d}{number:06d}"}}
        graph.invoke({"plan": Place(text="plan")}, config, durability="sync", version="v2")

    return _median_of(once)


def measure_http(events: int = 10) -> BenchRow:
    """Time one write over HTTP and its reading back, against the campus on loopback."""
    from evals.campus_process import CampusProcess, campus_arguments
    from evals.installation import write_installation
    from graphs.assembly import assemble
    from graphs.runner import request_event
    from graphs.specialists import Notes

    arguments = campus_arguments(students=100, seed=1, term=TERM, world="synthetic", data=None)
    spent: list[float] = []
    with tempfile.TemporaryDirectory() as folder, CampusProcess(arguments) as campus:
        written = tomllib.loads(write_installation(campus.handle, Path(folder) / "home").read_text(encoding="utf-8"))
        written["canvas"]["import_look_seconds"] = 0.02
        with assemble(Settings(**written)) as provost:
            campus.live(events)
            for found in provost.feed.read_events(limit=100):
                request = request_event(found)
                roster = provost.runner.acting(request, lambda _: None).roster
                plan = roster.propose(request, roster.detect(request), Notes())
                outside = [change for change in plan.changes if change.target == "canvas"]
                if outside:
                    spent.append(_seconds(partial(_write_and_look, provost.systems, outside)))
    return BenchRow(case="HTTP write and read-back, per event", size=len(spent), ours_s=median(spent))


def _write_and_look(systems: "Systems", changes: Sequence[Change]) -> None:
    receipts = systems.appliers["canvas"].apply(changes)
    images = systems.observers["canvas"].observe(changes)
    if not all(receipts[change.change_id].accepted for change in changes):
        raise AssertionError("The campus refused a change of the benchmark.")
    if not all(images[change.change_id].satisfies(change.after) for change in changes):
        raise AssertionError("A change of the benchmark cannot be read back.")


@contextmanager
def _bench(folder: Path) -> Iterator[_Bench]:
    from graphs.checkpoints import open_checkpoints

    institution = folder / "institution.yaml"
    institution.write_text("name: Bench\ntime_zone: UTC\ncalendars: []\n", encoding="utf-8")
    settings = Settings(home=folder, policy_file=ROOT / "provost.policy.yaml", institution_file=institution)
    with ExitStack() as closing:
        base = lay_foundation(settings, closing)
        saver = closing.enter_context(open_checkpoints(settings.database, base.keyring, folder))
        memory = MemorySystem()
        bench = _Bench(base, _governance(base, memory), memory, saver, open_rows(folder / "bare.db"))
        closing.callback(bench.bare.close)
        event.listen(base.database.engine, "commit", bench.count_commit)
        yield bench


def _governance(base: Foundation, memory: MemorySystem) -> Governance:
    gate = Gate(
        base.database,
        base.ledger,
        base.outbox,
        base.policy,
        observers={"canvas": memory},
        appliers={"canvas": memory},
        approvals=base.approvals,
        decisions=base.decisions,
        kill_switch=base.kill_switch,
        clock=base.clock,
    )
    return Governance(base.policy, base.plans, base.contexts, base.decisions, base.approvals, gate, base.outbox)


def _plan(run: RunId, size: int) -> Plan:
    seen = tuple(
        Evidence(source=source, record="registration 202680-10001", shows="registered", read_at=MADE_AT)
        for source in ("banner", "canvas")
    )
    changes = tuple(
        Enrol(
            rule=RuleId("R51"),
            tier=Tier.AUTO,
            topic="missing students",
            before=Image.absent(),
            after=Image(fields={"state": "active", "role": "StudentEnrollment"}),
            evidence=seen,
            section=SectionKey(TermCode(TERM), Crn(f"{number % 40 + 10000}")),
            person=RecordHandle(f"per_bench{number:012d}"),
        )
        for number in range(size)
    )
    return Plan(run=run, topic="roster", requested_by=ROSTER_AGENT.id, made_at=MADE_AT, changes=changes)


def _median_of(act: Callable[[int], object]) -> float:
    """Return the median seconds of one call, the first few left out."""
    return median([_seconds(partial(act, number)) for number in range(WARM + RUNS)][WARM:])


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
