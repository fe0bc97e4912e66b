"""Keeps the activity tables of a term up to date: who is enrolled, and what each section shows since its last reading.

A section is kept as it was where not all of it came. The watermark lies in the same file as what was read, so that a
crash can neither lose nor double a day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from agents.early_alert.activity_files import ActivityFiles
from agents.early_alert.campus_days import SectionDays
from agents.early_alert.increments import LATE, Increment, last_moment, read_increment
from agents.early_alert.numbering import Numbers, Place
from agents.early_alert.quarantine import hold_columns, usual_shares
from agents.early_alert.rosters import (
    Seat,
    followed_sections,
    people_without_history,
    place_of,
    put_histories,
    put_seats,
    put_section,
    seats_of,
    who_left,
)
from agents.early_alert.taking_in import Into, take_in
from domain.alert_settings import AlertSettings
from domain.calendar import local_day
from domain.errors import IncompleteFetch, InvalidRecord
from domain.findings import Finding, Severity
from domain.ids import RecordHandle, SectionKey, TermCode
from domain.institution import Institution
from domain.learning_ports import LearningReader, StudentRecords
from domain.ports import Clock, IdentityResolver, SisReader
from domain.records import Registration, Section

if TYPE_CHECKING:
    import duckdb

_BATCH = 200
AHEAD = timedelta(days=14)
"""How long before its first day a section's LMS side is read."""
_MARK = "INSERT OR REPLACE INTO feed_mark VALUES (?, ?, ?)"


class FeedReading(NamedTuple):
    """What a refresh came to: the numbers, the sections followed, who teaches, one section of everybody, and gaps.

    ``left`` names who was registered in a section and is so no longer.
    """

    numbers: Numbers
    sections: tuple[SectionKey, ...]
    instructors: Mapping[SectionKey, RecordHandle]
    homes: Mapping[RecordHandle, SectionKey]
    findings: tuple[Finding, ...]
    left: Mapping[SectionKey, frozenset[RecordHandle]] = MappingProxyType({})


class Marks(NamedTuple):
    """How far one section was read: until when, and when anybody was last seen in it."""

    read_until: datetime | None
    last_event: datetime | None


@dataclass(frozen=True)
class AlertFeed:
    """Reads the systems into the activity files; ``records`` is None where the SIS cannot tell more than rosters."""

    sis: SisReader
    classroom: LearningReader
    records: StudentRecords | None
    institution: Institution
    identities: IdentityResolver
    files: ActivityFiles
    settings: AlertSettings
    clock: Clock

    def refresh(self, term: TermCode) -> FeedReading:
        """Read a term anew and keep it; raises IncompleteFetch where the rosters did not all come (R122)."""
        sections, registrations = self.sis.read_sections(term), self.sis.read_registrations(term)
        if not (sections.complete and registrations.complete):
            fix = "Look at the connector with provost doctor, then run again."
            raise IncompleteFetch("The rosters of the term did not all come.", field=f"term {term}", fix=fix)
        followed = followed_sections(sections.rows, self.institution)
        numbers, seats = self._number(term, followed, registrations.rows)
        earlier = self._earlier_marks(numbers)
        findings = [
            finding
            for section in followed
            for finding in self._refresh_section(section.key, seats[section.key], numbers, earlier)
        ]
        keys = tuple(section.key for section in followed)
        self._read_histories(keys, numbers)
        homes = {seat.handle: key for key in reversed(keys) for seat in seats[key]}
        today = local_day(self.clock.now(), self.institution.zone)
        left = {key: who_left(seats[key], today) for key in keys}
        return FeedReading(numbers, keys, self._instructors(followed), homes, tuple(findings), left)

    def read_again(
        self, connection: "duckdb.DuckDBPyConnection", section: SectionKey, numbers: Numbers
    ) -> tuple[Into, Increment]:
        """Read one section since its last reading, for an event; nothing is kept (S74)."""
        place = numbers.places[section.crn]
        into = Into(connection, place, self.days_of(place))
        until = read_marks(connection).get(place.section, Marks(None, None)).read_until
        now = self.clock.now()
        return into, read_increment(self.classroom, self.records, section, until, into.days, now=now)

    def days_of(self, place: Place) -> SectionDays:
        """Return how the days of a section count."""
        return SectionDays(place.starts_on, place.ends_on, self.institution.zone)

    def _number(
        self, term: TermCode, followed: Sequence[Section], rows: Iterable[Registration]
    ) -> tuple[Numbers, Mapping[SectionKey, tuple[Seat, ...]]]:
        """Give every section and person of the term a number, kept before anything is kept under it."""
        by_section: dict[SectionKey, list[Registration]] = {section.key: [] for section in followed}
        for row in rows:
            if row.section in by_section:
                by_section[row.section].append(row)
        handles = self.identities.handles(sorted({row.person for found in by_section.values() for row in found}))
        seats = {key: seats_of(found, handles) for key, found in by_section.items()}
        numbers = self.files.read_numbers(term)
        for section in followed:
            numbers = numbers.with_place(place_of(section, numbers))
        numbers = numbers.with_people(sorted({seat.handle for found in seats.values() for seat in found}))
        self.files.write_numbers(numbers)
        return numbers, seats

    def _refresh_section(
        self,
        section: SectionKey,
        seats: Sequence[Seat],
        numbers: Numbers,
        earlier: Mapping[tuple[str, str], float],
    ) -> Iterator[Finding]:
        """Bring one section's file up to date; a section that is over is only looked at a little longer."""
        place = numbers.places[section.crn]
        days, now = self.days_of(place), self.clock.now()
        with self.files.open_sections([section]) as connection:
            into = Into(connection, place, days)
            put_section(connection, place, section.term, self.settings.history)
            put_seats(connection, place, seats, numbers, days)
            zone = self.institution.zone
            if local_day(now + AHEAD, zone) >= place.starts_on and not days.has_ended(local_day(now - LATE, zone)):
                into, increment = self.read_again(connection, section, numbers)
                yield from increment.findings(section)
                if increment.complete:
                    take_in(into, increment, numbers)
                    _mark(into, increment)
                    yield from _held(section, connection, earlier)
            self.files.write_section(connection, section, place.section)

    def _earlier_marks(self, numbers: Numbers) -> Mapping[tuple[str, str], float]:
        """Return how columns of the same courses were marked in earlier terms that are still on file."""
        courses = {place.course for place in numbers.places.values()}
        past = [
            earlier.key_of(place.section)
            for term in self.files.terms()
            if term < numbers.term
            for earlier in [self.files.read_numbers(term)]
            for place in earlier.places.values()
            if place.course in courses
        ]
        with self.files.open_sections(past) as connection:
            return usual_shares(connection)

    def _read_histories(self, sections: Sequence[SectionKey], numbers: Numbers) -> None:
        """Read the transcripts of those of whom nothing earlier is known; without them history stays unknown."""
        if self.records is None:
            return
        for section in sections:
            place = numbers.places[section.crn]
            with self.files.open_sections([section]) as connection:
                missing = people_without_history(connection, numbers)
                for start in range(0, len(missing), _BATCH):
                    people = missing[start : start + _BATCH]
                    found = self.records.read_past_courses(people)
                    if found.complete:
                        put_histories(connection, found.rows, people, numbers, self.settings.history)
                if missing:
                    self.files.write_section(connection, section, place.section)

    def _instructors(self, sections: Sequence[Section]) -> Mapping[SectionKey, RecordHandle]:
        """Return the primary instructor of each section that has one."""
        named = {
            section.key: primary.sis_id
            for section in sections
            if (primary := next((one for one in section.instructors if one.primary), None)) is not None
        }
        handles = self.identities.handles(sorted(set(named.values())))
        return {key: handles[sis_id] for key, sis_id in named.items()}


def read_marks(connection: "duckdb.DuckDBPyConnection") -> dict[int, Marks]:
    """Return how far each section in the tables was read."""
    rows = connection.execute("FROM feed_mark").fetchall()
    return {row[0]: Marks(*(datetime.fromisoformat(text) if text else None for text in row[1:])) for row in rows}


def _mark(into: Into, increment: Increment) -> None:
    before = read_marks(into.connection).get(into.section, Marks(None, None)).last_event
    seen = [moment for moment in (before, last_moment(increment, into.days)) if moment is not None]
    last = max(seen).isoformat() if seen else None
    into.connection.execute(_MARK, [into.section, increment.read_at.isoformat(), last])


def _held(
    section: SectionKey, connection: "duckdb.DuckDBPyConnection", earlier: Mapping[tuple[str, str], float]
) -> Iterator[Finding]:
    for column in hold_columns(connection, earlier):
        yield Finding(
            code=InvalidRecord.code,
            severity=Severity.WARNING,
            subject=f"assignment {column.lms_id} of section {section}",
            message=f"Its marks reach no score: {column.why}.",
            fix="Ask the instructor how the column is marked; it counts again once it is marked as before.",
        )
