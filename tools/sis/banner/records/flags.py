"""What other offices say of a student: special populations and, only in scope, a conduct case (R28, R112, R115)."""

from collections.abc import Iterable, Iterator

from domain.drops import Flags, Source
from domain.ids import RecordHandle, TermCode
from domain.populations import Population
from tools.sis.banner.dates import read_day
from tools.sis.banner.lookups import Lookup
from tools.sis.banner.periods import Period
from tools.sis.banner.records.desk import Desk, note_not_known
from tools.sis.banner.wire import CodeItem
from tools.sis.banner.wire_records import TagWire
from tools.sis.banner.wire_students import HoldWire
from tools.sis.reading import Reading

_TAGS, _COHORTS, _HOLDS = "student-tag-assignments", "student-cohort-assignments", "person-holds"
_DISCIPLINARY = "disciplinary"


class FlagOffice:
    """Reads flags from one tenant; federal aid is not in Ethos, so it stays unknown.

    ``conduct`` tells whether disciplinary holds are in scope; without it they are not asked for.
    """

    def __init__(self, desk: Desk, *, conduct: bool) -> None:
        self._desk, self._conduct, self._settings = desk, conduct, desk.settings

    def read_flags(self, person: RecordHandle, term: TermCode) -> Flags | None:
        """Return the populations a student belongs to in a term; None where they are not known."""
        reading = Reading("banner")
        if not self._desk.finder.institution.populations:
            note_not_known("flags", reading, "populations in the institution file is empty")
            return None
        guid = self._desk.people.guid(person, reading)
        found = self._populations(guid, term, reading) if guid else frozenset()
        if guid is None or not reading.complete:
            note_not_known("flags", reading)
            return None
        return Flags(
            populations=found,
            pending_conduct=self._has_conduct_case(guid),
            federal_aid=None,
            source=Source(system="banner", read_at=self._desk.clock.now()),
        )

    def _populations(self, guid: str, term: TermCode, reading: Reading) -> frozenset[Population]:
        catalog, known = self._desk.finder.catalog, self._desk.finder.institution.populations
        places: dict[str, tuple[str, Lookup[CodeItem]]] = {
            "tags": (_TAGS, catalog.tags),
            "cohorts": (_COHORTS, catalog.cohorts),
        }
        codes: set[str] = set()
        for place in self._settings.populations_in:
            resource, table = places[place]
            codes.update(self._codes(resource, table, guid, term, reading))
        return frozenset(known[code] for code in codes if code in known)

    def _codes(
        self, resource: str, table: Lookup[CodeItem], guid: str, term: TermCode, reading: Reading
    ) -> Iterator[str]:
        """Yield the codes of a student's tags or cohorts that hold in the term."""
        query = self._settings.tags_of_person if resource == _TAGS else self._settings.cohorts_of_person
        rows = self._desk.ask(TagWire, resource, reading, query.params(id=guid)) or {}
        for row in self._in_term(rows.values(), term, reading):
            ref = row.tag if resource == _TAGS else row.cohort
            found = table.get(ref.id if ref else None, reading) if row.person.id == guid else None
            if found is not None:
                yield found.name
            elif row.person.id == guid:
                reading.lost(f"{resource} {row.id}")

    def _in_term(self, rows: Iterable[TagWire], term: TermCode, reading: Reading) -> Iterator[TagWire]:
        whole = [p for p in self._desk.finder.periods(reading).values() if p.term == term and p.part is None]
        for row in rows:
            if not whole or self._overlaps(row, whole[0]):
                yield row

    def _overlaps(self, row: TagWire, term: Period) -> bool:
        zone = self._desk.finder.institution.zone
        start, end = read_day(row.start_on, zone), read_day(row.end_on, zone)
        return (start is None or start <= term.end_on) and (end is None or end >= term.start_on)

    def _has_conduct_case(self, guid: str) -> bool | None:
        """Tell whether a disciplinary hold is in force; None where that is out of scope or not known (R28)."""
        if not self._conduct:
            return None
        reading, zone = Reading("banner"), self._desk.finder.institution.zone
        rows = self._desk.ask(HoldWire, _HOLDS, reading, self._settings.holds_of_person.params(id=guid))
        if rows is None or not reading.complete:
            note_not_known("conduct", reading)
            return None
        today = self._desk.finder.today()
        return any(
            row.person.id == guid
            and row.type is not None
            and row.type.category == _DISCIPLINARY
            and (read_day(row.end_on, zone) or today) >= today
            for row in rows.values()
        )
