"""A suite for the tests of the harness: two cases in each part, of which the second is wrong with the first seed."""

from collections.abc import Mapping, Sequence

from evals.harness.results import OFFLINE, CaseResult, Part, PartResult, Usage


def measure(part: Part) -> PartResult:
    """Measure one part; with another model everything is wrong."""
    wrong = part.seed == 0 and part.number != 1
    cases = tuple(
        CaseResult(
            id=f"case {number} of {part.number}",
            kind="plain",
            wrong=("not so",) if part.model != OFFLINE or (number == 1 and wrong) else (),
            baseline=number == 0,
            seed=part.seed,
        )
        for number in range(2)
    )
    usage = Usage(calls=1, input_tokens=10, output_tokens=1, cost="0.01")
    return PartResult(cases=cases, counts={"found": 1.0}, usage=usage, model=part.model)


def conclude(parts: Sequence[PartResult]) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return how many parts there were."""
    return {"found": float(len(parts))}, {}
