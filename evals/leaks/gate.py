"""The suite ``privacy``: every leak case through every door, and every restoring task, beside plain patterns.

Cases marked residual are looser forms that are measured and not promised; they count in a figure of their own.
"""

from collections.abc import Iterator, Mapping, Sequence

from evals.harness.figures import added, share
from evals.harness.results import CaseResult, Part, PartResult
from evals.leaks.cases import Door
from evals.leaks.naive import is_hidden_by_patterns, is_restored_by_placeholders
from evals.leaks.parts import open_parts
from evals.leaks.restores import read_restores, wrongs_of
from evals.leaks.suite import Trial, logs_set_up, try_cases

DOORS = tuple(Door)
"""One part for each door, then one for restoring."""
PARTS = len(DOORS) + 1


def measure(part: Part) -> PartResult:
    """Try one door with every case, or restoring."""
    if part.number == len(DOORS):
        return _restores(part.seed)
    return _leaks(try_cases(logs_set_up(), doors=[DOORS[part.number]]))


def conclude(parts: Sequence[PartResult]) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return leaks of what is promised, the rate of what is not, words lost, and calls stopped."""
    ours, naive = added(each.counts for each in parts), added(each.baseline for each in parts)
    kept = 1 - share(ours.get("lost", 0), ours.get("kept", 0)) if ours.get("kept") else 1.0
    figures = {
        "leaks": ours.get("leaks", 0),
        "residual_rate": share(ours.get("residual_told", 0), ours.get("residual", 0)) if ours.get("residual") else 0.0,
        "kept_rate": kept,
        "stopped": ours.get("stopped", 0),
        "tries": ours.get("tries", 0),
    }
    return figures, {"leaks": naive.get("leaks", 0)}


def _leaks(trials: Sequence[Trial]) -> PartResult:
    promised = [each for each in trials if not each.case.residual]
    looser = [each for each in trials if each.case.residual]
    told = [each for each in promised if each.case.keep and not each.stopped and each.door is not Door.LOG]
    return PartResult(
        cases=tuple(_case(each) for each in promised),
        counts={
            "tries": len(trials),
            "leaks": sum(bool(each.told) for each in promised),
            "stopped": sum(each.stopped for each in promised),
            "residual": len(looser),
            "residual_told": sum(bool(each.told) for each in looser),
            "kept": len(told),
            "lost": sum(bool(each.lost) for each in told),
        },
        baseline={"leaks": sum(not is_hidden_by_patterns(each.case) for each in promised)},
    )


def _case(trial: Trial) -> CaseResult:
    return CaseResult(
        id=trial.case.id,
        kind=f"door_{trial.door.value}",
        wrong=tuple(f"told by {trial.door.value}: {secret}" for secret in trial.told),
        baseline=is_hidden_by_patterns(trial.case),
    )


def _restores(seed: int) -> PartResult:
    return PartResult(cases=tuple(_restored(seed)))


def _restored(seed: int) -> Iterator[CaseResult]:
    with open_parts(logs_set_up()) as parts:
        for task in read_restores():
            wrong = tuple(wrongs_of(task, parts))
            naive = is_restored_by_placeholders(task)
            yield CaseResult(id=task.id, kind=task.kind, wrong=wrong, baseline=naive, seed=seed)
