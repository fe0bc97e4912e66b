"""Progress bars for the stages of a run, on standard error so that output can be piped."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from graphs.reports import Progress as Step
from graphs.reports import ProgressSink

_WIDTH = 44


@contextmanager
def stage_progress(console: Console | None = None) -> Iterator[ProgressSink]:
    """Give a sink that draws one bar per label, in the order the stages begin."""
    columns = (
        TextColumn(f"{{task.description:<{_WIDTH}}}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console or Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def draw(step: Step) -> None:
            key = f"{step.stage.value}: {step.label}"
            if key not in tasks:
                _finish(bars)
                tasks[key] = bars.add_task(key, total=step.total)
            bars.update(tasks[key], completed=step.done, total=step.total)

        yield draw
        _finish(bars)


def _finish(bars: Progress) -> None:
    """End the bars whose total nobody knew beforehand: what came is all there was."""
    for task in bars.tasks:
        if task.total is None:
            bars.update(task.id, total=task.completed)
