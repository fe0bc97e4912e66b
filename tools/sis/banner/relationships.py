"""Who advises and who teaches whom, asked of Ethos for the one person that matters (R21).

A tenant that does not know a query, or ignores it, is read whole; rows that were not asked for are dropped here, so a
filter that was ignored never widens what somebody may see.
"""

from collections.abc import Callable, Iterable
from datetime import date, tzinfo
from typing import TypeVar

from domain.errors import RefusedBySystem
from domain.ids import SectionKey, SisPersonId
from domain.ports import Clock, Fetch, SisReader
from domain.records import Section
from tools.sis.banner.dates import read_day
from tools.sis.banner.lookups import PersonIds
from tools.sis.banner.people import PersonReader
from tools.sis.banner.proxy import EthosProxy
from tools.sis.banner.settings import Query
from tools.sis.banner.wire import InstructorWire, PersonWire, Resource
from tools.sis.banner.wire_students import AdvisorWire
from tools.sis.reading import Reading
from tools.sis.relationships import SisRelationships

R = TypeVar("R", bound=Resource)
_ADVISING, _TEACHING = "student-advisor-relationships", "section-instructors"


class BannerRelationships(SisRelationships):
    """Relationships of one Banner; fits ``domain.ports.RelationshipReader``."""

    def __init__(
        self,
        sis: SisReader,
        clock: Clock,
        *,
        proxy: EthosProxy,
        zone: tzinfo,
        people: PersonIds,
        section: Callable[[str, Reading], Section | None],
    ) -> None:
        super().__init__(sis, clock)
        self._proxy, self._zone, self._people, self._section = proxy, zone, people, section

    def read_advisees(self, advisor: SisPersonId) -> Fetch[SisPersonId]:
        """Return the students whose advisor this person is today, the second advisor of a student included."""
        reading = Reading("banner")
        guid = self._guid(advisor, reading)
        rows = self._rows(AdvisorWire, _ADVISING, self._proxy.settings.advising_by_advisor, guid, reading)
        return self._fetch((row.student.id for row in self._present(rows) if row.advisor.id == guid), reading)

    def read_advisors(self, student: SisPersonId) -> Fetch[SisPersonId]:
        """Return who advises the student today."""
        reading = Reading("banner")
        guid = self._guid(student, reading)
        rows = self._rows(AdvisorWire, _ADVISING, self._proxy.settings.advising_of_student, guid, reading)
        return self._fetch((row.advisor.id for row in self._present(rows) if row.student.id == guid), reading)

    def read_taught(self, instructor: SisPersonId, ended_after: date) -> Fetch[Section]:
        """Return the sections this person teaches or assists in that end after the day; ended assignments count not."""
        reading = Reading("banner")
        guid = self._guid(instructor, reading)
        rows = self._rows(InstructorWire, _TEACHING, self._proxy.settings.sections_of_instructor, guid, reading)
        taught: dict[SectionKey, Section] = {}
        for row in rows:
            section = self._section(row.section.id, reading) if row.instructor.id == guid else None
            if section and section.end_on > ended_after and self._taught_to_the_end(row, section):
                taught[section.key] = section
        return reading.fetch(taught.values(), self._clock)

    def _rows(self, model: type[R], resource: str, query: Query | None, guid: str, reading: Reading) -> Iterable[R]:
        """Ask about one person; a tenant without the query is read whole."""
        if not guid:
            return ()
        if query is not None:
            own = Reading(reading.source)
            try:
                found = self._proxy.collect(model, resource, own, query.params(id=guid)).rows.values()
            except RefusedBySystem:
                pass
            else:
                _take_over(own, reading)
                return found
        return self._proxy.collect(model, resource, reading).rows.values()

    def _guid(self, person: SisPersonId, reading: Reading) -> str:
        """Return the GUID of a person, empty where Banner does not know the id: then nothing is whole."""
        settings = self._proxy.settings
        query = settings.person_by_id.params(type=settings.id_type, id=person)
        for guid, row in self._proxy.collect(PersonWire, "persons", reading, query).rows.items():
            if PersonReader(settings, reading).read_id(row) == person:
                return guid
        reading.lost("persons")
        return ""

    def _present(self, rows: Iterable[AdvisorWire]) -> Iterable[AdvisorWire]:
        """Yield the rows whose time has begun and is not over."""
        today = self._today()
        for row in rows:
            start, end = read_day(row.start_on, self._zone), read_day(row.end_on, self._zone)
            if (start is None or start <= today) and (end is None or end >= today):
                yield row

    def _taught_to_the_end(self, row: InstructorWire, section: Section) -> bool:
        """Tell whether an assignment was not ended early; whoever was replaced sees the class no more (R45)."""
        end = read_day(row.work_end_on or row.end_on, self._zone)
        return end is None or end >= min(self._today(), section.end_on)

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    def _fetch(self, guids: Iterable[str], reading: Reading) -> Fetch[SisPersonId]:
        found = []
        for guid in dict.fromkeys(guids):
            person = self._people.get(guid)
            if person is None:
                reading.lost(f"persons {guid}")
            else:
                found.append(person)
        return reading.fetch(found, self._clock)


def _take_over(own: Reading, reading: Reading) -> None:
    reading.notes.extend(own.notes)
    if not own.complete:
        reading.lost_some(own.missing)
