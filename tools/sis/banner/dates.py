"""Reads the dates and moments of Ethos, which are not always strict ISO and not always with a zone."""

import re
from datetime import UTC, date, datetime, tzinfo

_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_LOOSE_ZONE = re.compile(r"\s+(?=Z$|[+-]\d)")


def read_day(text: str | None, zone: tzinfo) -> date | None:
    """Return the campus day of a date or moment; None where there is none or it cannot be read."""
    if not text:
        return None
    if _DAY.match(text):
        return _parse_day(text)
    at = read_moment(text, zone)
    return at.astimezone(zone).date() if at else None


def read_moment(text: str | None, zone: tzinfo) -> datetime | None:
    """Return a moment in UTC, read in ``zone`` where it names none; None where there is none or it cannot be read."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(_LOOSE_ZONE.sub("", text.strip()))
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def _parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
