"""One write over HTTP and its reading back, timed by itself: what governing does not cost but the network does."""

import tempfile
import tomllib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from domain.changes import Change
from evals.bench import BenchRow
from evals.bench.measuring import seconds_of
from graphs.settings import Settings

if TYPE_CHECKING:
    from graphs.systems import Systems

TERM = "202680"


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
                    spent.append(seconds_of(partial(_write_and_look, provost.systems, outside)))
    return BenchRow(case="HTTP write and read-back, per event", size=len(spent), ours_s=median(spent))


def _write_and_look(systems: "Systems", changes: Sequence[Change]) -> None:
    receipts = systems.appliers["canvas"].apply(changes)
    images = systems.observers["canvas"].observe(changes)
    if not all(receipts[change.change_id].accepted for change in changes):
        raise AssertionError("The campus refused a change of the benchmark.")
    if not all(images[change.change_id].satisfies(change.after) for change in changes):
        raise AssertionError("A change of the benchmark cannot be read back.")
