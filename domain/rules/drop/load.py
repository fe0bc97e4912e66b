"""Full-time, half-time or less, before and after the drop (R111, R105)."""

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from domain.drop_policy import LoadThreshold
from domain.drops import Schedule


class Load(StrEnum):
    """A student's load in the term."""

    FULL_TIME = "full_time"
    HALF_TIME = "half_time"
    LESS_THAN_HALF = "less_than_half"


class LoadChange(NamedTuple):
    """Hours and load on both sides of the drop."""

    hours_before: Decimal
    hours_after: Decimal
    before: Load
    after: Load

    @property
    def changes(self) -> bool:
        """Whether a threshold is crossed."""
        return self.before is not self.after


def load_of(hours: Decimal, threshold: LoadThreshold) -> Load:
    """Return the load of so many hours; the threshold itself still counts (R111)."""
    if hours >= threshold.full_time_hours:
        return Load.FULL_TIME
    return Load.HALF_TIME if hours >= threshold.half_time_hours else Load.LESS_THAN_HALF


def load_change(schedule: Schedule, threshold: LoadThreshold) -> LoadChange:
    """Return the load over all parts of the term, before and after the class is gone (R111)."""
    before, after = schedule.hours_before, schedule.hours_after
    return LoadChange(before, after, load_of(before, threshold), load_of(after, threshold))
