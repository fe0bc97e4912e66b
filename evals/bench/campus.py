"""Benchmark of a whole campus: one nightly reconcile over real sockets, from reading both systems to reading back.

The campus runs as a process of its own with a seed drawn when the benchmark starts, so nobody can have worked towards
it; the seed is in the rows. Peak memory is that of our process alone. There is nothing to run beside it: the time to
resolve is held against the five minutes of S197, and the throughput of S73 stands by itself.
"""

import resource
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles

from domain.ids import TermCode
from domain.records import RegistrationStatus
from evals.bench import BenchRow
from evals.campus_process import CampusProcess, campus_arguments
from evals.installation import write_installation
from evals.score_run import score_run
from graphs.assembly import Provost, assemble
from graphs.reports import RunReport
from graphs.settings import load_settings
from store.outbox import IntentState

STUDENTS = 2_000
LARGE_STUDENTS = 20_000
TERM = TermCode("202680")
RESOLVED_WITHIN_SECONDS = 300.0
"""S197: from the start of the run to the reading back, for what needs no person."""


def run(sizes: Sequence[int] | None = None, *, large: bool = False, seed: int | None = None) -> list[BenchRow]:
    """Reconcile a campus of each size; the seed is drawn unless one is given, to look at a campus again."""
    return [
        row
        for size in sizes or (LARGE_STUDENTS if large else STUDENTS,)
        for row in _try_campus(size, secrets.randbelow(10**9) if seed is None else seed)
    ]


def _try_campus(students: int, seed: int) -> list[BenchRow]:
    arguments = campus_arguments(students=students, seed=seed, term=TERM, world="synthetic", data=None)
    with tempfile.TemporaryDirectory() as folder, CampusProcess(arguments) as campus:
        settings = load_settings(file=write_installation(campus.handle, Path(folder) / "home"))
        with assemble(settings) as provost:
            report = provost.reconcile(TERM)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            rows = [_row_of_resolution(provost, report), _row_of_throughput(provost, report)]
            rows.append(_row_of_repetition(provost))
            scored = score_run(provost, report, campus.answer_key())
    whole = BenchRow(
        case=f"nightly reconcile, seed {seed}",
        size=students,
        ours_s=round(report.seconds, 1),
        peak_mib=round(peak, 1),
        recall=round(scored.recall, 6),
        precision=round(scored.precision, 6),
        automatic_share=round(_automatic_share(report), 3),
    )
    return [whole, *rows]


def _automatic_share(report: RunReport) -> float:
    """Return the share of proposed outside changes that no person had to approve (S72)."""
    return (report.automatic - report.tickets) / max(1, report.proposed - report.tickets)


def _row_of_resolution(provost: Provost, report: RunReport) -> BenchRow:
    """Measure detection to verified for each automatic change, counted from the start of the run (S197)."""
    spent = [
        (intent.updated_at - report.started_at).total_seconds()
        for intent in provost.outbox.for_run(report.run_id)
        if intent.state is IntentState.VERIFIED and intent.attempts
    ]
    slow = quantiles(spent, n=20)[-1]
    return BenchRow(
        case="detect to resolved, p95 of automatic changes, against five minutes",
        size=len(spent),
        ours_s=round(slow, 1),
        baseline_s=RESOLVED_WITHIN_SECONDS,
        ratio=round(slow / RESOLVED_WITHIN_SECONDS, 3),
        limit=1.0,
    )


def _row_of_throughput(provost: Provost, report: RunReport) -> BenchRow:
    """Count the registrations whose enrolments the run brought into line or found so, per minute (S73)."""
    registrations = provost.sis.read_registrations(TermCode(report.term)).rows
    enrolments = sum(row.status is RegistrationStatus.REGISTERED for row in registrations)
    per_minute = enrolments / report.seconds * 60
    return BenchRow(
        case="registrations brought into line",
        size=enrolments,
        ours_s=round(report.seconds, 1),
        per_minute=round(per_minute),
    )


def _row_of_repetition(provost: Provost) -> BenchRow:
    """Reconcile once more: nothing may be left that needs no person; raises AssertionError where something is."""
    again = provost.reconcile(TERM)
    if again.outcomes.applied:
        raise AssertionError(f"The second reconcile wrote {again.outcomes.applied} changes that the first should have.")
    return BenchRow(case="the same again, nothing to write", size=again.proposed, ours_s=round(again.seconds, 1))
