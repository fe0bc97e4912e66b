"""The leak suite: every case through every door, judged by means that share nothing with what hides.

A secret in what left is a leak. A stop by the boundary is none, though its wording and whatever had left by then are
judged too; it is counted apart, and so is a word that should have stayed and did not.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from domain.errors import DetectionFailed, LeakStopped
from evals.leaks.cases import Door, LeakCase, read_cases, read_people
from evals.leaks.doors import WAYS, Seen
from evals.leaks.judging import lost_words, tell_secrets
from evals.leaks.parts import LeakParts, open_parts
from privacy.vocabulary import Scope

_PERSON_FREE = Path(__file__).parents[1] / "privacy" / "person_free.txt"
_REWORDING = frozenset({Door.LOG})
"""Doors through which the text itself is never to come, so that no word of it is missed."""
_LONG = 6
"""The length from which a secret is searched for in sealed bytes, where a short one may stand by chance."""

ConfigureLogs = Callable[[str, str], None]
_LOGS: list[ConfigureLogs] = []


def set_logs_up_with(configure_logs: ConfigureLogs) -> None:
    """Say how the service sets logs up, for a run that was not told; evals know nothing of the service."""
    _LOGS[:] = [configure_logs]


class Trial(NamedTuple):
    """One case through one door: what was told, and what was lost."""

    case: LeakCase
    door: Door
    told: tuple[str, ...]
    stopped: bool
    lost: tuple[str, ...]


def logs_set_up() -> ConfigureLogs:
    """Return how logs are set up: as the service said, else not at all."""
    return _LOGS[0] if _LOGS else lambda _form, _level: None


def run_suite(configure_logs: ConfigureLogs, *, own_only: bool = False) -> list[Trial]:
    """Push every case through every door, or its own only; ``configure_logs`` sets the log up as the service does."""
    return try_cases(configure_logs, own_only=own_only)


def try_cases(
    configure_logs: ConfigureLogs, *, own_only: bool = False, doors: Sequence[Door] = tuple(Door)
) -> list[Trial]:
    """Push every case through some doors, or through its own only where it is one of them."""
    with open_parts(configure_logs) as parts:
        trials = [
            _try(case, door, parts) for door in doors for case in read_cases() if not own_only or case.door is door
        ]
        kept = parts.checkpoint_bytes()
    return [_with_bytes(trial, kept) if trial.door is Door.CHECKPOINT else trial for trial in trials]


class PersonFree(NamedTuple):
    """Stretches replaced per 1,000 words of text that names nobody: with nobody in scope, and with all of the cases."""

    unscoped: float
    scoped: float


def measure_person_free(configure_logs: Callable[[str, str], None]) -> PersonFree:
    """Measure over-redaction; the people of the cases are the hardest scope, as many are called like a word."""
    texts = _PERSON_FREE.read_text(encoding="utf-8").splitlines()
    words = sum(len(text.split()) for text in texts)
    everyone = frozenset(known.handle for known in read_people())
    with open_parts(configure_logs) as parts:
        scopes = (Scope(), Scope(people=everyone))
        hits = [sum(len(parts.finder.find(text, scope)) for text in texts) for scope in scopes]
    return PersonFree(*(1000 * count / words for count in hits))


def report(trials: list[Trial]) -> dict[str, object]:
    """Return the suite in numbers: leaks of what is promised, stops, the rate of what is not, and words lost."""
    promised, residual = ([trial for trial in trials if trial.case.residual is residual] for residual in (False, True))
    kept = [trial for trial in promised if trial.case.keep and not trial.stopped and trial.door not in _REWORDING]
    return {
        "n": len({trial.case.id for trial in trials}),
        "tries": len(trials),
        "leaks": sorted({f"{trial.case.id} by {trial.door}" for trial in promised if trial.told}),
        "stopped": sorted({f"{trial.case.id} by {trial.door}" for trial in promised if trial.stopped}),
        "residual_tries": len(residual),
        "residual_rate": round(sum(bool(trial.told) for trial in residual) / max(1, len(residual)), 4),
        "over_redaction": sorted({f"{trial.case.id} by {trial.door}" for trial in kept if trial.lost}),
        "kept_rate": round(1 - sum(bool(trial.lost) for trial in kept) / max(1, len(kept)), 4),
    }


def _with_bytes(trial: Trial, kept: str) -> Trial:
    """Add what stands in the bytes of the checkpoint files; what has other letters than ASCII never does."""
    long = [secret for secret in trial.case.secrets if len(secret) >= _LONG and secret.lower() in kept]
    return trial._replace(told=(*trial.told, *long))


def _try(case: LeakCase, door: Door, parts: LeakParts) -> Trial:
    parts.provider.take()
    try:
        seen, stopped = WAYS[door](case, parts), False
    except (LeakStopped, DetectionFailed) as held:
        seen, stopped = Seen((str(held), repr(held), *parts.provider.take()), ""), True
    told = tuple(dict.fromkeys(secret for text in seen.left for secret in tell_secrets(text, case.secrets)))
    lost = () if stopped or door in _REWORDING else tuple(lost_words(seen.kept, case.keep))
    return Trial(case, door, told, stopped, lost)
