"""The wall clock, for connectors that are given no campus clock."""

from datetime import UTC, datetime


class WallClock:
    """The present time in UTC."""

    def now(self) -> datetime:
        """Return the present time."""
        return datetime.now(UTC)
