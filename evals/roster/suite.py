"""The suite of roster sync: two nights on each campus, scored by the campus's own records and write log.

The naive way beside it is a script that compares the two rosters as sets, adds what is missing and removes the rest.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from evals.campus import Trial, hasten, open_trial
from evals.harness.figures import added, share
from evals.harness.results import CaseResult, Part, PartResult
from evals.roster.expected import planted_by, read_worlds
from evals.roster.judging import unexplained_writes, wrongs_of
from evals.roster.naive import Naive, compare_plainly
from evals.roster.nights import Nights, identity_of, spend_nights

_SEED_STEP = 1_000
_TIER = frozenset({"settled without a person", "changed although somebody must look first"})


def measure(part: Part) -> PartResult:
    """Spend two nights on one campus."""
    world = read_worlds()[part.number]
    seed = world.seed + _SEED_STEP * part.seed
    with TemporaryDirectory(prefix="provost-roster-") as folder, _trial(world.students, seed, folder) as trial:
        naive = compare_plainly(trial, cast(Any, trial.campus.answer_key()))
        return _judge(trial, spend_nights(trial), naive, seed)


def _trial(students: int, seed: int, folder: str) -> AbstractContextManager[Trial]:
    policy = hasten(Path(folder) / "policy.yaml")
    return open_trial(Path(folder) / "home", students=students, seed=seed, policy_file=policy)


def _judge(trial: Trial, nights: Nights, naive: Naive, seed: int) -> PartResult:
    missed = frozenset(identity_of(item) for item in nights.score.missed)
    cases = tuple(
        CaseResult(
            id=f"{seed} {item['object']} {' '.join(item['keys'].values())}",
            kind=f"{item['object']}_{planted_by(item)}".replace(" ", "_").replace("-", "_"),
            wrong=tuple(wrongs_of(item, nights, missed)),
            baseline=naive.settles(item),
            seed=seed,
        )
        for item in nights.planted
    )
    banner = trial.campus.banner.sections.values()
    cancelled = {f"{one.key.term}-{one.key.crn}" for one in banner if one.status == "cancelled"}
    stray = unexplained_writes(nights, trial.provost.course_of(trial.term), cancelled)
    return PartResult(cases=(*cases, *_strays(stray, seed)), counts=_counts(nights, len(stray)), baseline=_plain(naive))


def _strays(stray: Sequence[str], seed: int) -> tuple[CaseResult, ...]:
    """Return a case of its own for every record written without a reason, so that each is named."""
    return tuple(
        CaseResult(id=f"{seed} {record}", kind="stray", wrong=("written without a reason",), seed=seed)
        for record in stray
    )


def _counts(nights: Nights, stray: int) -> dict[str, float]:
    score = nights.score
    return {
        "planted": score.planted,
        "missed": len(score.missed),
        "reported": score.found,
        "invented": len(score.invented),
        "wrong_changes": stray,
        "unapproved": nights.unapproved,
        "approvals": nights.approved_runs,
    }


def _plain(naive: Naive) -> dict[str, float]:
    score = naive.score
    counts = {"planted": score.planted, "missed": len(score.missed), "reported": score.found}
    return {**counts, "invented": len(score.invented), "wrong_changes": len(score.invented), "settled": naive.settled}


def conclude(parts: Sequence[PartResult]) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return recall, precision, the share settled rightly and with the right authority, and stray writes."""
    ours, naive = added(each.counts for each in parts), added(each.baseline for each in parts)
    cases = [case for part in parts for case in part.cases if case.kind != "stray"]
    crossed = sum(bool(_TIER & set(case.wrong)) for case in cases) + ours["unapproved"]
    resolved = share(sum(case.right for case in cases), len(cases))
    tier = share(len(cases) - crossed, len(cases))
    return (
        {**_found(ours), "resolved": resolved, "tier_respected": tier},
        {**_found(naive), "resolved": share(naive["settled"], naive["planted"])},
    )


def _found(counts: Mapping[str, float]) -> dict[str, float]:
    kept = {name: counts[name] for name in ("planted", "wrong_changes")}
    recall = share(counts["planted"] - counts["missed"], counts["planted"])
    return {"recall": recall, "precision": share(counts["reported"] - counts["invented"], counts["reported"]), **kept}
