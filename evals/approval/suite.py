"""The suite of approvals: sixty tasks on a campus, scored by what stands in the LMS and in the ledger afterwards.

The naive way beside it is an approval that checks its id and the word ``approve`` and nothing else.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from evals.approval.playing import Play
from evals.approval.stage import Stage
from evals.approval.tasks import ApprovalTask, read_tasks, write_policy
from evals.campus import hasten, open_trial
from evals.harness.figures import added
from evals.harness.results import CaseResult, Part, PartResult

STUDENTS, SEED = 150, 41
FAST_TASKS = 5


def measure(part: Part) -> PartResult:
    """Play this part of the tasks, each policy on a campus of its own."""
    mine = read_tasks()[part.number :: part.of]
    by_policy: dict[str, list[ApprovalTask]] = defaultdict(list)
    tried = mine[:FAST_TASKS] if part.fast else mine
    for task in tried:
        by_policy[task.policy].append(task)
    played = [_play_all(policy, tasks, SEED + part.seed) for policy, tasks in by_policy.items()]
    return PartResult(
        cases=tuple(case for cases, _ in played for case in cases),
        counts={"wrong_writes": sum(wrong for _, wrong in played)},
        baseline={"wrong_writes": sum(naive_writes(task) and not task.expect.written for task in tried)},
    )


def conclude(parts: Sequence[PartResult]) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return how many writes there were that nobody entitled had approved, ours and the naive way's."""
    return added(each.counts for each in parts), added(each.baseline for each in parts)


def naive_writes(task: ApprovalTask) -> bool:
    """Tell whether a way that trusts the id and the word would write: any approval of the request, by anybody."""
    answers = (step for step in task.steps if step.do == "answer" and step.request == "asked")
    return any(step.do == "apply" for step in task.steps) or any(step.word.strip() == "approve" for step in answers)


def _play_all(policy: str, tasks: Sequence[ApprovalTask], seed: int) -> tuple[list[CaseResult], int]:
    with TemporaryDirectory(prefix="provost-approval-") as folder:
        file = hasten(Path(folder) / "hastened.yaml", write_policy(policy, Path(folder)))
        with open_trial(Path(folder) / "home", students=STUDENTS, seed=seed, policy_file=file) as trial:
            stage = Stage(trial)
            played = [_play_one(stage, task, seed) for task in tasks]
    return [case for case, _ in played], sum(wrong for _, wrong in played)


def _play_one(stage: Stage, task: ApprovalTask, seed: int) -> tuple[CaseResult, bool]:
    begun = monotonic()
    play = Play(stage, task)
    wrong = play.play()
    case = CaseResult(
        id=task.id,
        kind=task.kind,
        wrong=tuple(wrong),
        baseline=naive_writes(task) == task.expect.written,
        seed=seed,
        seconds=round(monotonic() - begun, 3),
    )
    return case, play.wrote_wrongly
