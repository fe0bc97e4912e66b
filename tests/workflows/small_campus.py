"""A small campus per test with an installation on it, and what its Canvas comes to by natural keys."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from evals.campus import POLICY, Trial
from evals.installation import write_installation
from graphs.assembly import assemble
from graphs.reports import RunReport
from graphs.settings import load_settings
from simulator.campus import Campus
from simulator.faults import FaultKind, FaultRule, Misfortune
from simulator.world.rehearsal import former_ids
from simulator.world.snapshot import Snapshot, SnapshotMaker

STUDENTS, SEED = 60, 11


@contextmanager
def open_site(folder: Path, *, seed: int = SEED, live: int = 0) -> Iterator[Trial]:
    """Open a campus, let so much more happen in Banner, and install on it under the shipped policy."""
    folder.mkdir(parents=True, exist_ok=True)
    policy = folder / "policy.yaml"
    shipped = POLICY.read_text(encoding="utf-8").replace("since: 2026-11-23", "since: 2026-01-01")
    policy.write_text(re.sub(r"wait_seconds: [\d.]+", "wait_seconds: 0.05", shipped), encoding="utf-8")
    with Campus.build(students=STUDENTS, seed=seed) as campus:
        campus.live(live)
        file = write_installation(campus.handle, folder / "home", policy_file=policy)
        file.write_text(re.sub("(import_look_seconds = ).*", r"\g<1>0.02", file.read_text()), encoding="utf-8")
        trial = Trial(campus, file, assemble(load_settings(file=file)))
        try:
            yield trial
        finally:
            trial.provost.close()


def rule(
    kind: FaultKind, face: str, path: str = "", *, method: str = "GET", after: int = 0, **more: float
) -> FaultRule:
    """A fault that strikes once, unless ``count`` says otherwise."""
    return FaultRule(kind=kind, face=face, path=path, method=method, after=after, **{"count": 1, **more})


def strike(site: Trial, *rules: FaultRule) -> None:
    """Put faults in force and forget which were played before."""
    site.campus.faults.played.clear()
    site.campus.faults.replace(rules)


def calm(site: Trial) -> list[Misfortune]:
    """Let everything work again, and return the faults that were played."""
    site.campus.faults.clear()
    return list(site.campus.faults.played)


def canvas_of(site: Trial) -> Snapshot:
    """What Canvas says, by natural keys, so that two campuses of one seed can be compared."""
    return SnapshotMaker(site.campus.canvas, former_ids(site.campus.banner)).make()


def writes_of(site: Trial) -> int:
    """How many effective writes Canvas has seen, by its own log."""
    return len(site.campus.canvas.log.since(0))


def codes(report: RunReport) -> set[str]:
    """The error codes among a run's findings."""
    return {finding.code for finding in report.findings}


def remaining(site: Trial) -> list[object]:
    """What still differs from the truth."""
    left = site.campus.answer_key()["remaining"]
    assert isinstance(left, Iterable)
    return list(left)


def renew(site: Trial, setting: str, scopes: tuple[str, ...]) -> None:
    """Issue a new Canvas token, put it into the settings as an operator does, and start anew."""
    token = site.campus.canvas_face.tokens.issue("renewed", scopes).value
    written = re.sub(rf"({setting} = ).*", rf'\g<1>"{token}"', site.settings_file.read_text(encoding="utf-8"))
    site.settings_file.write_text(written, encoding="utf-8")
    site.restart()
