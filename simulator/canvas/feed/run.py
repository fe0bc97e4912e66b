"""One import being applied: the state it writes to, the options, and the warnings that rows earn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from simulator.canvas.feed.files import FeedFile, FeedRow
from simulator.canvas.jobs import ImportMessage, ImportOptions, SisImport
from simulator.canvas.membership import Membership
from simulator.canvas.writes import Value


class RowRefused(Exception):
    """A row that cannot be applied; the import goes on and reports the message as a warning."""


@dataclass(slots=True)
class Run:
    """What every row importer gets."""

    state: Membership
    job: SisImport

    @property
    def options(self) -> ImportOptions:
        """Return how this import is to be applied."""
        return self.job.options

    def warn(self, file: FeedFile, number: int, row: FeedRow, message: str) -> None:
        """Report a row that was not applied, or not fully."""
        info = ",".join(row.values())
        self.job.messages.append(ImportMessage(file=file.name, message=message, row=number, row_info=info))


def required(row: FeedRow, column: str, thing: str) -> str:
    """Return a cell that must not be blank; raises RowRefused."""
    value = row.get(column, "")
    if not value:
        raise RowRefused(f"No {column} given for {thing}")
    return value


def status_of(row: FeedRow, allowed: tuple[str, ...], thing: str) -> str:
    """Return the status in lower case; raises RowRefused for one Canvas does not know."""
    status = row.get("status", "").lower()
    if status not in allowed:
        raise RowRefused(f'Improper status "{row.get("status", "")}" for {thing}')
    return status


def moment(text: str) -> datetime | None:
    """Return a date cell as an aware UTC time, None when blank; raises RowRefused for an unreadable one."""
    if not text:
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise RowRefused(f'Invalid date "{text}"') from error
    return parsed.replace(tzinfo=parsed.tzinfo or UTC).astimezone(UTC)


def dates(row: FeedRow, present: Mapping[str, str]) -> dict[str, Value]:
    """Return the date fields that the file has, by the row's own field names."""
    return {field: moment(row[column]) for column, field in present.items() if column in row}
