"""Until when a registered drop can be undone, in the institution's time zone (R114)."""

from datetime import datetime, timedelta

from domain.calendar import day_end, local_day
from domain.drop_policy import PolicyTable


def reinstatement_ends_at(at: datetime, table: PolicyTable) -> datetime:
    """Return the last second, in UTC, at which a registered drop can be undone (R114).

    So many days after the campus day of the drop, but never after the last day of the part's own row. A deadline before
    the drop itself means that it cannot be undone.
    """
    counted = local_day(at, table.zone) + timedelta(days=table.standards.reinstatement.days)
    return day_end(min(counted, table.dates.reinstate_through_on), table.zone)
