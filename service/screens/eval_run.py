"""Carries an evaluation run out with a bar of its progress, keeps it, and writes the files that were asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domain.errors import ConfigurationError
from evals.harness.junit import write_junit
from evals.harness.keeping import RunFolder, RunReport, finished_runs, read_baseline, save_baseline, unfinished_run
from evals.harness.page import write_page
from evals.harness.recorded import new_run_name, record_run
from evals.harness.results import CONFIGURED, OFFLINE, Asked
from evals.harness.running import Job, run_suites
from graphs.settings import load_settings

FOLDER = "evals"


def runs_folder() -> Path:
    """Return the folder that runs are kept in, under the home of the settings in force."""
    return load_settings().home / FOLDER


def carry_out(names: Sequence[str], asked: Asked, out: Path | None, more: Mapping[str, Any]) -> RunReport:
    """Run the suites, keep the run, and write what was asked for."""
    folder = out or runs_folder()
    earlier, baseline = list(finished_runs(folder)), _baseline(folder, more["baseline"])
    if more["resume"]:
        kept = unfinished_run(folder)
        recorded = kept.recorded
        asked = asked._replace(seeds=recorded.seeds, fast=recorded.fast, test=recorded.test)
    else:
        models = (OFFLINE, CONFIGURED) if _with_model(more) else (OFFLINE,)
        kept = RunFolder.begin(folder, record_run(new_run_name(datetime.now(UTC)), asked, models))
    with _progress() as told:
        report = run_suites(names, asked, kept, jobs=more["jobs"], start=begin_process, told=told)
    if more["save_baseline"]:
        save_baseline(folder, kept, more["save_baseline"])
    if more["junit"]:
        write_junit(report, more["junit"])
    page = more["html"] or kept.folder / "report.html"
    write_page(report, page, earlier=earlier, baseline=baseline, name=more["baseline"])
    return report


def begin_process() -> None:
    """Set up what every process of a run needs: quiet logs, and the way in which the service sets logs up."""
    from evals.leaks.suite import set_logs_up_with
    from service.logs import configure_logs

    configure_logs("console", "error")
    set_logs_up_with(configure_logs)


def _baseline(folder: Path, name: str) -> RunReport | None:
    return read_baseline(folder, name) if name else None


def _with_model(more: Mapping[str, Any]) -> bool:
    if not more["with_model"]:
        return False
    if not load_settings().model.base_url:
        fix = "Set model.base_url and model.model to an OpenAI-compatible endpoint."
        raise ConfigurationError("No model is configured.", field="model.base_url", fix=fix)
    return True


@contextmanager
def _progress() -> Iterator[Callable[[Job, int, int], None]]:
    """Give what hears of finished pieces: a bar where somebody looks, nothing where output goes to a file."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    screen = Console(stderr=True)
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as shown:
        task = shown.add_task("measuring", total=None)

        def told(job: Job, done: int, total: int) -> None:
            shown.update(task, description=job.suite, completed=done, total=total)

        yield told
