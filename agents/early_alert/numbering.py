"""The numbers under which people and sections stand in the activity tables, sealed apart from them.

A number means nothing outside; only here does it meet a record handle. They are kept before anything is kept under
them, so that a crash between two files leaves a gap and no mix-up.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

from pydantic import Field

from domain.errors import InvalidRecord
from domain.ids import Crn, RecordHandle, SectionKey, TermCode
from domain.records import Record

BLOCK = 8192
"""Numbers of enrolments and of assessments that each section has for itself."""


class Place(Record):
    """One section: its number, its course and its dates."""

    section: int
    crn: str
    course: str
    title: str = ""
    starts_on: date
    ends_on: date

    @property
    def first_number(self) -> int:
        """The first number of the section's enrolments, and of its assessments."""
        return self.section * BLOCK

    def next_number(self, given: Iterable[int]) -> int:
        """Return the number after those given out; InvalidRecord where the section has no more."""
        following = max(given, default=self.first_number - 1) + 1
        if following >= self.first_number + BLOCK:
            fix = "Leave this section out of the alerts; nobody can be compared in it."
            raise InvalidRecord(f"A section has more than {BLOCK} records.", field=f"section {self.crn}", fix=fix)
        return following


class Numbers(Record):
    """The numbers of one term."""

    term: TermCode
    places: Mapping[str, Place] = Field(default_factory=dict)
    people: Mapping[RecordHandle, int] = Field(default_factory=dict)

    def place(self, section: SectionKey) -> Place | None:
        """Return where a section stands; None where it is not followed."""
        return self.places.get(section.crn)

    def key_of(self, number: int) -> SectionKey:
        """Return the section behind a number."""
        return SectionKey(self.term, Crn(self.by_number[number].crn))

    @cached_property
    def by_number(self) -> Mapping[int, Place]:
        """The sections by number."""
        return {place.section: place for place in self.places.values()}

    @cached_property
    def handles(self) -> Mapping[int, RecordHandle]:
        """The people by number."""
        return {number: handle for handle, number in self.people.items()}

    @property
    def next_place(self) -> int:
        """The number of the next section."""
        return max(self.by_number, default=0) + 1

    def with_place(self, place: Place) -> "Numbers":
        """Return the numbers with one section changed or added."""
        return self.model_copy(update={"places": {**self.places, place.crn: place}})

    def with_people(self, handles: Iterable[RecordHandle]) -> "Numbers":
        """Return the numbers with one for every person."""
        first = max(self.people.values(), default=0) + 1
        fresh = [handle for handle in dict.fromkeys(handles) if handle not in self.people]
        given = {handle: first + at for at, handle in enumerate(fresh)}
        return self.model_copy(update={"people": {**self.people, **given}})

    def without(self, handle: RecordHandle) -> "Numbers":
        """Return the numbers without a person."""
        return self.model_copy(update={"people": {who: at for who, at in self.people.items() if who != handle}})
