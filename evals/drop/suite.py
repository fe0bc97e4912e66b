"""The suite: every worked case through the statement, and drops on a campus from the notification to their end.

The first part compares statements with answers that were computed by hand; the others play paths on a campus. Beside
them stand a plain calculator and a plain hook.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from agents.drop import Figure, ImpactStatement, plan_impact
from evals.campus import hasten, install
from evals.drop.cases import DropCase, read_cases, read_table
from evals.drop.naive import is_right_by_calculator, is_right_by_hook
from evals.drop.paths import DropPath, Walk, read_paths
from evals.drop.site import DropSite
from evals.harness.figures import added, share
from evals.harness.results import CaseResult, Part, PartResult
from simulator.campus import Campus

STUDENTS, SEED = 100, 23


def measure(part: Part) -> PartResult:
    """Measure the statements in the first part, a share of the paths in each of the others."""
    if part.number == 0:
        return measure_statements(part.seed)
    paths = read_paths()[part.number - 1 :: part.of - 1]
    return PartResult(cases=tuple(_walk_all(paths, SEED + part.seed)))


def conclude(parts: Sequence[PartResult]) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return the shares of cases and of named figures that are right."""
    counts = added(each.counts for each in parts)
    cases = [case for part in parts for case in part.cases]
    figures_right = share(counts["figures_right"], counts["figures"])
    right = share(sum(case.right for case in cases), len(cases))
    return {"cases_right": right, "figures_right": figures_right, "figures": counts["figures"]}, {}


def measure_statements(seed: int = 0) -> PartResult:
    """Compare every worked case; no chance takes part, so any seed does."""
    cases = read_cases()
    named = sum(len(case.expect.figures) for case in cases)
    return PartResult(
        cases=tuple(
            CaseResult(
                id=case.id,
                kind="statement",
                wrong=tuple(differences(case)),
                baseline=is_right_by_calculator(case),
                seed=seed,
            )
            for case in cases
        ),
        counts={"figures": named, "figures_right": sum(_figures_right(case) for case in cases)},
    )


def _walk_all(paths: Sequence[DropPath], seed: int) -> Iterator[CaseResult]:
    with TemporaryDirectory(prefix="provost-drop-") as folder:
        home = Path(folder)
        policy = hasten(home / "policy.yaml")
        with (
            Campus.build(students=STUDENTS, seed=seed, learning="clean") as campus,
            install(campus, home / "home", policy_file=policy) as trial,
        ):
            site = DropSite(trial)
            for path in paths:
                yield _walk(site, path, seed)


def _walk(site: DropSite, path: DropPath, seed: int) -> CaseResult:
    begun = monotonic()
    wrong = tuple(Walk(site, path).walk())
    seconds = round(monotonic() - begun, 3)
    return CaseResult(
        id=path.id, kind=path.kind, wrong=wrong, baseline=is_right_by_hook(path), seed=seed, seconds=seconds
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
