"""Days as the tables count them: from the first day of a section, on campus."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.calendar import day_start, local_day

EARLIEST = -60
"""Days before the first day from which activity is kept."""


class SectionDays(NamedTuple):
    """The days of one section: its first and last day of instruction and the institution's zone."""

    starts_on: date
    ends_on: date
    zone: ZoneInfo

    def of(self, instant: datetime) -> int:
        """Return the day on which an instant falls (R114)."""
        return self.of_date(local_day(instant, self.zone))

    def of_date(self, day: date) -> int:
        """Return the number of a campus day; 0 is the first."""
        return (day - self.starts_on).days

    def date_of(self, day: int) -> date:
        """Return the campus day behind a number."""
        return self.starts_on + timedelta(days=day)

    def start_of(self, day: int) -> datetime:
        """Return the first instant of a day."""
        return day_start(self.date_of(day), self.zone)

    def has_ended(self, today: date) -> bool:
        """Tell whether instruction is over, and with it every alert of the section (R134)."""
        return today > self.ends_on
