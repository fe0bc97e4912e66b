"""Every class a student is or was registered in, asked of Ethos for the one student that matters."""

from collections.abc import Iterator

from domain.ids import RecordHandle
from domain.learning import HeldSeat
from domain.ports import Fetch
from tools.sis.banner.records.desk import Desk
from tools.sis.banner.wire_students import RegistrationWire
from tools.sis.reading import Reading

_REGISTRATIONS = "section-registrations"


class SeatOffice:
    """Reads the seats of students from one tenant; fits ``domain.learning_ports.SeatsReader``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def read_seats(self, person: RecordHandle) -> Fetch[HeldSeat]:
        """Return the student's registrations, each with its class; not whole where any of it could not be read."""
        reading = Reading("banner")
        guid = self._desk.people.guid(person, reading)
        seats = sorted(self._seats(guid, reading), key=lambda seat: seat.section.key) if guid else []
        return reading.fetch(seats, self._desk.clock)

    def _seats(self, guid: str, reading: Reading) -> Iterator[HeldSeat]:
        finder, query = self._desk.finder, self._desk.settings.registrations_of_person.params(id=guid)
        reader = finder.registration_reader(reading)
        rows = self._desk.proxy.collect(RegistrationWire, _REGISTRATIONS, reading, query).rows.values()
        for row in (row for row in rows if row.registrant.id == guid):
            section = finder.read_anew(row.section.id, reading)
            registration = reader.read(row, section.key) if section else None
            if section is None:
                reading.lost(f"sections {row.section.id}")
            elif registration is not None:
                yield HeldSeat(section=section, status=registration.status, grade_mode=registration.grade_mode)
