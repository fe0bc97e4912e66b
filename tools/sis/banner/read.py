"""Reads Banner through Ethos as canonical records (SisReader): the rosters that the LMS must follow."""

import time
from collections.abc import Callable

from domain.errors import InvalidRecord
from domain.findings import Finding, Severity
from domain.identities import Identity
from domain.ids import SectionKey, SisPersonId, TermCode
from domain.institution import Institution
from domain.ports import Capabilities, Clock, FeedEvent, Fetch
from domain.records import AcademicHistory, Hold, Person, Registration, Section, Term
from tools.sis.banner.access import check_ethos
from tools.sis.banner.finding import Finder
from tools.sis.banner.histories import read_all_histories, read_all_holds
from tools.sis.banner.identities import IdentityReader
from tools.sis.banner.lookups import Catalog, PersonIds
from tools.sis.banner.named import Named, NameReader
from tools.sis.banner.people import PersonReader
from tools.sis.banner.periods import Period, list_terms
from tools.sis.banner.proxy import EthosProxy
from tools.sis.banner.relationships import BannerRelationships
from tools.sis.banner.settings import EthosSettings
from tools.sis.banner.students import StudentReader
from tools.sis.banner.wire import PersonWire
from tools.sis.banner.wire_identities import AddressWire, IdentityWire
from tools.sis.bulk import bulk_reading
from tools.sis.clock import WallClock
from tools.sis.reading import Reading
from tools.sis.sequences import order_registrations
from tools.wire import WireClient

_READS = frozenset(
    {
        "terms",
        "people",
        "person",
        "people.preferred_name",
        "people.prior_sis_ids",
        "people.confidential",
        "sections",
        "section",
        "sections.instructors",
        "sections.census_on",
        "sections.status",
        "sections.cross_list_group",
        "sections.linked_to",
        "sections.lms",
        "registrations",
        "section_registrations",
        "registrations.registered_on",
        "registrations.status_on",
        "registrations.withdrawn",
        "registrations.waitlisted",
        "registrations.grade_mode",
        "registrations.override",
        "holds",
        "histories",
        "identities",
    }
)


class BannerReader:
    """Reads one Banner through one Ethos application; every answer says whether it was whole (R70)."""

    def __init__(
        self,
        client: WireClient,
        institution: Institution,
        *,
        settings: EthosSettings | None = None,
        clock: Clock | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings or EthosSettings()
        self._institution, self._clock = institution, clock or WallClock()
        self._proxy = EthosProxy(client, self._settings)
        self._catalog = Catalog(self._proxy, monotonic)
        self._people = PersonIds(self._find_person_id, self._settings.reference_minutes, monotonic)
        self._finder = Finder(self._proxy, institution, self._clock, self._catalog, self._people)
        self._sources = self._finder.sources

    def capabilities(self) -> Capabilities:
        """Say what Banner tells through Ethos."""
        return Capabilities(system="banner", version="ethos", reads=_READS, events=True)

    def read_terms(self) -> Fetch[Term]:
        """Read the terms."""
        reading = Reading("banner")
        return reading.fetch(list_terms(self._finder.periods(reading)), self._clock, announced=True)

    @bulk_reading()
    def read_people(self) -> Fetch[Person]:
        """Read everybody; nobody at all is reported and never means that all have left (R66)."""
        reading = Reading("banner")
        people = self._read_people(reading)
        if not people:
            reading.note_empty("persons")
        return reading.fetch(people, self._clock, announced=True)

    @bulk_reading()
    def read_sections(self, term: TermCode) -> Fetch[Section]:
        """Read the sections of one term; none at all is reported and never means that all are gone (R66)."""
        reading = Reading("banner")
        periods = self._finder.periods(reading)
        rows = self._sources.sections_of(term, periods, reading)
        reader, neighbours = self._finder.section_reader(periods, reading), self._sources.neighbours_of_all(reading)
        self._load_people()
        found = [section for row in rows.values() if (section := reader.read(row, neighbours))]
        if not found:
            reading.note_empty(f"sections of term {term}")
        return reading.fetch(sorted(found, key=lambda section: section.key), self._clock, announced=True)

    @bulk_reading()
    def read_registrations(self, term: TermCode) -> Fetch[Registration]:
        """Read the registrations and waitlist entries of one term; several of one person are numbered (R51)."""
        reading = Reading("banner")
        periods = self._finder.periods(reading)
        keys = self._section_keys(term, periods, reading)
        self._load_people()
        rows = self._sources.registrations_of(term, keys, periods, reading).values()
        waiting = self._sources.waitlists_of_all(keys, reading)
        reader = self._finder.registration_reader(reading)
        found = [one for row in rows if (one := reader.read(row, keys[row.section.id]))]
        found += [one for place in waiting if (one := reader.read_waiting(place, keys[place.section.id]))]
        if not rows:
            reading.note_empty(f"registrations of term {term}")
        return reading.fetch(order_registrations(found), self._clock, announced=True)

    def read_section_registrations(self, section: SectionKey) -> Fetch[Registration]:
        """Read the registrations of one section, for an event."""
        reading = Reading("banner")
        row = self._finder.find_row(section, self._finder.periods(reading), reading)
        if row is None:
            reading.note_empty(f"section of the name {section}")
            return reading.fetch((), self._clock)
        reader = self._finder.registration_reader(reading)
        rows = self._sources.registrations_in(row.id, reading).values()
        found = [one for each in rows if (one := reader.read(each, section))]
        waiting = self._sources.waitlists_in(row.id, reading)
        found += [one for place in waiting if (one := reader.read_waiting(place, section))]
        return reading.fetch(order_registrations(found), self._clock, announced=True)

    def read_person(self, person: SisPersonId) -> Person | None:
        """Read one person by present or former id; None where Banner does not know the id.

        InvalidRecord where it does and the record is not whole: what was withheld is never taken for unknown.
        """
        reading = Reading("banner")
        query = self._settings.person_by_id.params(type=self._settings.id_type, id=person)
        found = self._proxy.collect(PersonWire, "persons", reading, query)
        reader = PersonReader(self._settings, reading)
        people = [reader.read(row, withheld=guid in found.withheld) for guid, row in found.rows.items()]
        matching = [one for one in people if one and person in (one.sis_id, *one.prior_sis_ids)]
        if not matching and not reading.complete:
            raise _not_whole("person", reading)
        return min(matching, key=lambda one: one.sis_id != person, default=None)

    def read_section(self, section: SectionKey) -> Section | None:
        """Read one section; None where Banner does not have it, InvalidRecord where its record is not whole."""
        reading = Reading("banner")
        periods = self._finder.periods(reading)
        row = self._finder.find_row(section, periods, reading)
        if row is None:
            return None
        found = self._finder.section_reader(periods, reading).read(row, self._sources.neighbours_of(row.id, reading))
        if found is None or not reading.complete:
            raise _not_whole("section", reading)
        return found

    def read_holds(self) -> Fetch[Hold]:
        """Read every hold; having none is ordinary."""
        reading = Reading("banner")
        self._load_people()
        return reading.fetch(
            read_all_holds(self._proxy, self._student_reader(reading), reading), self._clock, announced=True
        )

    @bulk_reading()
    def read_histories(self) -> Fetch[AcademicHistory]:
        """Read GPA, earlier withdrawals and advisor of every student (S132, S133)."""
        reading = Reading("banner")
        self._load_people()
        found = read_all_histories(self._proxy, self._catalog, self._student_reader(reading), reading)
        return reading.fetch(found, self._clock)

    @bulk_reading()
    def read_identities(self) -> Fetch[Identity]:
        """Read everybody with all that identifies them, for the privacy directory alone (S229)."""
        reading = Reading("banner")
        addresses = self._proxy.collect(AddressWire, "addresses", reading).rows if self._settings.read_addresses else {}
        reader = IdentityReader(self._settings, addresses, reading)
        rows = self._proxy.collect(IdentityWire, "persons", reading).rows.values()
        found = [identity for row in rows if (identity := reader.read(row))]
        if not found:
            reading.note_empty("persons")
        return reading.fetch(found, self._clock, announced=True)

    def find_named(self, event: FeedEvent) -> Named | None:
        """Return section and person of an event, read anew; None where it concerns no roster, else InvalidRecord."""
        reading = Reading("banner")
        sections = self._finder.section_reader(self._finder.periods(reading), reading)
        found = NameReader(self._proxy, sections, self._finder.registration_reader(reading), reading).read(event)
        if not reading.complete:
            raise _not_whole("event", reading)
        return found

    def relationships(self) -> BannerRelationships:
        """Return the reader of who advises and teaches whom (R21)."""
        return BannerRelationships(
            self,
            self._clock,
            proxy=self._proxy,
            zone=self._institution.zone,
            people=self._people,
            section=self._finder.read_anew,
        )

    def finder(self) -> Finder:
        """Return what finds sections, for the readers of grades and student records."""
        return self._finder

    def check_access(self) -> tuple[Finding, ...]:
        """Try key, clock, every resource and the queue, for ``provost doctor``."""
        return check_ethos(self._proxy)

    def _section_keys(self, term: TermCode, periods: dict[str, Period], reading: Reading) -> dict[str, SectionKey]:
        reader = self._finder.section_reader(periods, reading)
        rows = self._sources.sections_of(term, periods, reading)
        return {guid: key for guid, row in rows.items() if (key := reader.read_key(row))}

    def _load_people(self) -> None:
        """Have everybody's id at hand; what was wrong with people is reported by ``read_people``."""
        if not self._people.loaded:
            self._read_people(Reading("banner"))

    def _read_people(self, reading: Reading) -> list[Person]:
        found = self._proxy.collect(PersonWire, "persons", reading)
        reader = PersonReader(self._settings, reading)
        self._people.fill({guid: sis_id for guid, row in found.rows.items() if (sis_id := reader.read_id(row))})
        people = (reader.read(row, withheld=guid in found.withheld) for guid, row in found.rows.items())
        return [person for person in people if person]

    def _find_person_id(self, guid: str) -> SisPersonId | None:
        reading = Reading("banner")
        row = self._proxy.find(PersonWire, "persons", guid, reading)
        return PersonReader(self._settings, reading).read_id(row) if row else None

    def _student_reader(self, reading: Reading) -> StudentReader:
        return StudentReader(self._people, self._institution.zone, self._finder.today(), reading)


def _not_whole(what: str, reading: Reading) -> InvalidRecord:
    findings = [finding for finding in reading.notes.findings() if finding.severity is Severity.STOP]
    reason, fix = (findings[0].message, findings[0].fix) if findings else ("", "Read it again.")
    return InvalidRecord(f"The record of the {what} is not whole. {reason}".strip(), field=what, fix=fix)
