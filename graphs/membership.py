"""Which LMS courses an instructor teaches now, read live: whose material they may search as its teacher (R21).

The SIS says what somebody teaches; the LMS says in which course that section lives, which a cross-list may have moved
(R40). A student's own courses are not asked for yet, so a student reads only what is open to all.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from domain.errors import SourceDataError
from domain.ids import SisCourseId
from domain.ports import Clock, IdentityResolver
from domain.principals import Principal, Role
from domain.records import Section

if TYPE_CHECKING:
    from graphs.connections import Readers


class TaughtCourses:
    """Fits ``privacy.knowledge.vocabulary.CourseMembership`` for instructors."""

    def __init__(self, readers: Callable[[], "Readers"], identities: IdentityResolver, clock: Clock) -> None:
        self._readers, self._identities, self._clock = readers, identities, clock

    def courses_of(self, reader: Principal) -> frozenset[SisCourseId]:
        """Return the courses the reader teaches now; none where they are nobody, or where not all could be read."""
        if reader.person is None or Role.INSTRUCTOR not in reader.roles or reader.acting_as is not None:
            return frozenset()
        try:
            return frozenset(self._courses(reader))
        except SourceDataError:
            return frozenset()

    def _courses(self, reader: Principal) -> Iterator[SisCourseId]:
        if reader.person is None:
            return
        readers, today = self._readers(), self._clock.now().date()
        taught = readers.relationships.read_taught(self._identities.person(reader.person), today)
        for section in taught.rows if taught.complete else ():
            yield from self._home(readers, section)

    def _home(self, readers: "Readers", section: Section) -> Iterator[SisCourseId]:
        found = readers.lms.find_section(section.key)
        course = readers.lms.find_course(found.course, section.key.term) if found else None
        if course is not None and course.sis_course_id:
            yield course.sis_course_id
