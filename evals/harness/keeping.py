"""Runs as they lie in a folder: the pieces that are finished, so that a run can be resumed, and the report at its end.

A folder holds one run per subfolder, and ``baselines`` with reports that somebody gave a name.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict

from domain.errors import ConfigurationError
from evals.harness.recorded import Recorded
from evals.harness.results import Part, PartResult
from evals.suites import EvalReport

REPORT, BEGUN, BASELINES = "report.json", "begun.json", "baselines"


class RunReport(TypedDict):
    """What ``provost eval all --json`` writes; ``skipped`` counts the suites that measured nothing."""

    suites: list[EvalReport]
    passed: bool
    skipped: int
    recorded: dict[str, Any]


class RunFolder:
    """The folder of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def begin(cls, out: Path, recorded: Recorded) -> "RunFolder":
        """Make the folder of a new run."""
        kept = cls(out / recorded.run)
        kept.folder.mkdir(parents=True, exist_ok=True)
        (kept.folder / BEGUN).write_text(recorded.model_dump_json(indent=2) + "\n", encoding="utf-8")
        return kept

    @property
    def recorded(self) -> Recorded:
        """What was recorded when the run began."""
        return Recorded.model_validate_json((self.folder / BEGUN).read_text(encoding="utf-8"))

    def part(self, suite: str, part: Part) -> PartResult | None:
        """Return the result of a piece that is finished, or None."""
        file = self._file(suite, part)
        return PartResult.model_validate_json(file.read_text(encoding="utf-8")) if file.exists() else None

    def keep_part(self, suite: str, part: Part, result: PartResult) -> None:
        """Keep the result of a piece; a half-written file is never read."""
        _write(self._file(suite, part), result.model_dump_json())

    def whole(self, suite: str) -> EvalReport | None:
        """Return the report of an undivided suite that is finished, or None."""
        file = self.folder / f"{suite}.json"
        if not file.exists():
            return None
        read: EvalReport = json.loads(file.read_text(encoding="utf-8"))
        return read

    def keep_whole(self, suite: str, report: EvalReport) -> None:
        """Keep the report of an undivided suite."""
        _write(self.folder / f"{suite}.json", json.dumps(report))

    def finish(self, report: RunReport) -> None:
        """Keep the report of the whole run."""
        _write(self.folder / REPORT, json.dumps(report, indent=2) + "\n")

    def _file(self, suite: str, part: Part) -> Path:
        size = "fast" if part.fast else "full"
        return self.folder / f"{suite}.{part.model}.{size}.{part.seed}.{part.number}-of-{part.of}.json"


def finished_runs(out: Path) -> Iterator[RunReport]:
    """Yield the reports of finished runs, oldest first."""
    for file in sorted(out.glob(f"eval_*/{REPORT}")):
        yield json.loads(file.read_text(encoding="utf-8"))


def unfinished_run(out: Path) -> RunFolder:
    """Return the newest run that has no report; ConfigurationError where every run came to its end."""
    begun = [file.parent for file in sorted(out.glob(f"eval_*/{BEGUN}")) if not (file.parent / REPORT).exists()]
    if not begun:
        fix = "Start one without --resume."
        raise ConfigurationError("No run was left unfinished.", field="--resume", fix=fix)
    return RunFolder(begun[-1])


def save_baseline(out: Path, run: RunFolder, name: str) -> Path:
    """Give the report of a run a name that later runs can be compared with."""
    place = out / BASELINES / f"{name}.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(run.folder / REPORT, place)
    return place


def read_baseline(out: Path, name: str) -> RunReport:
    """Return a report by its name; ConfigurationError where there is none."""
    place = out / BASELINES / f"{name}.json"
    if not place.exists():
        fix = "Give a run that name with --save-baseline."
        raise ConfigurationError(f"There is no baseline {name}.", field="--baseline", fix=fix)
    read: RunReport = json.loads(place.read_text(encoding="utf-8"))
    return read


def figures_of(report: RunReport | None) -> Mapping[str, Mapping[str, float]]:
    """Return the figures of a report by suite; nothing where there is no report."""
    found: Sequence[EvalReport] = report["suites"] if report else []
    return {each["suite"]: each["metrics"] for each in found}


def _write(file: Path, text: str) -> None:
    draft = file.with_suffix(".part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)
