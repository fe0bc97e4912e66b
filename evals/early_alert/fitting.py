"""Fits the transparent model and its challenger.

The transparent one is a logistic regression with a ridge penalty whose coefficients may not point the wrong way, fitted
by SciPy's bounded quasi-Newton method; the challenger is scikit-learn's boosted trees under the same directions. Weeks
of a phase are fitted together. Penalty, phases and signals were compared by leaving out one section at a time within
2013 and, the last choices among equals, on 2014B: its figures are no final measurement. Weeks 1 and 2 are phases of
their own because each term of 2013, tested by the other, is calibrated no worse so (a mean error of 0.069 either way
over both weeks) and 2014B is better in week 1 (0.029 for 0.031).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from agents.early_alert.features import Array, Inputs
from agents.early_alert.model import Phase
from agents.early_alert.signals import COLD, SIGNALS

PENALTY = 400.0
"""Weight of the squared standardised coefficients beside the summed log loss, halved."""
PHASES = ((0, 0), (1, 1), (2, 2), (3, 4), (5, 6), (7, 9), (10, 14), (15, 20))
VARIETY = 0.005
"""Share of rows that must differ from the commonest value of a signal, for it to be learnt from."""
_TINY = 1e-9


class Rows(NamedTuple):
    """Inputs with what became of the students: 1 for failed or left."""

    inputs: Inputs
    outcome: Array

    def only(self, chosen: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> "Rows":
        """Return some of the rows."""
        picked = Inputs(self.inputs.names, *(column[chosen] for column in self.inputs[1:]))
        return Rows(picked, self.outcome[chosen])


class Judged(NamedTuple):
    """Alerts of which a person said what came: inputs a column per signal, 1 for needed, and how much each counts."""

    weeks: Array
    values: Array
    outcome: Array
    weight: Array

    def within(self, span: tuple[int, int]) -> "Judged":
        """Return the alerts of the weeks of a phase."""
        chosen = (self.weeks >= span[0]) & (self.weeks <= span[1])
        return Judged(*(column[chosen] for column in self))


def used_signals(first_week: int, left_out: Sequence[str]) -> tuple[int, ...]:
    """Return the columns a phase uses: before the first day only what is known by then (S135)."""
    return tuple(
        at
        for at, signal in enumerate(SIGNALS)
        if signal.name not in left_out and (first_week > 0 or signal.name in COLD)
    )


def fit_phase(
    weeks: Mapping[int, Rows],
    span: tuple[int, int],
    *,
    penalty: float = PENALTY,
    left_out: Sequence[str] = (),
    judged: Judged | None = None,
) -> Phase:
    """Fit one phase on the rows of its weeks, and on what advisors said of alerts in them.

    Centres and spreads are those of the terms: alerts are about few, and not about everybody alike.
    """
    used = used_signals(span[0], left_out)
    values, outcome = _stack(weeks, span, used)
    centre, spread = values.mean(axis=0), values.std(axis=0)
    varied = (spread > _TINY) & has_enough_variety(values)
    weight = np.ones(len(values))
    if judged is not None:
        said = judged.within(span)
        values = np.vstack([values, said.values[:, list(used)]])
        outcome, weight = np.concatenate([outcome, said.outcome]), np.concatenate([weight, said.weight])
    scaled = np.where(varied, (values - centre) / np.where(varied, spread, 1), 0)
    directions = [SIGNALS[at].direction for at in used]
    solution = fit_bounded(scaled, outcome, directions, penalty * (span[1] - span[0] + 1), weight)
    steepness = np.where(varied, solution[1:] / np.where(varied, spread, 1), 0)
    names = [SIGNALS[at].name for at in used]
    return Phase(
        first_week=span[0],
        last_week=span[1],
        intercept=round(float(solution[0]), 6),
        coefficients={name: round(float(each), 6) for name, each in zip(names, steepness, strict=True)},
        centres={name: round(float(each), 6) for name, each in zip(names, centre, strict=True)},
    )


def has_enough_variety(values: Array) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    """Tell which columns differ from their commonest value in enough rows to learn from.

    What hardly anybody shows in training, such as courses passed earlier in first terms, would be fitted to a handful
    and weigh heavily where everybody shows it.
    """
    commonest = [np.unique(column, return_counts=True)[1].max() for column in values.T]
    return np.asarray(commonest) <= (1 - VARIETY) * len(values)


def fit_bounded(
    scaled: Array, outcome: Array, directions: Sequence[int], penalty: float, weight: Array | None = None
) -> Array:
    """Return intercept and coefficients of a ridge logistic regression, each coefficient on its own side of zero.

    ``weight`` is how much each row counts, by default one.
    """
    from scipy.optimize import minimize

    count = np.ones(len(scaled)) if weight is None else weight
    with_one = np.column_stack([np.ones(len(scaled)), scaled])
    ridge = np.array([0.0, *[penalty] * scaled.shape[1]])

    def loss(at: Array) -> tuple[float, Array]:
        log_odds = with_one @ at
        gradient = with_one.T @ (count * (1 / (1 + np.exp(-log_odds)) - outcome)) + ridge * at
        value = count @ np.logaddexp(0, log_odds) - (count * outcome) @ log_odds + 0.5 * (ridge * at) @ at
        return float(value), gradient

    sides = {1: (0, None), -1: (None, 0), 0: (None, None)}
    bounds = [(None, None), *(sides[direction] for direction in directions)]
    found: Array = minimize(loss, np.zeros(len(ridge)), jac=True, method="L-BFGS-B", bounds=bounds).x
    return found


class Challenger:
    """Boosted trees over the same inputs, monotone where a signal has a direction."""

    def __init__(self, weeks: Mapping[int, Rows], span: tuple[int, int], seed: int) -> None:
        self._used = list(used_signals(span[0], ()))
        values, outcome = _stack(weeks, span, self._used)
        self._trees = Trees(values, outcome, [SIGNALS[at].direction for at in self._used], seed)

    def risk(self, inputs: Inputs) -> Array:
        """Return the probability of every row."""
        return self._trees.risk(inputs.values[:, self._used])


class Trees:
    """Boosted trees over any columns; a direction of 1 or -1 binds how a column may act, 0 leaves it free."""

    def __init__(self, values: Array, outcome: Array, directions: Sequence[int], seed: int) -> None:
        from sklearn.ensemble import HistGradientBoostingClassifier
        from threadpoolctl import threadpool_limits

        trees = HistGradientBoostingClassifier(
            max_iter=150,
            learning_rate=0.05,
            max_leaf_nodes=15,
            min_samples_leaf=100,
            l2_regularization=5,
            monotonic_cst=list(directions),
            random_state=seed,
        )
        with threadpool_limits(1):  # threads that wait for each other make a busy machine ten times slower
            self._trees = trees.fit(values, outcome)

    def risk(self, values: Array) -> Array:
        """Return the probability of every row."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):
            found: Array = self._trees.predict_proba(values)[:, 1]
        return found


def _stack(weeks: Mapping[int, Rows], span: tuple[int, int], used: Sequence[int]) -> tuple[Array, Array]:
    chosen = [weeks[week] for week in range(span[0], span[1] + 1)]
    return (
        np.vstack([rows.inputs.values[:, list(used)] for rows in chosen]),
        np.concatenate([rows.outcome for rows in chosen]),
    )
