"""Refunds: the row follows the code and the day, the amount follows the row, line by line (R110, S115)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from domain.drop_policy import PartDates, RefundTier, Rounding
from domain.drops import Charge, ChargeKind

_CENT = Decimal("0.01")
_HUNDRED = Decimal(100)


class Refund(NamedTuple):
    """Amounts credited, apart for tuition and fees, and the row they rest on."""

    tuition: Decimal
    fees: Decimal
    tier: RefundTier

    @property
    def total(self) -> Decimal:
        """Everything credited."""
        return self.tuition + self.fees


def refund_tier(code: str, left_on: date, dates: PartDates) -> RefundTier | None:
    """Return the row for a code on a campus day: the code's own rows where it has any, else the general ones (R110).

    None where the table has no row for that day; nobody then assumes zero.
    """
    own = [tier for tier in dates.refunds if code in tier.codes]
    rows = own or [tier for tier in dates.refunds if not tier.codes]
    return next((tier for tier in rows if left_on <= tier.through_on), None)


def refund_of(charges: Sequence[Charge], tier: RefundTier, dates: PartDates, rounding: Rounding) -> Refund:
    """Credit each line: what was asked for times the row's share, rounded to cents line by line (R110).

    What the institution waived was never asked for, so it is not credited; neither is a fee that is not refundable.
    """
    credited = {ChargeKind.TUITION: Decimal("0.00"), ChargeKind.FEE: Decimal("0.00")}
    for charge in charges:
        credited[charge.kind] += _line(charge, tier, dates, rounding)
    return Refund(credited[ChargeKind.TUITION], credited[ChargeKind.FEE], tier)


def is_consistent(charges: Sequence[Charge]) -> bool:
    """Tell whether no line waives more than it charges; an account that does is a person's question."""
    return all(charge.waived <= charge.amount for charge in charges)


def _line(charge: Charge, tier: RefundTier, dates: PartDates, rounding: Rounding) -> Decimal:
    if charge.kind is ChargeKind.FEE and charge.code in dates.nonrefundable_fees:
        return Decimal("0.00")
    percent = tier.tuition_percent if charge.kind is ChargeKind.TUITION else tier.fees_percent
    return ((charge.amount - charge.waived) * percent / _HUNDRED).quantize(_CENT, rounding=rounding.mode)
