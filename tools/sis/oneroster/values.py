"""Reads single fields of OneRoster files: dates, times, lists, flags and statuses, strictly typed or noted."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum

from domain.errors import InvalidRecord
from domain.records import RegistrationStatus
from domain.rules.schools import oneroster_status
from tools.sis.notes import Notes
from tools.sis.oneroster.rows import Row


class RowStatus(StrEnum):
    """Whether a row stands or is to be removed."""

    ACTIVE = "active"
    REMOVED = "tobedeleted"
    UNKNOWN = "unknown"


_STATUSES: Mapping[RegistrationStatus, RowStatus] = {
    RegistrationStatus.REGISTERED: RowStatus.ACTIVE,
    RegistrationStatus.DROPPED: RowStatus.REMOVED,
}
_TRUE = frozenset({"true", "1", "y", "yes"})


class Fields:
    """Reads the fields of rows; what cannot be read is noted with file, line and column."""

    def __init__(self, zone: tzinfo, formats: tuple[str, ...], notes: Notes) -> None:
        self.zone, self._formats, self._notes = zone, formats, notes

    def status(self, row: Row) -> RowStatus:
        """Return whether the row stands, as one without a status does; an unknown word is never a guess (R64)."""
        word = row.get("status").lower()
        status = _STATUSES.get(oneroster_status(word), RowStatus.UNKNOWN) if word else RowStatus.ACTIVE
        if status is RowStatus.UNKNOWN:
            fix = "Use active or tobedeleted."
            self.bad(row, "status", f"has the unknown status '{word}'", fix)
        return status

    def day(self, row: Row, column: str) -> date | None:
        """Return a date; None where it is blank or in no accepted format, which is noted."""
        text = row.get(column)
        if not text:
            return None
        for form in self._formats:
            try:
                return datetime.strptime(text, form).date()  # noqa: DTZ007 (a date on campus has no zone)
            except ValueError:
                continue
        self.bad(row, column, "is not a date in an accepted format", "Write dates as 2026-08-24, or set date_formats.")
        return None

    def moment(self, row: Row, column: str) -> datetime | None:
        """Return a moment in UTC; one without a zone is read in the institution's zone, and noted."""
        text = row.get(column)
        if not text:
            return None
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            self.bad(row, column, "is not a date and time", "Write moments as 2026-08-24T13:00:00.000Z.")
            return None
        if at.tzinfo is None:
            fix = "Write moments with a zone, such as 2026-08-24T13:00:00.000Z."
            self.bad(row, column, f"has no time zone and was read in {self.zone}", fix)
            at = at.replace(tzinfo=self.zone)
        return at.astimezone(UTC)

    def bad(self, row: Row, column: str, what: str, fix: str) -> None:
        """Note a field that could not be taken as it stands."""
        self._notes.add(InvalidRecord, f"Column {column} of {row.file} {what}.", place=row.place, fix=fix)


def is_true(text: str) -> bool:
    """Tell whether a flag is set, in any of the spellings seen."""
    return text.lower() in _TRUE


def split_list(text: str) -> tuple[str, ...]:
    """Return the parts of a list field, with or without blanks after the commas."""
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)
