"""Runs suites side by side in processes, piece by piece, and goes on where an earlier run was broken off."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from time import monotonic
from typing import NamedTuple

from evals.harness.keeping import RunFolder, RunReport
from evals.harness.recorded import Recorded
from evals.harness.results import CONFIGURED, OFFLINE, Asked, Part, PartResult
from evals.suites import SUITES, EvalReport, conclude, measure, parts_of, run_whole


class Job(NamedTuple):
    """One piece of work: a part of a suite, or the whole of one that is not divided."""

    suite: str
    asked: Asked
    part: Part | None


class Done(NamedTuple):
    """What one piece came to."""

    job: Job
    result: PartResult | None
    report: EvalReport | None


Told = Callable[[Job, int, int], None]
"""Hears of every piece that is finished: which, how many are, how many there are."""


def jobs_of(names: Sequence[str], asked: Asked, models: Sequence[str]) -> list[Job]:
    """Return the pieces of some suites; a suite that asks models is run with each of them."""
    found: list[Job] = []
    for name in names:
        suite = SUITES[name]
        for model in models if suite.models else (OFFLINE,):
            with_model = asked._replace(model=model)
            parts: list[Part] | list[None] = parts_of(name, with_model) if suite.parts else [None]
            found += [Job(name, with_model, part) for part in parts]
    return found


def run_suites(
    names: Sequence[str], asked: Asked, kept: RunFolder, *, jobs: int, start: Callable[[], None], told: Told
) -> RunReport:
    """Run suites and return the report of the run; ``start`` is called once in every process before any work."""
    begun = monotonic()
    models = kept.recorded.models
    done = list(_all(jobs_of(names, asked, models), kept, jobs, start, told))
    suites = [_report(name, models, done) for name in names]
    recorded = kept.recorded.model_copy(update={"seconds": round(monotonic() - begun, 1)})
    report = report_of(suites, recorded)
    kept.finish(report)
    return report


def report_of(suites: Sequence[EvalReport], recorded: Recorded) -> RunReport:
    """Return the report of a run: it passed where no suite, with whichever model, missed a threshold."""
    every = [each for suite in suites for each in (suite, *suite.get("beside", []))]
    return RunReport(
        suites=list(suites),
        passed=all(each["passed"] is not False for each in every),
        skipped=sum("skipped" in each for each in suites),
        recorded=recorded.model_dump(mode="json"),
    )


def _all(jobs: Sequence[Job], kept: RunFolder, workers: int, start: Callable[[], None], told: Told) -> Iterator[Done]:
    found = [(job, _kept(job, kept)) for job in jobs]
    ready = [done for _, done in found if done is not None]
    yield from ready
    open_jobs = [job for job, done in found if done is None]
    with _working(workers, start) as work:
        for count, done in enumerate(work(open_jobs), start=len(ready) + 1):
            if done.job.part is not None and done.result is not None:
                kept.keep_part(done.job.suite, done.job.part, done.result)
            elif done.report is not None:
                kept.keep_whole(done.job.suite, done.report)
            told(done.job, count, len(jobs))
            yield done


def _kept(job: Job, kept: RunFolder) -> Done | None:
    if job.part is None:
        report = kept.whole(job.suite)
        return Done(job, None, report) if report is not None else None
    result = kept.part(job.suite, job.part)
    return Done(job, result, None) if result is not None else None


@contextmanager
def _working(workers: int, start: Callable[[], None]) -> Iterator[Callable[[Sequence[Job]], Iterator[Done]]]:
    """Give what works through pieces: in this process where there is one worker, else in fresh ones."""
    if workers <= 1:
        start()
        yield lambda jobs: map(do, jobs)
        return
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=fresh, initializer=start) as pool:
        yield lambda jobs: (future.result() for future in as_completed([pool.submit(do, job) for job in jobs]))


def do(job: Job) -> Done:
    """Do one piece."""
    begun = monotonic()
    if job.part is not None:
        return Done(job, measure(job.suite, job.part), None)
    report = run_whole(job.suite, job.asked)
    report["seconds"] = round(monotonic() - begun, 1)
    return Done(job, None, report)


def _report(name: str, models: Sequence[str], done: Sequence[Done]) -> EvalReport:
    mine = [each for each in done if each.job.suite == name]
    whole = next((each.report for each in mine if each.report is not None), None)
    if whole is not None:
        return whole
    by_model = {
        model: [each.result for each in mine if each.result is not None and each.job.asked.model == model]
        for model in models
    }
    report = conclude(name, by_model[OFFLINE])
    if by_model.get(CONFIGURED):
        report["beside"] = [conclude(name, by_model[CONFIGURED])]
    return report
