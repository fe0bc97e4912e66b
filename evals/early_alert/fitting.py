"""Fits the transparent model and its challenger.

The transparent one is a logistic regression with a ridge penalty whose coefficients may not point the wrong way, fitted
by SciPy's bounded quasi-Newton method; the challenger is scikit-learn's boosted trees under the same directions. Weeks
of a phase are fitted together. The penalty and the phases were chosen by leaving out one section at a time within 2013.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from agents.early_alert.features import Array, Inputs
from agents.early_alert.model import Phase
from agents.early_alert.signals import COLD, SIGNALS

PENALTY = 100.0
"""Weight of the squared standardised coefficients beside the summed log loss, halved."""
PHASES = ((0, 0), (1, 1), (2, 3), (4, 5), (6, 7), (8, 9), (10, 14), (15, 20))
_TINY = 1e-9


class Rows(NamedTuple):
    """Inputs with what became of the students: 1 for failed or left."""

    inputs: Inputs
    outcome: Array

    def only(self, chosen: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> "Rows":
        """Return some of the rows."""
        picked = Inputs(self.inputs.names, *(column[chosen] for column in self.inputs[1:]))
        return Rows(picked, self.outcome[chosen])


def used_signals(first_week: int, left_out: Sequence[str]) -> tuple[int, ...]:
    """Return the columns a phase uses: before the first day only what is known by then (S135)."""
    return tuple(
        at
        for at, signal in enumerate(SIGNALS)
        if signal.name not in left_out and (first_week > 0 or signal.name in COLD)
    )


def fit_phase(
    weeks: Mapping[int, Rows], span: tuple[int, int], *, penalty: float = PENALTY, left_out: Sequence[str] = ()
) -> Phase:
    """Fit one phase on the rows of its weeks."""
    used = used_signals(span[0], left_out)
    values, outcome = _stack(weeks, span, used)
    centre, spread = values.mean(axis=0), values.std(axis=0)
    varied = spread > _TINY
    scaled = np.where(varied, (values - centre) / np.where(varied, spread, 1), 0)
    directions = [SIGNALS[at].direction for at in used]
    solution = fit_bounded(scaled, outcome, directions, penalty * (span[1] - span[0] + 1))
    steepness = np.where(varied, solution[1:] / np.where(varied, spread, 1), 0)
    names = [SIGNALS[at].name for at in used]
    return Phase(
        first_week=span[0],
        last_week=span[1],
        intercept=round(float(solution[0]), 6),
        coefficients={name: round(float(each), 6) for name, each in zip(names, steepness, strict=True)},
        centres={name: round(float(each), 6) for name, each in zip(names, centre, strict=True)},
    )


def fit_bounded(scaled: Array, outcome: Array, directions: Sequence[int], penalty: float) -> Array:
    """Return intercept and coefficients of a ridge logistic regression, each coefficient on its own side of zero."""
    from scipy.optimize import minimize

    with_one = np.column_stack([np.ones(len(scaled)), scaled])
    weights = np.array([0.0, *[penalty] * scaled.shape[1]])

    def loss(at: Array) -> tuple[float, Array]:
        log_odds = with_one @ at
        gradient = with_one.T @ (1 / (1 + np.exp(-log_odds)) - outcome) + weights * at
        value = np.logaddexp(0, log_odds).sum() - outcome @ log_odds + 0.5 * (weights * at) @ at
        return float(value), gradient

    sides = {1: (0, None), -1: (None, 0), 0: (None, None)}
    bounds = [(None, None), *(sides[direction] for direction in directions)]
    found: Array = minimize(loss, np.zeros(len(weights)), jac=True, method="L-BFGS-B", bounds=bounds).x
    return found


class Challenger:
    """Boosted trees over the same inputs, monotone where a signal has a direction."""

    def __init__(self, weeks: Mapping[int, Rows], span: tuple[int, int], seed: int) -> None:
        from sklearn.ensemble import HistGradientBoostingClassifier
        from threadpoolctl import threadpool_limits

        self._used = list(used_signals(span[0], ()))
        values, outcome = _stack(weeks, span, self._used)
        trees = HistGradientBoostingClassifier(
            max_iter=150,
            learning_rate=0.05,
            max_leaf_nodes=15,
            min_samples_leaf=100,
            l2_regularization=5,
            monotonic_cst=[SIGNALS[at].direction for at in self._used],
            random_state=seed,
        )
        with threadpool_limits(1):  # threads that wait for each other make a busy machine ten times slower
            self._trees = trees.fit(values, outcome)

    def risk(self, inputs: Inputs) -> Array:
        """Return the probability of every row."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):
            found: Array = self._trees.predict_proba(inputs.values[:, self._used])[:, 1]
        return found


def _stack(weeks: Mapping[int, Rows], span: tuple[int, int], used: Sequence[int]) -> tuple[Array, Array]:
    chosen = [weeks[week] for week in range(span[0], span[1] + 1)]
    return (
        np.vstack([rows.inputs.values[:, list(used)] for rows in chosen]),
        np.concatenate([rows.outcome for rows in chosen]),
    )
