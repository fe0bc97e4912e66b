"""Two nights on one campus: reconcile, let people approve what waits, reconcile again; each stand is kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.ids import RunId
from domain.principals import Role
from evals.approval.stage import person
from evals.campus import Trial
from evals.score import Score
from graphs.reports import RunReport
from store.plans import ApprovalState

Item = Mapping[str, Any]
Identity = tuple[str, tuple[tuple[str, str], ...]]
_DESCRIBING = ("fromCrn", "fromSisSectionId", "priorBannerId", "login")


def identity_of(item: Item) -> Identity:
    """Return what makes two items of the answer key the same one, whatever id a thing was found under."""
    keys = item["keys"]
    named = {name: value for name, value in keys.items() if name not in _DESCRIBING}
    return item["object"], tuple(sorted((named or keys).items()))


@dataclass(frozen=True)
class Nights:
    """What was planted, what differed after each stand, what was reported and written."""

    planted: Sequence[Item]
    absorbed: Sequence[Item]
    by_rule: Mapping[Identity, Item]
    in_the_end: Mapping[Identity, Item]
    score: Score
    report: RunReport
    written: Sequence[Any]
    approved_runs: int
    unapproved: int


def spend_nights(trial: Trial) -> Nights:
    """Spend two nights with a day of approvals after each."""
    begun = len(trial.campus.canvas.log.entries)
    key = trial.campus.answer_key()
    report = trial.reconcile()
    score = trial.score(report)
    by_rule = _remaining(trial)
    answered = _approve_all(trial)
    trial.reconcile()
    answered += _approve_all(trial)
    return Nights(
        planted=_rows(key["real"]),
        absorbed=_rows(key["absorbed"]),
        by_rule=by_rule,
        in_the_end=_remaining(trial),
        score=score,
        report=report,
        written=[one for one in trial.campus.canvas.log.entries[begun:] if one.actor != "hand"],
        approved_runs=answered,
        unapproved=len(list(_unapproved(trial))),
    )


def _approve_all(trial: Trial) -> int:
    """Let people with the right role approve everything that waits, a second person where one is needed."""
    provost, answered = trial.provost, 0
    for name in ("first", "second"):
        for view in provost.approvals.find(ApprovalState.PENDING):
            who = person(f"{name}-{view.plan.approver_role}", Role(view.plan.approver_role))
            provost.answer(view.id, who, "approve", plan_hash=view.plan.plan_hash)
            answered += 1
    return answered


def _unapproved(trial: Trial) -> Iterator[str]:
    """Yield the changes that went out by themselves although their tier asks for a person."""
    provost = trial.provost
    for run in provost.runs.latest("reconcile", 10):
        used = provost.approvals.find(ApprovalState.USED, run=run.id)
        approved = {one.change_id for view in used for one in view.plan.changes}
        for intent in provost.outbox.for_run(RunId(run.id)):
            change = intent.as_change()
            if change.tier.value != "A" and change.change_id not in approved:
                yield change.change_id


def _remaining(trial: Trial) -> dict[Identity, Item]:
    rows = _rows(trial.campus.answer_key()["remaining"])
    return {identity_of(item): item for item in rows}


def _rows(found: object) -> list[Item]:
    assert isinstance(found, list)
    return found
