"""Suite ``grades``: errors put into the marks of the last presentation, found by what earlier ones taught.

The model learns from all earlier presentations as they are; 1% of the marks of the last are made wrong, six kinds in
equal parts, and the most suspect are held. Each figure is the mean over ten seeds that were used for nothing else.
Recall at 1% held equals precision, as many are held as are wrong. Moved rows and swaps are reported apart, without
floors. The hard rules are measured on sections with planted violations.
"""

from pathlib import Path

import numpy as np

from agents.grades.anomalies.hypotheses import SLIPS, Slip
from agents.grades.anomalies.marks import Flags, Floats, Marks
from agents.grades.anomalies.model import MarkModel, fit_model
from agents.grades.anomalies.suspicion import Suspicion, suspect
from evals.grades import moved
from evals.grades.baselines import distances_from_median
from evals.grades.hard_rules import score_hard_rules
from evals.grades.injection import Injected, inject
from evals.grades.oulad import has_marks, presentations, read_marks
from evals.grades.sections import measure_sections
from evals.suites import EvalReport, shortfalls, skipped_report, thresholds_of

SEED = 20_261_127
SEEDS = 10
WRONG_SHARE, HELD_SHARE, WIDER_SHARE = 0.01, 0.01, 0.02
MATERIAL = 20
SECTIONS = 50
THRESHOLDS = thresholds_of("grades")


def run(data: Path | None, seeds: int = SEEDS, *, sections: bool = False) -> EvalReport:
    """Measure on the records in ``data``; without them the suite says that it was skipped.

    ``sections`` also measures single sections, which takes a minute longer.
    """
    if data is None or not has_marks(data):
        return skipped_report("grades", "name a folder that holds the OULAD records with --data", SEED)
    *earlier, last = presentations(data)
    if not earlier:
        return skipped_report("grades", "one presentation is not enough, as there is nothing to learn from", SEED)
    model = fit_model(read_marks(data, earlier))
    marks = read_marks(data, [last])
    metrics = {**_mean_over_seeds(marks, model, seeds), **moved.measure_moved(marks, model, SEED), **_hard_rules()}
    metrics |= measure_sections(marks, model, SEED) if sections else {}
    return EvalReport(
        suite="grades",
        n=len(marks.score),
        metrics={name: round(value, 4) for name, value in metrics.items()},
        thresholds=THRESHOLDS,
        passed=not shortfalls(metrics, THRESHOLDS),
        model=f"column and carry-over, {model.marks} marks of {', '.join(earlier)}; measured on {last}",
        seed=SEED,
        baseline={"recall_at_1pct": round(metrics["median_distance_recall_at_1pct"], 4)},
    )


def _mean_over_seeds(marks: Marks, model: MarkModel, seeds: int) -> dict[str, float]:
    rounds = []
    for seed in range(SEED, SEED + seeds):
        wrong = inject(marks, WRONG_SHARE, seed)
        rounds.append(score_round(wrong, suspect(wrong.marks, model)))
    return {name: float(np.nanmean([one[name] for one in rounds])) for name in rounds[0]}


def score_round(wrong: Injected, found: Suspicion) -> dict[str, float]:
    """Return what one round found: recall and precision by budget and kind, the cause named, and the baseline."""
    bad = wrong.kind >= 0
    material = bad & (wrong.change >= MATERIAL)
    held, wider = (_held(found.chance, share) for share in (HELD_SHARE, WIDER_SHARE))
    plain = _held(distances_from_median(wrong.marks), HELD_SHARE)
    scores = {
        "recall_at_1pct": _share(held, bad),
        "precision_at_1pct": _share(bad, held),
        "material_recall_at_1pct": _share(held, material),
        "recall_at_2pct": _share(wider, bad),
        "precision_at_2pct": _share(bad, wider),
        "material_share": _share(material, bad),
        "median_distance_recall_at_1pct": _share(plain, bad),
    }
    for number, slip in enumerate(SLIPS):
        of_kind, name = wrong.kind == number, metric_name(slip)
        scores[f"{name}_recall_at_1pct"] = _share(held, of_kind)
        scores[f"{name}_recall_at_2pct"] = _share(wider, of_kind)
        scores[f"{name}_named"] = _share(found.slip == number, of_kind & held)
    return scores


def metric_name(slip: Slip) -> str:
    """Return the name of a slip in the metrics."""
    return slip.name.lower()


def _held(suspicion: Floats, share: float) -> Flags:
    held = np.zeros(len(suspicion), dtype=np.bool_)
    held[np.argsort(-suspicion, kind="stable")[: int(share * len(suspicion))]] = True
    return held


def _share(of: Flags, among: Flags) -> float:
    """Return the share of ``among`` that is also ``of``; NaN where there is none."""
    return float(of[among].mean()) if among.any() else float("nan")


def _hard_rules() -> dict[str, float]:
    score = score_hard_rules(SECTIONS, SEED)
    return {
        "hard_rule_recall": score.found / score.planted,
        "hard_rule_precision": score.found / (score.found + score.invented),
        "hard_rule_invented": float(score.invented),
    }
