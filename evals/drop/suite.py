"""The suite: every worked case through the statement, compared with the answer that was computed by hand."""

from collections.abc import Iterator

from agents.drop import Figure, ImpactStatement, plan_impact
from evals.drop.cases import DropCase, read_cases, read_table
from evals.suites import EvalReport, floors, shortfalls

SUITE = "drop"
THRESHOLDS = floors(cases_right=1.0, figures_right=1.0)


def run(*, seed: int = 0) -> EvalReport:
    """Measure the shares of cases and of named figures that are right; no chance takes part, so any seed does."""
    cases = read_cases()
    wrong = {case.id: found for case in cases if (found := list(differences(case)))}
    named = sum(len(case.expect.figures) for case in cases)
    right = sum(_figures_right(case) for case in cases)
    metrics = {"cases_right": 1 - len(wrong) / len(cases), "figures_right": right / named}
    return EvalReport(
        suite=SUITE,
        n=len(cases),
        metrics={**metrics, "figures": named},
        thresholds=THRESHOLDS,
        passed=not shortfalls(metrics, THRESHOLDS),
        model="none",
        seed=seed,
        wrong=wrong,
    )


def differences(case: DropCase) -> Iterator[str]:
    """Yield how the statement differs from the worked answer; nothing where it is right."""
    expect, said = case.expect, plan_impact(case.facts, read_table(case.table))
    yield from _differs("standing", said.standing, expect.standing)
    yield from _differs("send_to", said.send_to, expect.send_to)
    yield from _differs("notices", sorted(one.name for one in said.notices), sorted(expect.notices))
    yield from _differs("questions", sorted(one.name for one in said.questions), sorted(expect.questions))
    for notice, details in expect.details.items():
        found = next((one.details for one in said.notices if one.name is notice), ())
        yield from _differs(f"details of {notice}", found, details)
    yield from _figure_differences(said, case)


def _figure_differences(said: ImpactStatement, case: DropCase) -> Iterator[str]:
    for name, value in case.expect.figures.items():
        yield from _differs(name, value_of(said.figure(name)), value)
    for name, row in case.expect.rows.items():
        figure = said.figure(name)
        yield from _differs(f"row of {name}", figure.policy_row if figure else None, row)
    for name in case.expect.absent:
        yield from _differs(name, value_of(said.figure(name)), None)


def value_of(figure: Figure | None) -> str | None:
    """Return a figure's value as the cases write it: plain digits, an ISO day, an ISO instant in UTC, or a word."""
    if figure is None:
        return None
    if figure.number is not None:
        return f"{figure.number:f}"
    if figure.day is not None:
        return figure.day.isoformat()
    return f"{figure.instant:%Y-%m-%dT%H:%M:%SZ}" if figure.instant is not None else figure.word


def _figures_right(case: DropCase) -> int:
    said = plan_impact(case.facts, read_table(case.table))
    return sum(value_of(said.figure(name)) == value for name, value in case.expect.figures.items())


def _differs(what: str, found: object, wanted: object) -> Iterator[str]:
    if found != wanted:
        yield f"{what}: {found}, by hand {wanted}"
