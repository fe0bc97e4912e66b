"""What is recorded of a run beside its figures: when, with which seeds and model, prompts, policy and revision."""

import hashlib
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from domain.changes import digest
from domain.records import Record
from evals.harness.results import Asked
from governance.policy_file import load_policy

ROOT = Path(__file__).resolve().parents[2]
POLICY = ROOT / "provost.policy.yaml"
_WORDED = ("agents/*/prompts/*", "agents/*/templates/*", "privacy/**/prompts/*")
_SHOWN = 12


class Recorded(Record):
    """One run: ``seeds`` is how often each case was tried; ``prompts`` are digests by file, named with its version."""

    run: str
    begun_at: datetime
    seconds: float = 0.0
    seeds: int
    fast: bool
    models: tuple[str, ...]
    test: str
    git: str
    changed: bool
    policy: str
    thresholds: str
    prompts: dict[str, str]
    version: str
    python: str


def new_run_name(now: datetime) -> str:
    """Return the name of a run, which sorts by time."""
    return f"eval_{now:%Y%m%dT%H%M%S}"


def record_run(run: str, asked: Asked, models: tuple[str, ...]) -> Recorded:
    """Return what is recorded of a run that begins now."""
    return Recorded(
        run=run,
        begun_at=datetime.now(UTC),
        seeds=asked.seeds,
        fast=asked.fast,
        models=models,
        test=asked.test,
        git=_git("rev-parse", "HEAD")[:_SHOWN] or "unknown",
        changed=bool(_git("status", "--porcelain", "--untracked-files=no")),
        policy=digest(load_policy(POLICY).model_dump(mode="json"))[:_SHOWN],
        thresholds=_digest(ROOT / "evals" / "thresholds.yaml"),
        prompts=prompt_versions(),
        version=version("provost"),
        python=platform.python_version(),
    )


def prompt_versions() -> dict[str, str]:
    """Return the digest of every prompt and template file, by its path."""
    files = sorted(file for glob in _WORDED for file in ROOT.glob(glob) if file.is_file() and file.suffix != ".py")
    return {str(file.relative_to(ROOT)): _digest(file) for file in files}


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:_SHOWN]


def _git(*words: str) -> str:
    """Return what git says of the sources; nothing where they are no repository or there is no git."""
    try:
        said = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603, S607
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return said.stdout.strip()
