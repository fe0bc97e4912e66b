"""The small functions that turn cases and counts into figures: shares, pass^k, precision and recall."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import comb

from evals.harness.results import CaseResult, PartResult


def share(part: float, whole: float) -> float:
    """Return a share; 1.0 where there is nothing that could have gone wrong."""
    return part / whole if whole else 1.0


def pass_k(tries: int, right: int, k: int) -> float:
    """Return the chance that ``k`` tries drawn from those made are all right: C(right, k) / C(tries, k)."""
    return comb(right, k) / comb(tries, k) if k <= tries else float("nan")


def added(parts: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Return the sums by name."""
    total: dict[str, float] = defaultdict(float)
    for part in parts:
        for name, value in part.items():
            total[name] += value
    return dict(total)


def case_figures(cases: Sequence[CaseResult]) -> dict[str, float]:
    """Return the share of cases that were right, over all and by kind, and pass^k where each was tried k times."""
    return {**_rights([(each.kind, each.right) for each in cases]), **_passes(cases)}


def baseline_figures(cases: Sequence[CaseResult]) -> dict[str, float]:
    """Return the same shares for the naive way, over the cases it was tried on."""
    tried = [(each.kind, bool(each.baseline)) for each in cases if each.baseline is not None]
    return _rights(tried) if tried else {}


def _rights(tried: Sequence[tuple[str, bool]]) -> dict[str, float]:
    found = {"right": share(sum(right for _, right in tried), len(tried))}
    for kind in sorted({kind for kind, _ in tried}):
        mine = [right for one, right in tried if one == kind]
        found[f"right_{kind}"] = share(sum(mine), len(mine))
    return found


def _passes(cases: Sequence[CaseResult]) -> dict[str, float]:
    by_id: dict[str, list[bool]] = defaultdict(list)
    for each in cases:
        by_id[each.id].append(each.right)
    k = min((len(tries) for tries in by_id.values()), default=0)
    if k < 2:  # noqa: PLR2004 one try says nothing about how steady a suite is
        return {}
    chances = [pass_k(len(tries), sum(tries), k) for tries in by_id.values()]
    return {f"pass_{k}": sum(chances) / len(chances)}


def ways_wrong(cases: Iterable[CaseResult]) -> dict[str, list[str]]:
    """Return what was wrong, by case."""
    found: dict[str, list[str]] = {}
    for each in cases:
        if each.wrong:
            found.setdefault(each.id, []).extend(each.wrong)
    return found


def all_cases(parts: Sequence[PartResult]) -> list[CaseResult]:
    """Return the cases of every piece, in order."""
    return [case for part in parts for case in part.cases]
