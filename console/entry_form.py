"""What the form for a student's grade sends: letter, engagement, an incomplete's terms; empty is not said (R84)."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

from domain.grades import InstructorEntry
from domain.ids import RecordHandle
from domain.records import Record


def _said(word: object) -> object:
    """Return a field as it was filled in, None where it was left empty."""
    return (word.strip() or None) if isinstance(word, str) else word


Letter = Annotated[str | None, BeforeValidator(_said), Field(max_length=10)]
Day = Annotated[date | None, BeforeValidator(_said)]


class EntryForm(Record):
    """The form as it was sent; ``csrf`` was checked before the request came here."""

    csrf: str = ""
    letter: Letter = None
    last_engagement: Day = None
    never_attended: bool = False
    incomplete_default: Letter = None
    extension: Day = None

    def entry_of(self, person: RecordHandle) -> InstructorEntry:
        """Return the entry about a student; whether it can stand is for the sheet to judge."""
        return InstructorEntry(
            person=person,
            letter=self.letter,
            incomplete_default=self.incomplete_default,
            extension_on=self.extension,
            last_engagement_on=self.last_engagement,
            never_attended=self.never_attended,
        )
