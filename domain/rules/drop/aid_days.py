"""The calendar of federal aid: days of the period without its long breaks, the share completed, the marked days (R104).

Days are calendar days of the institution. A scheduled break of five or more consecutive days is left out of both the
days completed and the days in all (34 CFR 668.22(f)); how many days that takes is a row of the policy.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from domain.drop_policy import Break, PartDates

_HUNDRED = Decimal(100)
_TENTH = Decimal("0.1")


class PeriodShare(NamedTuple):
    """Days completed of the days in all; ``percent`` is rounded to one place, half up."""

    completed: int
    total: int
    percent: Decimal


def excluded_breaks(dates: PartDates, from_days: int) -> tuple[Break, ...]:
    """Return the breaks long enough to be left out of the count."""
    return tuple(one for one in dates.breaks if one.days >= from_days)


def days_through(day: date, dates: PartDates, from_days: int) -> int:
    """Count the days of the period up to and including one day, long breaks left out."""
    last = min(day, dates.end_on)
    if last < dates.start_on:
        return 0
    skipped = sum(
        (min(last, one.last_on) - one.first_on).days + 1
        for one in excluded_breaks(dates, from_days)
        if one.first_on <= last
    )
    return (last - dates.start_on).days + 1 - skipped


def share_completed(day: date, dates: PartDates, from_days: int) -> PeriodShare:
    """Return the share of the period completed on a day (R104)."""
    completed, total = days_through(day, dates, from_days), days_through(dates.end_on, dates, from_days)
    percent = (completed * _HUNDRED / total).quantize(_TENTH, ROUND_HALF_UP)
    return PeriodShare(completed, total, percent)


def first_day_after(percent: Decimal, dates: PartDates, from_days: int) -> date | None:
    """Return the first day on which more than so much of the period is completed, compared exactly (R104).

    Sixty percent exactly is not more than sixty. None where no day of the period passes it.
    """
    total = days_through(dates.end_on, dates, from_days)
    return _first_day(dates, from_days, lambda completed: completed * _HUNDRED > percent * total)


def midpoint(dates: PartDates, from_days: int) -> date | None:
    """Return the first day on which half of the period is completed: where no engagement is known (R104)."""
    total = days_through(dates.end_on, dates, from_days)
    return _first_day(dates, from_days, lambda completed: completed * 2 >= total)


def _first_day(dates: PartDates, from_days: int, reached: Callable[[int], bool]) -> date | None:
    days = (dates.start_on + timedelta(days=number) for number in range((dates.end_on - dates.start_on).days + 1))
    return next((day for day in days if reached(days_through(day, dates, from_days))), None)
