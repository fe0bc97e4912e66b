"""Reads what one event is about, anew and from both systems: one section, one person, and what surrounds them.

The timetable changes rarely and is kept for a few minutes; the registration, the account and the enrolment never are.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from agents.roster.snapshots import RosterSnapshots
from domain.ids import LmsCourseId, SectionKey, SisCourseId, TermCode
from domain.lms import LmsCourse, LmsSection
from domain.ports import Clock, FeedEvent, Fetch, LmsReader, SisReader, T
from domain.records import Section
from domain.rules.cross_lists import course_homes
from tools.sis.banner.named import INSTRUCTORS, SECTIONS, Named

_KEPT_SECONDS = 600.0
_COUNTED_SECONDS = 86_400.0
_TIMETABLE = frozenset({SECTIONS, INSTRUCTORS})


class EventSis(SisReader, Protocol):
    """A student information system with a feed: it can say what an event is about."""

    def find_named(self, event: FeedEvent) -> Named | None:
        """Return the section and person of an event."""
        ...


class EventLms(LmsReader, Protocol):
    """A learning management system in which one course can be looked up."""

    def find_course(self, course: LmsCourseId | SisCourseId, term: TermCode) -> LmsCourse | None:
        """Return one course of a term by either id."""
        ...


class Timetables:
    """The sections of each term, kept for a few minutes; a change of a section is read at once."""

    def __init__(self, sis: SisReader) -> None:
        self._sis = sis
        self._kept: dict[TermCode, tuple[float, tuple[Section, ...]]] = {}

    def around(self, section: SectionKey, *, anew: bool = False) -> tuple[Section, ...]:
        """Return a section with those of its course, its cross-list group and its linked sections."""
        rows = self._rows(section.term, anew=anew)
        named = next((row for row in rows if row.key == section), None)
        if named is None and not anew:
            return self.around(section, anew=True)
        return _surrounding(rows, named) if named is not None else ()

    def _rows(self, term: TermCode, *, anew: bool) -> tuple[Section, ...]:
        read_at, rows = self._kept.get(term, (0.0, ()))
        if anew or not rows or time.monotonic() - read_at > _KEPT_SECONDS:
            rows = self._sis.read_sections(term).rows
            self._kept[term] = (time.monotonic(), rows)
        return rows


class EventReader:
    """Reads the few rows that an event concerns."""

    def __init__(self, sis: EventSis, lms: EventLms, clock: Clock) -> None:
        self._sis, self._lms, self._clock = sis, lms, clock
        self._timetables = Timetables(sis)
        self._counted: dict[TermCode, tuple[float, Mapping[str, int]]] = {}

    def count(self, term: TermCode) -> Mapping[str, int]:
        """Return how many people, sections and registrations the SIS has, counted once a day at most."""
        counted_at, counts = self._counted.get(term, (0.0, {}))
        if not counts or time.monotonic() - counted_at > _COUNTED_SECONDS:
            people, sections = self._sis.read_people(), self._sis.read_sections(term)
            registrations = self._sis.read_registrations(term)
            rows = {"people": people.rows, "sections": sections.rows, "registrations": registrations.rows}
            counts = {name: len(found) for name, found in rows.items()}
            self._counted[term] = (time.monotonic(), counts)
        return counts

    def read(self, event: FeedEvent) -> tuple[Named, RosterSnapshots] | None:
        """Return what the event is about and the rows around it; None where it concerns no roster any more."""
        named = self._sis.find_named(event)
        if named is None:
            return None
        sections = self._timetables.around(named.section, anew=event.resource in _TIMETABLE)
        return named, self._snapshots(named, sections)

    def _snapshots(self, named: Named, sections: Sequence[Section]) -> RosterSnapshots:
        now, term = self._clock.now(), named.section.term
        people = [named.person] if named.person else []
        keys = list(dict.fromkeys((named.section, *(row.section for row in named.registrations))))
        found = [section for key in keys if (section := self._lms.find_section(key))]
        rows = [row for key in keys for person in people for row in self._lms.find_section_enrollments(key, person)]
        users = [user for person in people if (user := self._lms.find_user(person))]
        courses = self._courses(found, keys, sections)
        if len(found) < len(keys):
            found = list({one.id: one for one in (*found, *self._lms.read_sections(courses).rows)}.values())
        sis, lms = self._sis.capabilities().system, self._lms.capabilities().system
        return RosterSnapshots(
            term,
            people=_whole(sis, [known for person in people if (known := self._sis.read_person(person))], now),
            sections=_whole(sis, sections, now),
            registrations=_whole(sis, named.registrations, now),
            users=_whole(lms, users, now),
            courses=_whole(lms, courses, now),
            lms_sections=_whole(lms, found, now),
            enrollments=_whole(lms, rows, now),
        )

    def _courses(
        self, found: Sequence[LmsSection], keys: Sequence[SectionKey], sections: Sequence[Section]
    ) -> list[LmsCourse]:
        """Return the courses in which the sections hang, and those in which the SIS wants them."""
        homes = course_homes(sections)
        wanted = [home for key in keys if (home := homes.get(key))]
        names: list[LmsCourseId | SisCourseId] = [*(section.course for section in found), *wanted]
        courses = (self._lms.find_course(name, keys[0].term) for name in names)
        return list({course.id: course for course in courses if course}.values())


def _surrounding(rows: Sequence[Section], named: Section) -> tuple[Section, ...]:
    course = [row for row in rows if (row.subject, row.course_number) == (named.subject, named.course_number)]
    groups = {row.cross_list_group for row in course if row.cross_list_group}
    known = {row.key for row in course}
    return (*course, *(row for row in rows if row.cross_list_group in groups and row.key not in known))


def _whole(source: str, rows: Sequence[T], now: datetime) -> Fetch[T]:
    return Fetch(source=source, rows=tuple(rows), complete=True, read_at=now)
