"""One comparison of two groups of students, others' influence taken out: points, interval, chance (S108).

Deterministic: the seed is a part of the method. Arrays hold one value per student.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from agents.insights.findings import SEED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

RESAMPLES = 2_000
FIRST_SHUFFLES, ALL_SHUFFLES = 2_000, 50_000
_WORTH_MORE = 0.02
"""A chance below this is measured again with all shuffles, as few shuffles cannot tell small chances apart."""
_BATCH = 5_000


class Compared(NamedTuple):
    """Points between the groups, the 95 percent interval by bootstrap, and the two-sided chance by permutation."""

    points: float
    low: float
    high: float
    p: float


def compare(scores: "Values", opened: "Values", others: "Values") -> Compared:
    """Compare the scores of those who opened something (1) with the rest (0), ``others`` (one column each) taken out.

    The interval resamples students within each group; the chance shuffles what the others leave unexplained of the
    ranks (Freedman and Lane), so that neither one mark entered wrongly nor a difference in clicks decides it.
    """
    rng = np.random.default_rng(SEED)
    design = np.column_stack([np.ones_like(scores), others])
    return Compared(
        _points(scores, opened, design),
        *_interval(scores, opened, design, rng),
        _chance(_ranks(scores), opened, design, rng),
    )


def _points(scores: "Values", opened: "Values", design: "Values") -> float:
    full = np.column_stack([opened, design])
    return float(np.linalg.lstsq(full, scores, rcond=None)[0][0])


def _interval(scores: "Values", opened: "Values", design: "Values", rng: np.random.Generator) -> tuple[float, float]:
    """Return the percentile interval over resampled students, groups kept at their sizes."""
    yes, no = np.flatnonzero(opened == 1), np.flatnonzero(opened == 0)
    drawn = np.hstack([rng.choice(yes, (RESAMPLES, len(yes))), rng.choice(no, (RESAMPLES, len(no)))])
    full = np.concatenate([opened[:, None], design], axis=1)[drawn]
    gram = np.einsum("bni,bnj->bij", full, full) + 1e-9 * np.eye(full.shape[2])
    moment = np.einsum("bni,bn->bi", full, scores[drawn])
    points = np.linalg.solve(gram, moment[:, :, None])[:, 0, 0]
    low, high = np.percentile(points, [2.5, 97.5])
    return float(low), float(high)


def _chance(scores: "Values", opened: "Values", design: "Values", rng: np.random.Generator) -> float:
    rest, own = _without(scores, design), _without(opened, design)
    seen = abs(float(own @ rest)) - 1e-9
    p = _share(rest, own, seen, FIRST_SHUFFLES, rng)
    return _share(rest, own, seen, ALL_SHUFFLES, rng) if p < _WORTH_MORE else p


def _share(rest: "Values", own: "Values", seen: float, shuffles: int, rng: np.random.Generator) -> float:
    """Return the share of shuffles that look at least so clear, the real order counted as one."""
    reached = 0
    for _ in range(shuffles // _BATCH or 1):
        batch = min(shuffles, _BATCH)
        shuffled = rng.permuted(np.broadcast_to(rest, (batch, len(rest))), axis=1)
        reached += int((np.abs(shuffled @ own) >= seen).sum())
    return (1 + reached) / (1 + shuffles)


def _ranks(values: "Values") -> "Values":
    """Return ranks, equal values at the middle of theirs."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - (count - 1) / 2)[place], dtype=np.float64)


def _without(values: "Values", design: "Values") -> "Values":
    return values - design @ np.linalg.lstsq(design, values, rcond=None)[0]


def share_of_false(chances: list[float]) -> list[float]:
    """Return for each chance the share of false findings among all at least so clear (Benjamini and Hochberg)."""
    order = sorted(range(len(chances)), key=chances.__getitem__)
    found, least = [1.0] * len(chances), 1.0
    for rank in range(len(order), 0, -1):
        least = min(least, chances[order[rank - 1]] * len(order) / rank)
        found[order[rank - 1]] = least
    return found
