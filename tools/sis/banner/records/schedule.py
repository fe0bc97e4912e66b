"""What a student carries in a term: level, hours of the class in question, and the other classes (R111)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from domain.drops import HeldClass, Schedule, Source
from domain.ids import RecordHandle, SectionKey
from domain.records import GradeMode, Registration, RegistrationStatus, Section
from tools.sis.banner.records.desk import Desk, note_not_known
from tools.sis.banner.wire import SectionWire
from tools.sis.banner.wire_students import RegistrationWire
from tools.sis.reading import Reading

_REGISTRATIONS = "section-registrations"


class _Seat(NamedTuple):
    """A registration with its section, read."""

    row: RegistrationWire
    registration: Registration
    section: Section

    @property
    def audited(self) -> bool:
        return self.registration.grade_mode is GradeMode.AUDIT


class ScheduleOffice:
    """Reads what a student carries from one tenant."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def read_schedule(self, person: RecordHandle, section: SectionKey) -> Schedule | None:
        """Return level and hours; audited classes carry none. None where any of it is not known."""
        reading = Reading("banner")
        guid = self._desk.people.guid(person, reading)
        seats = list(self._seats(guid, section, reading)) if guid else []
        schedule = self._to_schedule(seats, section, reading)
        if schedule is None or not reading.complete:
            note_not_known("schedule", reading)
            return None
        return schedule

    def _seats(self, guid: str, section: SectionKey, reading: Reading) -> Iterator[_Seat]:
        """Yield the student's registrations in the term of the class."""
        finder, query = self._desk.finder, self._desk.settings.registrations_of_person.params(id=guid)
        reader = finder.registration_reader(reading)
        rows = self._desk.proxy.collect(RegistrationWire, _REGISTRATIONS, reading, query).rows.values()
        for row in (row for row in rows if row.registrant.id == guid):
            found = finder.read_anew(row.section.id, reading)
            if found is None:
                reading.lost(f"sections {row.section.id}")
            elif found.key.term == section.term and (registration := reader.read(row, found.key)):
                yield _Seat(row, registration, found)

    def _to_schedule(self, seats: list[_Seat], section: SectionKey, reading: Reading) -> Schedule | None:
        own = [seat for seat in seats if seat.section.key == section]
        others = [seat for seat in seats if seat.section.key != section]
        if not own or any(seat.registration.status is RegistrationStatus.UNKNOWN for seat in others):
            return None
        mine = max(own, key=lambda seat: seat.registration.status is RegistrationStatus.REGISTERED)
        level = self._level(mine, reading)
        held = {seat.section.key: seat for seat in others if seat.registration.status is RegistrationStatus.REGISTERED}
        hours = {key: self._hours(seat, reading) for key, seat in held.items()}
        own_hours = self._hours(mine, reading)
        if level is None or own_hours is None or any(carried is None for carried in hours.values()):
            return None
        return Schedule(
            level=level,
            hours=own_hours,
            others=tuple(_to_held(seat, hours[key] or Decimal(0)) for key, seat in sorted(held.items())),
            source=Source(system="banner", read_at=self._desk.clock.now()),
        )

    def _level(self, seat: _Seat, reading: Reading) -> str | None:
        guid = seat.row.academic_level.id if seat.row.academic_level else None
        found = self._desk.finder.catalog.levels.get(guid, reading)
        return found.name if found else None

    def _hours(self, seat: _Seat, reading: Reading) -> Decimal | None:
        """Return the hours of a registration; one that has ended may show none any more, then those of the class."""
        if seat.audited:
            return Decimal(0)
        carried = seat.row.credit.registration_credit if seat.row.credit else None
        if carried or (carried is not None and seat.registration.status is RegistrationStatus.REGISTERED):
            return carried
        row = self._desk.proxy.find(SectionWire, "sections", seat.row.section.id, reading)
        credit = row.credits[0] if row and row.credits else None
        return credit.minimum if credit and credit.maximum in (None, credit.minimum) else None


def _to_held(seat: _Seat, hours: Decimal) -> HeldClass:
    section = seat.section
    return HeldClass(
        section=section.key, course=f"{section.subject} {section.course_number}", part=section.part, hours=hours
    )
