"""What a change notification is about: the section and the person it names, and that person's registrations, read anew.

A notification carries a GUID only; its content is never trusted, so a late or repeated one cannot undo a newer fact
(R52).
"""

from collections.abc import Iterable

from domain.ids import SectionKey, SisPersonId
from domain.ports import FeedEvent
from domain.records import Record, Registration
from tools.sis.banner.proxy import EthosProxy
from tools.sis.banner.registrations import RegistrationReader
from tools.sis.banner.sections import SectionReader
from tools.sis.banner.wire import InstructorWire, SectionWire
from tools.sis.banner.wire_students import RegistrationWire, WaitlistWire
from tools.sis.reading import Reading
from tools.sis.sequences import order_registrations

REGISTRATIONS, WAITLISTS, SECTIONS = "section-registrations", "student-section-waitlists", "sections"
INSTRUCTORS = "section-instructors"


class Named(Record):
    """The section of an event, the person where it names one, and that person's registrations in the same course."""

    section: SectionKey
    person: SisPersonId | None = None
    registrations: tuple[Registration, ...] = ()


class NameReader:
    """Follows GUIDs from a notification to the records behind them."""

    def __init__(
        self, proxy: EthosProxy, sections: SectionReader, registrations: RegistrationReader, reading: Reading
    ) -> None:
        self._proxy, self._sections, self._registrations, self._reading = proxy, sections, registrations, reading

    def read(self, event: FeedEvent) -> Named | None:
        """Return what the event is about; None where Banner has no such record any more or it is of no concern here."""
        if event.resource == SECTIONS:
            found = self._section(event.resource_id)
            return Named(section=found[0]) if found else None
        if event.resource == REGISTRATIONS:
            row = self._proxy.find(RegistrationWire, REGISTRATIONS, event.resource_id, self._reading)
            return self._of_person(row.registrant.id, row.section.id, None) if row else None
        if event.resource == INSTRUCTORS:
            teaching = self._proxy.find(InstructorWire, INSTRUCTORS, event.resource_id, self._reading)
            return self._of_person(teaching.instructor.id, teaching.section.id, None) if teaching else None
        if event.resource == WAITLISTS:
            place = self._proxy.find(WaitlistWire, WAITLISTS, event.resource_id, self._reading)
            return self._of_person(place.person.id, place.section.id, place) if place else None
        return None

    def _of_person(self, person: str, section: str, place: WaitlistWire | None) -> Named | None:
        sis_id, found = self._registrations.people.get(person), self._section(section)
        if sis_id is None or found is None:
            return None
        waiting = self._registrations.read_waiting(place, found[0]) if place else None
        rows = [*self._same_course(person, found[1]), *([waiting] if waiting else [])]
        return Named(section=found[0], person=sis_id, registrations=tuple(order_registrations(rows)))

    def _same_course(self, person: str, section: SectionWire) -> Iterable[Registration]:
        """Yield the person's registrations in sections of the same course and period, so that a move shows (R52)."""
        query = self._proxy.settings.registrations_of_person.params(id=person)
        rows = self._proxy.collect(RegistrationWire, REGISTRATIONS, self._reading, query).rows.values()
        for row in rows:
            found = self._section(row.section.id) if row.registrant.id == person else None
            if found and found[1].course == section.course and found[1].academic_period == section.academic_period:
                read = self._registrations.read(row, found[0])
                if read is not None:
                    yield read

    def _section(self, guid: str) -> tuple[SectionKey, SectionWire] | None:
        row = self._proxy.find(SectionWire, SECTIONS, guid, self._reading)
        key = self._sections.read_key(row) if row else None
        return (key, row) if row and key else None
