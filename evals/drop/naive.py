"""What a plain calculator and a plain hook do, beside which the workflow is set.

The calculator takes the day in UTC, the first refund row that fits and a W after census; it holds nothing back and asks
nobody. The hook ends access and writes to the instructor at every notification.
"""

from datetime import UTC, date
from decimal import Decimal

from agents.drop import FigureName, Standing
from domain.drop_policy import DropPolicy
from domain.drops import ChargeKind
from evals.drop.cases import DropCase, read_table
from evals.drop.paths import DropPath

_CENT = Decimal("0.01")
_COMPUTED = (FigureName.TUITION_CREDITED, FigureName.FEES_CREDITED, FigureName.TOTAL_CREDITED, FigureName.TRANSCRIPT)


def is_right_by_calculator(case: DropCase) -> bool:
    """Tell whether the calculator's figures are those computed by hand, where nothing had to be held, said or asked."""
    expect = case.expect
    if expect.standing is not Standing.READY or expect.notices or expect.questions:
        return False
    said = _calculate(case, read_table(case.table))
    return all(said.get(name) == value for name, value in expect.figures.items() if name in _COMPUTED)


def is_right_by_hook(path: DropPath) -> bool:
    """Tell whether ending access and writing at every notification leaves what must stand there."""
    hears = sum(step in {"drop_hears", "again_hears"} for step in path.steps)
    access = "active" if "comes_back" in path.steps and "return_hears" in path.steps else "ended"
    return (access, hears) == (path.expect.access, path.expect.told)


def _calculate(case: DropCase, policy: DropPolicy) -> dict[FigureName, str]:
    drop, account = case.facts.drop, case.facts.account
    part = next((each for each in policy.parts if each.part == drop.part), None)
    if drop.at is None or account is None or part is None:
        return {}
    day = drop.at.astimezone(UTC).date()
    row = next((each for each in part.refunds if each.through_on is None or day <= each.through_on), None)
    shares = (row.tuition_percent, row.fees_percent) if row else (Decimal(0), Decimal(0))
    tuition, fees = (
        sum((line.amount for line in account.charges if (line.kind is ChargeKind.TUITION) is first), Decimal(0))
        for first in (True, False)
    )
    credited = [(amount * share / 100).quantize(_CENT) for amount, share in zip((tuition, fees), shares, strict=True)]
    return {
        FigureName.TUITION_CREDITED: f"{credited[0]:f}",
        FigureName.FEES_CREDITED: f"{credited[1]:f}",
        FigureName.TOTAL_CREDITED: f"{sum(credited, Decimal(0)):f}",
        FigureName.TRANSCRIPT: _transcript(day, part.no_record_through_on),
    }


def _transcript(day: date, census: date) -> str:
    return "no_record" if day <= census else "w"
