"""The dated rows of one part of one term: refund tiers, record dates, the aid period and its breaks (R33, R110)."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator

from domain.ids import TermCode
from domain.setting import Setting


class RefundTier(Setting):
    """What share of tuition and fees is credited up to a day, for some codes or for all (R110)."""

    row: str = Field(description="Name of this row, unique in the part.")
    codes: tuple[str, ...] = Field(
        default=(), description="SIS registration codes this row is for; empty for every code without rows of its own."
    )
    through_on: date = Field(description="Last day of this row, inclusive, until local 23:59:59.")
    tuition_percent: Decimal = Field(ge=0, le=100, description="Share of tuition credited.")
    fees_percent: Decimal = Field(ge=0, le=100, description="Share of refundable fees credited.")


class Break(Setting):
    """A scheduled break; days without class that touch it, such as weekends, belong to it."""

    title: str = Field(description="Name of the break as published.")
    first_on: date = Field(description="First day without class.")
    last_on: date = Field(description="Last day without class.")

    @property
    def days(self) -> int:
        """Calendar days of the break."""
        return (self.last_on - self.first_on).days + 1


class PartDates(Setting):
    """All dated rows of one part of one term; days are the institution's and inclusive (R114)."""

    row: str = Field(description="Name of this table, shown beside every figure that rests on it.")
    term: TermCode = Field(description="Term code.")
    part: str = Field(description="Part-of-term code as the SIS gives it; 'full' for the whole term.")
    title: str = Field(default="", description="Name of the part as published.")
    start_on: date = Field(description="First day of the part and of its aid period.")
    end_on: date = Field(description="Last day of the part and of its aid period, examinations included.")
    no_record_through_on: date = Field(description="Census: last day a drop leaves no record (R48).")
    withdraw_through_on: date = Field(description="Last day to withdraw with a W (R49).")
    reinstate_through_on: date = Field(description="Last day a drop can be undone at all.")
    last_class_through_on: date | None = Field(
        default=None, description="Last day even the last class may be dropped singly; empty for never (R113)."
    )
    required_term: bool = Field(
        default=True, description="Whether students are expected to attend; false for a summer term (R109)."
    )
    refunds: tuple[RefundTier, ...] = Field(min_length=1, description="Refund tiers, in the order of their days.")
    nonrefundable_fees: tuple[str, ...] = Field(default=(), description="Fee codes that are never credited.")
    breaks: tuple[Break, ...] = Field(default=(), description="Scheduled breaks.")

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        fault = next(_date_faults(self), None) or next(_tier_faults(self.refunds), None)
        if fault:
            raise ValueError(fault)
        return self


def _date_faults(part: PartDates) -> Iterator[str]:
    """Say which dates contradict each other."""
    order = (part.start_on, part.no_record_through_on, part.withdraw_through_on, part.end_on)
    if any(later < earlier for earlier, later in pairwise(order)):
        yield "start_on, no_record_through_on, withdraw_through_on and end_on must follow each other"
    for one in part.breaks:
        if not part.start_on <= one.first_on <= one.last_on <= part.end_on:
            yield f"the break {one.title} must lie inside the part, first day first"
    for earlier, later in pairwise(sorted(part.breaks, key=lambda one: one.first_on)):
        if later.first_on <= earlier.last_on:
            yield f"the breaks {earlier.title} and {later.title} overlap"


def _tier_faults(tiers: Sequence[RefundTier]) -> Iterator[str]:
    """Say which refund rows repeat a name or share a day for one code."""
    names = [tier.row for tier in tiers]
    if len(set(names)) != len(names):
        yield "each refund row needs a name of its own"
    for code in {code for tier in tiers for code in tier.codes or ("",)}:
        days = [tier.through_on for tier in tiers if code in (tier.codes or ("",))]
        if any(later <= earlier for earlier, later in pairwise(days)):
            yield f"the refund rows of {code or 'every code'} must follow each other by through_on"
