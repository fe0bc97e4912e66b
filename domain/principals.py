"""Who asks and who approves: people, agents and services, with the roles and scopes they were given, never claimed."""

from enum import StrEnum

from domain.ids import PrincipalId, RecordHandle
from domain.records import Record


class Role(StrEnum):
    """A role a principal may hold."""

    ADVISOR = "advisor"
    INSTRUCTOR = "instructor"
    REGISTRAR = "registrar"
    DEPARTMENT_CHAIR = "department_chair"
    INSTRUCTIONAL_DESIGNER = "instructional_designer"
    INSTRUCTIONAL_TECHNOLOGY = "instructional_technology"
    STUDENT = "student"
    ADMIN = "admin"
    SERVICE = "service"
    AGENT = "agent"
    UNKNOWN = "unknown"


OVERSEERS = frozenset({Role.REGISTRAR, Role.ADMIN, Role.INSTRUCTIONAL_TECHNOLOGY})
"""Who oversees what an installation does (S39)."""


class PrincipalKind(StrEnum):
    """Whether a person, a program of ours or another service acts."""

    PERSON = "person"
    AGENT = "agent"
    SERVICE = "service"


class Principal(Record):
    """Someone who may act, as proven by a signed token (S174).

    ``scopes`` are ``domain:action`` pairs an agent or service is limited to; ``acting_as`` is set while someone
    masquerades, which bars approvals (R30); ``demo`` principals count on loopback only.
    """

    id: PrincipalId
    kind: PrincipalKind
    roles: frozenset[Role]
    scopes: frozenset[str] = frozenset()
    person: RecordHandle | None = None
    acting_as: PrincipalId | None = None
    demo: bool = False
