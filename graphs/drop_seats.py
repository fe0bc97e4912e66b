"""Reads from the SIS, anew each time, how a student stands in a class, and who is to hear of it (R52, S224)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from agents.drop.seat import HOLDING, Seat, SeatState, registered_drop, requested_drop, state_of
from domain.drops import Source
from domain.errors import ConfigurationError, InvalidRecord
from domain.ids import RecordHandle, SectionKey
from domain.ports import Clock, FeedEvent, IdentityResolver, RelationshipReader, SisReader
from domain.records import Registration, Section
from graphs.drop_specialist import DropRequest
from store.ledger import Ledger
from tools.sis.banner.named import Named

PURPOSE = "drop or withdrawal"


class SeatRead(NamedTuple):
    """One student, one class, and the student's registrations in it and in the sections one could move to."""

    person: RecordHandle
    section: Section
    rows: Sequence[Registration]

    @property
    def state(self) -> SeatState:
        """What the registrations come to."""
        return state_of(self.rows, self.section)


@dataclass(frozen=True)
class SeatReader:
    """Reads seats; every reading of a person is on record before anything is concluded from it.

    ``named`` says what a notification is about; None where the SIS has no notifications.
    """

    sis: SisReader
    named: Callable[[FeedEvent], Named | None] | None
    relationships: RelationshipReader
    identities: IdentityResolver
    ledger: Ledger
    clock: Clock
    zone: ZoneInfo
    actor: str

    def read(self, request: DropRequest) -> SeatRead | None:
        """Return the seat of a request; None where the SIS has no such registration any more.

        Raises InvalidRecord for a class that a person asks about and that does not exist.
        """
        if request.event is not None:
            return self._heard_of(request, request.event)
        key = SectionKey.parse(request.section)
        section = self.sis.read_section(key) if key else None
        if section is None:
            fix = "Name the class by term and CRN, such as 202680-12345."
            raise InvalidRecord("There is no such class.", field=f"section {request.section}", fix=fix)
        student = self.identities.person(request.person)
        rows = self.sis.read_section_registrations(section.key).rows
        self.record(request, "registration", request.person)
        return SeatRead(request.person, section, [row for row in rows if row.person == student])

    def asked(self, request: DropRequest, found: SeatRead) -> Seat:
        """Return the seat that a student asks about; InvalidRecord where there is none to give up."""
        section, now = found.section, self.clock.now()
        if found.state is not SeatState.HELD:
            fix = "Look at a registered drop with provost drop list."
            raise InvalidRecord("The student holds no seat in this class.", field=f"section {section.key}", fix=fix)
        at = datetime.combine(request.on, time(12), self.zone) if request.on else now
        return Seat(state=SeatState.ASKED, drop=requested_drop(section, found.person, at, self._source(now)))

    def left(self, found: SeatRead, row: Registration) -> Seat:
        """Return the seat that was given up, with who teaches the class and who advises the student."""
        drop = registered_drop(row, found.section, found.person, self._source(self.clock.now()), self.zone)
        seat = Seat(state=found.state, drop=drop, sequence=row.sequence)
        if seat.state is not SeatState.LEFT:
            return seat
        who = {"instructors": self._instructors(found.section), "advisors": self._advisors(found.person)}
        return seat.model_copy(update=who)

    def record(self, request: DropRequest, what: str, person: RecordHandle) -> None:
        """Put on record what was read about whom."""
        self.ledger.record_reads(self.actor, agent="drop", purpose=PURPOSE, run=request.run, what=what, people=[person])

    def _heard_of(self, request: DropRequest, event: FeedEvent) -> SeatRead | None:
        if self.named is None:
            fix = "Ask about one student with provost drop what-if."
            raise ConfigurationError("This student system has no notifications.", field="banner.url", fix=fix)
        named = self.named(event)
        section = self.sis.read_section(named.section) if named else None
        if named is None or named.person is None or section is None:
            return None
        person = self.identities.handles([named.person])[named.person]
        self.record(request, "registration", person)
        rows = [row for row in named.registrations if not self._goes_with(section, row)]
        return SeatRead(person, section, rows)

    def _goes_with(self, section: Section, row: Registration) -> bool:
        """Tell whether a row is of the lecture or a lab of this very class, which nobody moves to (R41, R52)."""
        other = row.section
        if other == section.key or other.term != section.key.term:
            return False
        if section.linked_to is not None:
            return other.crn == section.linked_to
        found = self.sis.read_section(other) if row.status in HOLDING else None
        return found is not None and found.linked_to == section.key.crn

    def _instructors(self, section: Section) -> tuple[RecordHandle, ...]:
        """Return the instructors of record: the primary ones, or all who teach where none is marked so."""
        teaching = [one for one in section.instructors if not one.assistant]
        chosen = [one.sis_id for one in teaching if one.primary] or [one.sis_id for one in teaching]
        handles = self.identities.handles(chosen)
        return tuple(handles[one] for one in dict.fromkeys(chosen))

    def _advisors(self, person: RecordHandle) -> tuple[RecordHandle, ...]:
        """Return who advises the student; nobody where that could not be read whole."""
        found = self.relationships.read_advisors(self.identities.person(person))
        chosen = found.rows if found.complete else ()
        handles = self.identities.handles(chosen)
        return tuple(handles[one] for one in chosen)

    def _source(self, now: datetime) -> Source:
        return Source(system=self.sis.capabilities().system, read_at=now)
