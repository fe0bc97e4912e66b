"""Evaluation suites: each measures one piece of the work against thresholds, on data that is named, never assumed.

A suite whose data is not there says ``skipped`` with the reason; it neither passes nor fails. The thresholds stand in
``thresholds.yaml``, which is the gate. A suite is a module with ``run`` where it is measured whole, or with ``measure``
for one part and ``conclude`` for all of them where its cases can be tried side by side and more than once.
"""

import importlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, NotRequired, TypedDict

from evals.harness.figures import all_cases, baseline_figures, case_figures, ways_wrong
from evals.harness.results import Asked, Part, PartResult

NOT_FAST = "it is not part of the fast slice"
GATE = Path(__file__).with_name("thresholds.yaml")


class Suite(NamedTuple):
    """One suite: its module, what it measures in one line, what ``run`` is given, and its parts, few in a fast slice.

    ``parts`` of 0 says that the suite is measured whole; ``models`` that it is run with each model there is.
    """

    module: str
    about: str
    takes: tuple[str, ...] = ()
    parts: int = 0
    fast_parts: int = 1
    models: bool = False


SUITES: dict[str, Suite] = {
    "approval": Suite("evals.approval.suite", "Answers that must not count, through every door to a write.", parts=4),
    "chat": Suite(
        "evals.chat.understanding",
        "The chat without a model: phrasings that its intents were not made from.",
    ),
    "drop": Suite(
        "evals.drop.suite",
        "What leaving a class means, on cases computed by hand and on a campus, crashes included.",
        parts=4,
    ),
    "early_alert": Suite(
        "evals.early_alert.suite",
        "Early alert on a term that the model never saw: ranking, calibration, replay, fairness.",
        ("data", "test"),
    ),
    "grades": Suite(
        "evals.grades.measuring",
        "Wrong marks among real ones, and every hard rule of grade passback.",
        ("data", "sections"),
    ),
    "injection": Suite(
        "evals.injection.suite",
        "Instructions hidden in texts of systems and people, at the model door and through the whole chat.",
        parts=3,
        fast_parts=2,
    ),
    "inquiry": Suite(
        "evals.inquiry.suite",
        "Questions to the advising chat by role: facts, sources, refusals.",
        parts=4,
        fast_parts=0,
        models=True,
    ),
    "privacy": Suite(
        "evals.leaks.gate",
        "Identifiers through every door, and codes on their way back to a reader.",
        parts=10,
        fast_parts=0,
    ),
    "roster": Suite(
        "evals.roster.suite",
        "Planted discrepancies: found, settled as they should be, nothing else touched.",
        parts=9,
        fast_parts=0,
    ),
    "routing": Suite("evals.routing.suite", "Who gets an alert, where, and by when.", parts=1),
}


class Threshold(TypedDict, total=False):
    """The bounds of one metric."""

    at_least: float
    at_most: float


class EvalReport(TypedDict):
    """What ``provost eval --json`` writes; ``passed`` is empty and ``skipped`` says why where nothing was measured.

    ``wrong`` names the cases that came out otherwise than expected, where a suite has cases; ``baseline`` is what a
    naive way scores on the same cases; ``beside`` holds the same suite with another model.
    """

    suite: str
    n: int
    metrics: Mapping[str, float]
    thresholds: Mapping[str, Threshold]
    passed: bool | None
    model: str
    seed: int
    skipped: NotRequired[str]
    wrong: NotRequired[Mapping[str, list[str]]]
    baseline: NotRequired[Mapping[str, float]]
    usage: NotRequired[Mapping[str, Any]]
    seconds: NotRequired[float]
    cases: NotRequired[list[dict[str, Any]]]
    beside: NotRequired[list["EvalReport"]]


def run_suite(name: str, data: Path | None = None, test: str = "2014B", *, asked: Asked | None = None) -> EvalReport:
    """Run one suite by name, in this process: ``data`` is the folder of records and ``test`` the term in it."""
    wanted = asked or Asked(data, test)
    if not SUITES[name].parts:
        return run_whole(name, wanted)
    return conclude(name, [measure(name, part) for part in parts_of(name, wanted)])


def run_whole(name: str, asked: Asked) -> EvalReport:
    """Run a suite that is not divided; it is given what it takes."""
    report: EvalReport = _module(name).run(**{key: getattr(asked, key) for key in SUITES[name].takes})
    return report


def parts_of(name: str, asked: Asked) -> list[Part]:
    """Return the parts of a suite that can be measured side by side: each piece of its cases with each seed."""
    of, tried = SUITES[name].parts, SUITES[name].fast_parts if asked.fast else SUITES[name].parts
    seeds = range(1 if asked.fast else asked.seeds)
    return [Part(number, of, seed, asked.fast, asked.model) for seed in seeds for number in range(tried)]


def measure(name: str, part: Part) -> PartResult:
    """Measure one part of a suite."""
    result: PartResult = _module(name).measure(part)
    return result


def conclude(name: str, results: Sequence[PartResult]) -> EvalReport:
    """Return the report of a suite from the results of its parts."""
    skipped = next((each.skipped for each in results if each.skipped), "" if results else NOT_FAST)
    if skipped:
        return skipped_report(name, skipped)
    cases = all_cases(results)
    own, own_baseline = _module(name).conclude(results)
    metrics = {key: round(value, 4) for key, value in {**case_figures(cases), **own}.items()}
    return EvalReport(
        suite=name,
        n=len({case.id for case in cases}),
        metrics=metrics,
        thresholds=thresholds_of(name),
        passed=not shortfalls(metrics, thresholds_of(name)),
        model=next((each.model for each in results if each.model), "none"),
        seed=min((case.seed for case in cases), default=0),
        wrong=ways_wrong(cases),
        baseline={key: round(value, 4) for key, value in {**baseline_figures(cases), **own_baseline}.items()},
        usage=_usage(results),
        cases=[case.model_dump(mode="json") for case in cases],
    )


def skipped_report(name: str, why: str, seed: int = 0) -> EvalReport:
    """Return the report of a suite that measured nothing, and so has neither passed nor failed."""
    bounds = thresholds_of(name)
    return EvalReport(suite=name, n=0, metrics={}, thresholds=bounds, passed=None, model="none", seed=seed, skipped=why)


@cache
def _gate() -> Mapping[str, Mapping[str, Threshold]]:
    from store.yaml_file import read_yaml

    read: Any = read_yaml(GATE, field="thresholds", what="thresholds")
    return dict(read)


def thresholds_of(name: str) -> dict[str, Threshold]:
    """Return the bounds of a suite's figures, from the gate."""
    return dict(_gate().get(name, {}))


def shortfalls(metrics: Mapping[str, float], thresholds: Mapping[str, Threshold]) -> list[str]:
    """Return the metrics outside their bounds, or not measured, in order."""
    return [name for name, bounds in thresholds.items() if not _within(metrics.get(name), bounds)]


def _within(value: float | None, bounds: Threshold) -> bool:
    if value is None:
        return False
    return bounds.get("at_least", value) <= value <= bounds.get("at_most", value)


def _usage(results: Sequence[PartResult]) -> dict[str, Any]:
    from decimal import Decimal

    used = [each.usage for each in results]
    names = ("calls", "input_tokens", "output_tokens")
    cost = sum((Decimal(each.cost) for each in used), Decimal(0))
    return {**{name: sum(getattr(each, name) for each in used) for name in names}, "cost": f"{cost:f}"}


def _module(name: str) -> Any:  # noqa: ANN401 a module of a suite
    return importlib.import_module(SUITES[name].module)
