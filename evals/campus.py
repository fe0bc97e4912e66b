"""Tries Provost out on a simulated campus: build it, install on it, reconcile, and score afterwards.

The demonstration, the tests and the benchmark of a whole campus all go through here, so that they measure the same
thing. The answer key is read by scoring only, after the run.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from domain.ids import TermCode
from evals.installation import ROOT, write_installation
from evals.score import Score
from evals.score_run import score_run
from graphs.assembly import Provost, assemble
from graphs.reports import RunReport
from graphs.settings import load_settings
from simulator.campus import Campus

POLICY = ROOT / "provost.policy.yaml"


@dataclass
class Trial:
    """A running campus and the installation on it; ``provost`` is replaced when the installation starts anew."""

    campus: Campus
    settings_file: Path
    provost: Provost

    @property
    def term(self) -> TermCode:
        """The term that is running on campus."""
        return TermCode(self.campus.world.term)

    def reconcile(self, *, dry_run: bool = False) -> RunReport:
        """Run the nightly reconcile over the running term."""
        return self.provost.reconcile(self.term, dry_run=dry_run)

    def score(self, report: RunReport) -> Score:
        """Score a run against the truth of the campus."""
        return score_run(self.provost, report, self.campus.answer_key())

    def restart(self, **overrides: object) -> Self:
        """Close the installation and open it again from its files, as a new process would."""
        self.provost.close()
        self.provost = assemble(load_settings(file=self.settings_file, **overrides))
        return self


@contextmanager
def open_trial(
    home: Path,
    *,
    students: int | None = None,
    seed: int,
    term: str | None = None,
    as_of: datetime | None = None,
    world: str = "synthetic",
    data: Path | None = None,
    policy_file: Path = POLICY,
) -> Iterator[Trial]:
    """Start a campus in this process and an installation on it under ``home``, until the block ends.

    Raises ValueError or FileNotFoundError where the arguments make no campus.
    """
    built = Campus.build(students=students, seed=seed, term=term, as_of=as_of, world=world, data=data)
    with built as campus, install(campus, home, policy_file=policy_file) as trial:
        yield trial


def hasten(file: Path, source: Path = POLICY) -> Path:
    """Copy a policy to a file, looking again after a moment instead of half a second: nothing on loopback is slow."""
    said = re.sub(r"wait_seconds: [\d.]+", "wait_seconds: 0.05", source.read_text(encoding="utf-8"))
    file.write_text(said, encoding="utf-8")
    return file


@contextmanager
def install(campus: Campus, home: Path, *, policy_file: Path = POLICY) -> Iterator[Trial]:
    """Put a fresh installation on an open campus, until the block ends."""
    settings_file = write_installation(campus.handle, home, policy_file=policy_file)
    trial = Trial(campus, settings_file, assemble(load_settings(file=settings_file)))
    try:
        yield trial
    finally:
        trial.provost.close()
