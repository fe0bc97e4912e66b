"""Which of some students have a trait that is shown in numbers only, from the tags of the tenant (E16, R29).

The answer is for the door to numbers and nothing else; what drops or statements ask of populations never sees it.
"""

from collections.abc import Collection

from domain.ids import RecordHandle
from domain.populations import Trait
from domain.ports import Fetch
from tools.sis.banner.records.desk import Desk, note_not_known
from tools.sis.banner.wire_records import TagWire
from tools.sis.reading import Reading

_TAGS = "student-tag-assignments"


class TraitOffice:
    """Reads traits from one tenant; fits ``domain.learning_ports.TraitsReader``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def read_members(self, trait: Trait, people: Collection[RecordHandle]) -> Fetch[RecordHandle]:
        """Return those of ``people`` who have the trait; not whole where no tag means it or not all could be read."""
        reading = Reading("banner")
        codes = {code for code, means in self._desk.finder.institution.traits.items() if means is trait}
        if not codes:
            note_not_known("traits", reading, "traits in the institution file names no tag for it")
            reading.lost_some(0)
            return reading.fetch((), self._desk.clock)
        return reading.fetch(sorted(self._members(codes, people, reading)), self._desk.clock)

    def _members(self, codes: set[str], people: Collection[RecordHandle], reading: Reading) -> frozenset[RecordHandle]:
        guids = self._desk.people.guids(people, reading)
        query = self._desk.settings.tags_of_person
        rows = self._desk.ask_about(
            TagWire, _TAGS, reading, query=query, guids=list(guids), whose=lambda row: row.person.id
        )
        table, found = self._desk.finder.catalog.tags, set[RecordHandle]()
        for row in rows or ():
            tag = table.get(row.tag.id if row.tag else None, reading)
            if tag is not None and tag.name in codes:
                found.add(guids[row.person.id])
        return frozenset(found)
