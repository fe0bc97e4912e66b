"""Benchmark of a governed run: what deciding, recording and reading back cost beside a graph that only keeps its place.

Both sides run the same supersteps under the same sealed checkpoints, and commit as often: the baseline writes one bare
row per commit that ours makes to ledger, outbox and decisions, through the same database layer; a second row has it
write by the driver alone. Effects are in memory on our side and absent on the other. Further rows show where the rest
goes; writing over HTTP and reading back is a row of its own.
"""

import resource
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from domain.changes import Enrol, Tier
from domain.evidence import Evidence
from domain.ids import Crn, RecordHandle, RuleId, RunId, SectionKey, TermCode
from domain.images import Image
from domain.plans import Plan
from evals.bench import BenchRow
from evals.bench.bare_graph import (
    Place,
    bare_graph,
    commit_by_driver,
    commit_by_session,
    create_table,
    open_rows,
    plain_saver,
)
from evals.bench.http_write import measure_http
from evals.bench.measuring import seconds_of
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

ROOT = Path(__file__).resolve().parents[2]
SIZES = (1, 10)
LARGE_SIZES = (1, 10, 100)
RUNS, WARM = 30, 3
LIMIT = 2.0
POPULATION = 1_000_000
TERM = "202680"
_THREAD_NUMBERS = count()
MADE_AT = datetime(2026, 9, 21, 13, tzinfo=UTC)


@dataclass(frozen=True)
class _Bench:
    """Both sides under test, in one folder."""

    base: Foundation
    governance: Governance
    memory: MemorySystem
    saver: "Saver"


def run(sizes: Sequence[int] | None = None, *, large: bool = False) -> list[BenchRow]:
    """Measure governed runs of plans with so many changes, then where the time goes, then one write over HTTP."""
    rows: list[BenchRow] = []
    with tempfile.TemporaryDirectory() as folder, _bench(Path(folder)) as bench:
        for size in sizes or (LARGE_SIZES if large else SIZES):
            rows += _measure(bench, size)
    return [*rows, measure_http()]


def _measure(bench: _Bench, size: int) -> list[BenchRow]:
    """Run ours and three baselines turn by turn, so that a busy moment meets them all."""
    ours, commits = _governed(bench, size), _count_commits(size)
    by_session = partial(commit_by_session, bench.base.database)
    with tempfile.TemporaryDirectory() as folder, closing(open_rows(Path(folder) / "bare.db")) as rows:
        sealed = _bare(bench.saver, by_session, commits)
        driver = _bare(bench.saver, partial(commit_by_driver, rows), commits)
        plain = _bare(plain_saver(Path(folder)), by_session, commits)
        ours_s, sealed_s, driver_s, plain_s = _side_by_side(ours, sealed, driver, plain)
    whole = _row(f"governed run, {commits} commits", size, ours_s, sealed_s)
    whole["limit"] = LIMIT
    return [
        whole,
        _row("the same against commits by the driver alone", size, ours_s, driver_s),
        _row("sealing of checkpoints", size, sealed_s, plain_s),
        *_where_it_goes(bench, size),
    ]


def _count_commits(size: int) -> int:
    """Return how many durable commits one run makes, in a place of its own: an engine that is listened to is slower."""
    commits: list[object] = []
    with tempfile.TemporaryDirectory() as folder, _bench(Path(folder)) as bench:
        event.listen(bench.base.database.engine, "commit", commits.append)
        _governed(bench, size)(0)
    return len(commits)


def _row(case: str, size: int, ours: float, baseline: float) -> BenchRow:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return BenchRow(case=case, size=size, ours_s=ours, baseline_s=baseline, ratio=ours / baseline, peak_mib=peak)


def _side_by_side(*sides: Callable[[int], object]) -> list[float]:
    """Return the median seconds of each side, taken turn by turn."""
    turns = [[seconds_of(partial(side, number)) for side in sides] for number in range(1, 1 + WARM + RUNS)]
    return [median(column) for column in zip(*turns[WARM:], strict=True)]


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
    return seconds_of(partial(bench.governance.gate.apply, plan, run, split.authority))


def _governed(bench: _Bench, size: int) -> Callable[[int], None]:
    """Return what does one governed run with in-memory effects."""
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

    return once


def _bare(saver: "Saver", commit: Callable[[], None], commits: int) -> Callable[[int], None]:
    """Return what does the same supersteps with bare commits in the place of governance."""
    graph = bare_graph(commit, commits).compile(checkpointer=saver)

    def once(number: int) -> None:
        config: Any = {"configurable": {"thread_id": f"run_bare{number:06d}{next(_THREAD_NUMBERS):06d}"}}
        graph.invoke({"plan": Place(text="plan")}, config, durability="sync", version="v2")

    return once


@contextmanager
def _bench(folder: Path) -> Iterator[_Bench]:
    from graphs.checkpoints import open_checkpoints

    institution = folder / "institution.yaml"
    institution.write_text("name: Bench\ntime_zone: UTC\ncalendars: []\n", encoding="utf-8")
    settings = Settings(
        home=folder,
        policy_file=ROOT / "provost.policy.yaml",
        access_file=ROOT / "provost.access.yaml",
        institution_file=institution,
    )
    with ExitStack() as opened:
        base = lay_foundation(settings, opened)
        saver = opened.enter_context(open_checkpoints(settings.database, base.keyring, folder))
        memory = MemorySystem()
        create_table(base.database)
        yield _Bench(base, _governance(base, memory), memory, saver)


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
    return median([seconds_of(partial(act, number)) for number in range(WARM + RUNS)][WARM:])
