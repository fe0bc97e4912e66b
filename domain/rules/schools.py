"""Exit dates and roster statuses as schools and OneRoster write them (R62, R63, R64)."""

from datetime import date, timedelta

from domain.records import RegistrationStatus


def last_attended_on(exit_on: date) -> date:
    """Return the last day attended: an exit date is the first day not attended (R62)."""
    return exit_on - timedelta(days=1)


def is_no_show(entry_on: date, exit_on: date) -> bool:
    """Tell whether the student never came: they leave on the day they enter (R63)."""
    return entry_on == exit_on


def oneroster_status(text: str) -> RegistrationStatus:
    """Read a OneRoster status: active, or to be deleted; version 1.0 says ``inactive`` for the latter (R64)."""
    return _ONEROSTER.get(text.strip().casefold(), RegistrationStatus.UNKNOWN)


_ONEROSTER = {
    "active": RegistrationStatus.REGISTERED,
    "tobedeleted": RegistrationStatus.DROPPED,
    "inactive": RegistrationStatus.DROPPED,
}
