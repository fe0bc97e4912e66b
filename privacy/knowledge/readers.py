"""Who may read what: one rule for each access class, asked before a search and again of what it found.

=========  ============================================================================================
public     everybody with a role; agents and services with the scope ``knowledge:search``
staff      employees, not students
course     who teaches or attends the course; advisors, chairs and designers for every course (S161)
notes      an advisor or registrar whom the note's own list names, in person, who may see everyone in it (R27)
unknown    nobody
=========  ============================================================================================
"""

from collections.abc import Mapping
from typing import NamedTuple

from domain.ids import SisCourseId
from domain.materials import AccessClass
from domain.principals import Principal, PrincipalKind, Role
from privacy.knowledge.vocabulary import CourseMembership, SearchScope

SEARCH_SCOPE = "knowledge:search"
_EMPLOYEES = frozenset(
    {
        Role.ADVISOR,
        Role.INSTRUCTOR,
        Role.REGISTRAR,
        Role.DEPARTMENT_CHAIR,
        Role.INSTRUCTIONAL_DESIGNER,
        Role.INSTRUCTIONAL_TECHNOLOGY,
        Role.ADMIN,
    }
)
_EVERY_COURSE = frozenset({Role.ADVISOR, Role.DEPARTMENT_CHAIR, Role.INSTRUCTIONAL_DESIGNER})
_NOTE_READERS = frozenset({Role.ADVISOR, Role.REGISTRAR})
_PERSONS = _EMPLOYEES | {Role.STUDENT}


class Reach(NamedTuple):
    """How far a reader sees into one access class; ``courses`` and ``names`` of None mean no such limit."""

    courses: frozenset[SisCourseId] | None = None
    names: frozenset[str] | None = None

    def covers(self, course: SisCourseId | None, readers: frozenset[str]) -> bool:
        """Tell whether a document of that course, readable by those, lies within reach."""
        in_course = self.courses is None or course in self.courses
        return in_course and (self.names is None or bool(readers & self.names))


class ReadingRules:
    """Works out a reader's reach; membership is asked live, each time."""

    def __init__(self, membership: CourseMembership | None = None) -> None:
        self._membership = membership

    def reach(self, reader: Principal, scope: SearchScope) -> Mapping[AccessClass, Reach]:
        """Return the access classes the reader may search and how far; what is not in it is denied."""
        wanted = frozenset(AccessClass) if scope.classes is None else scope.classes
        found = {each: reach for each in wanted if (reach := self._reach_of(each, reader, scope)) is not None}
        return dict(sorted(found.items()))

    def _reach_of(self, access: AccessClass, reader: Principal, scope: SearchScope) -> Reach | None:
        if reader.kind is not PrincipalKind.PERSON:
            return Reach() if access is AccessClass.PUBLIC and SEARCH_SCOPE in reader.scopes else None
        if access is AccessClass.PUBLIC:
            return Reach() if reader.roles & _PERSONS else None
        if access is AccessClass.STAFF:
            return Reach() if reader.roles & _EMPLOYEES else None
        if access is AccessClass.COURSE:
            return self._courses(reader, scope)
        if access is AccessClass.NOTES and reader.acting_as is None and reader.roles & _NOTE_READERS:
            return Reach(names=frozenset({reader.id, *(f"role:{role}" for role in reader.roles & _NOTE_READERS)}))
        return None

    def _courses(self, reader: Principal, scope: SearchScope) -> Reach | None:
        if reader.roles & _EVERY_COURSE:
            return Reach(courses=scope.courses)
        if self._membership is None or not reader.roles & {Role.STUDENT, Role.INSTRUCTOR}:
            return None
        own = self._membership.courses_of(reader)
        return Reach(courses=own if scope.courses is None else own & scope.courses)
