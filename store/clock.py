"""The wall clock, for everything in the store that dates a row; tests and the demo pass a clock of their own."""

from datetime import UTC, datetime


class SystemClock:
    """The machine's time in UTC; fits ``domain.ports.Clock``."""

    def now(self) -> datetime:
        """Return the present moment, aware and in UTC."""
        return datetime.now(UTC)


SYSTEM_CLOCK = SystemClock()
"""The clock that the stores use unless they are given another."""


def utc_text(moment: datetime) -> str:
    """Return an aware moment as ISO text in UTC with microseconds and ``Z``; equal moments have equal text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
