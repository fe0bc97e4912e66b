"""What people wrote about their studies: messages to staff, notes of advisors. Read, looked through, and not kept."""

from datetime import datetime
from typing import Protocol

from pydantic import Field

from domain.ids import RecordHandle
from domain.ports import Fetch
from domain.records import Record


class WrittenText(Record):
    """One text by or about a student: where it stands as ``source`` and ``record``, and the words, never shown."""

    person: RecordHandle
    at: datetime
    source: str
    record: str
    text: str = Field(repr=False)


class TextReader(Protocol):
    """Reads texts that were written since a moment."""

    def read_texts(self, since: datetime | None) -> Fetch[WrittenText]:
        """Return the texts; incomplete where some could not be read."""
        ...
