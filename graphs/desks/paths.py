"""A student's own learning paths, as the course interface of the LMS shows them (S96).

The reader is the student; the door to people is asked as for anybody else, and each look is on record (S224).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from agents.paths import LearningPath, View
from agents.paths.choosing import OFFER
from domain.calendar import local_day
from domain.errors import AccessDenied, ConfigurationError, SourceDataError, TransientError
from domain.ids import RecordHandle, SectionKey
from domain.principals import Principal
from domain.records import Record, RegistrationStatus, Section
from graphs.path_work import PURPOSE, PathWork
from privacy.access import Question

if TYPE_CHECKING:
    from graphs.assembly import Provost

MOST_CLASSES = 8


class LaunchedFrom(NamedTuple):
    """What the LMS calls the class that the page is opened in: the student's sections there, and the course."""

    sections: tuple[str, ...] = ()
    course: str = ""


class ClassPath(Record):
    """One class with the student's path in it; None where the path could not be made just now."""

    section: Section
    path: LearningPath | None = None

    @property
    def offer_known(self) -> bool:
        """Whether what the class offers could be read, without which an empty path says nothing (R122)."""
        return self.path is not None and OFFER not in self.path.not_known


class OwnPaths(Record):
    """The paths of one student; ``told`` says that the LMS named the class, ``whole`` that all classes were read."""

    classes: tuple[ClassPath, ...]
    told: bool
    whole: bool
    read_at: datetime


class _Held(NamedTuple):
    sections: tuple[Section, ...]
    whole: bool


def read_own_paths(provost: "Provost", who: Principal, place: LaunchedFrom) -> OwnPaths:
    """Return the reader's own paths in the class they are in, or in all their running ones where it cannot be told.

    Raises AccessDenied where the reader is no student looking at themselves, and what reading the SIS raises.
    """
    person = _require_self(provost, who)
    held = _held(provost, person, place)
    named = _named(held.sections, _keys(place.sections))
    told = bool(_keys(place.sections))
    if not told:
        named = _named(held.sections, _keys([place.course]))
        told = bool(named)
    chosen = named if told else held.sections
    classes = tuple(_class_path(provost, who, person, section) for section in chosen[:MOST_CLASSES])
    return OwnPaths(classes=classes, told=told, whole=held.whole, read_at=provost.clock.now())


def _require_self(provost: "Provost", who: Principal) -> RecordHandle:
    """Return the reader's own handle, once the door let them see which classes they hold."""
    fix = "Open the page from a course."
    if who.person is None:
        raise AccessDenied("The page does not know who you are.", field="person", fix=fix)
    people = frozenset({who.person})
    answer = provost.access.ask(Question(reader=who, fields=("enrolment",), people=people, purpose=PURPOSE))
    if who.person not in answer.permitted["enrolment"]:
        raise AccessDenied("Your classes are not open to you here.", field="enrolment", fix="Ask the registrar.")
    return who.person


def _held(provost: "Provost", person: RecordHandle, place: LaunchedFrom) -> _Held:
    """Return the running classes that the student is registered in.

    A SIS that is not asked for one student is asked for the classes that the LMS names; whether the student is in
    them, the path itself finds out.
    """
    reader = provost.readers.seats
    if reader is None:
        keys = _keys([*place.sections, place.course])
        return _Held(tuple(found for key in keys if (found := provost.sis.read_section(key))), whole=True)
    today, seats = local_day(provost.clock.now(), provost.institution.zone), reader.read_seats(person)
    live = (
        seat.section
        for seat in seats.rows
        if seat.status is RegistrationStatus.REGISTERED and seat.section.end_on >= today
    )
    return _Held(tuple(sorted(live, key=lambda one: (one.key.term, one.subject, one.course_number))), seats.complete)


def _class_path(provost: "Provost", who: Principal, person: RecordHandle, section: Section) -> ClassPath:
    """Return one class; a look that is denied, or cannot be put on record, stops the whole page."""
    try:
        path = PathWork(provost).show(who, person, section.key, View.STUDENT)
    except (TransientError, SourceDataError, ConfigurationError):
        path = None
    return ClassPath(section=section, path=path)


def _named(held: Iterable[Section], keys: Iterable[SectionKey]) -> tuple[Section, ...]:
    wanted = frozenset(keys)
    return tuple(section for section in held if section.key in wanted)


def _keys(words: Iterable[str]) -> tuple[SectionKey, ...]:
    """Return the classes that words name as the SIS does."""
    return tuple(key for word in words if (key := SectionKey.parse(word)) is not None)
