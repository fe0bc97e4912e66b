"""The few small facts on which every decision about one person in one section rests.

Each fact is a closed enum of integers, so that all combinations can be tabulated and the same decision taken for one
event in Python and for a million rows inside the database (see ``domain.rules.table``).
"""

from enum import IntEnum
from typing import NamedTuple

from domain.lms import LmsRole, LmsState


class Expectation(IntEnum):
    """What the LMS should show for a person in a section, as the SIS has it.

    ABSENT: never registered. STUDENT, AUDITOR, WAITLIST_ROLE: on the roster in that role (R54, R55). GONE: left on or
    before census (R48). WITHDRAWN: left after it (R49). UNDATED: left, but the SIS does not say when (R50).
    WAITLISTED: waiting and not to be on the roster (R54). UNREADABLE: a status nobody has mapped. TEACHER, ASSISTANT:
    assigned in the SIS. NOT_TEACHING: a teaching row of a person whom the SIS does not assign (R46, R59). IN_LAB:
    registered for a lecture whose students sit in its labs (R41). NO_SHOW: left on the day of entry (R63).
    """

    ABSENT = 0
    STUDENT = 1
    AUDITOR = 2
    WAITLIST_ROLE = 3
    GONE = 4
    WITHDRAWN = 5
    UNDATED = 6
    WAITLISTED = 7
    UNREADABLE = 8
    TEACHER = 9
    ASSISTANT = 10
    NOT_TEACHING = 11
    IN_LAB = 12
    NO_SHOW = 13

    @property
    def role(self) -> LmsRole | None:
        """The LMS role that belongs to the expectation; None where nobody should be on the roster."""
        return _ROLES.get(self)

    @property
    def teaching(self) -> bool:
        """Whether this is about a teaching row rather than a student row."""
        return self in {Expectation.TEACHER, Expectation.ASSISTANT, Expectation.NOT_TEACHING}


_ROLES = {
    Expectation.STUDENT: LmsRole.STUDENT,
    Expectation.AUDITOR: LmsRole.AUDITOR,
    Expectation.WAITLIST_ROLE: LmsRole.WAITLIST,
    Expectation.TEACHER: LmsRole.TEACHER,
    Expectation.ASSISTANT: LmsRole.TA,
}


class RoleRelation(IntEnum):
    """How the roles a person holds in the section relate to the one expected.

    SAME: the row looked at has it. OTHER: it has another. BOTH: live rows in the expected role and in another.
    CROSSED: a registered student also holds a teaching row that the SIS does not give; CROSSED_IN_GRACE: for no longer
    than the grace window (R59).
    """

    SAME = 0
    OTHER = 1
    BOTH = 2
    CROSSED = 3
    CROSSED_IN_GRACE = 4

    @property
    def crossed(self) -> bool:
        """Whether a student holds teaching rights, however long."""
        return self in {RoleRelation.CROSSED, RoleRelation.CROSSED_IN_GRACE}


class Provenance(IntEnum):
    """Whether the SIS feed made the row or a person did; only the feed's own rows may be ended by it (R53).

    Where a person holds a wrong row besides the right one, this is about the wrong one, which would have to end.
    """

    SIS = 0
    MANUAL = 1


class SectionStanding(IntEnum):
    """Whether the section is ours to change, and in what shape the LMS holds it."""

    LIVE = 0
    TERM_CLOSED = 1
    TERM_AHEAD = 2
    CONCLUDED = 3
    CANCELLED = 4
    OTHER_LMS = 5
    UNPUBLISHED = 6
    NO_LMS_SECTION = 7
    MISPLACED = 8
    UNKNOWN_TO_SIS = 9


class PersonStanding(IntEnum):
    """Whether the person can be put on a roster: has an LMS account, a login, and one SIS id in both systems.

    ID_HELD: no account but a deleted one, which still has the SIS id (R4).
    """

    ACCOUNT = 0
    NO_LOGIN = 1
    NO_ACCOUNT = 2
    SIS_ID_CHANGED = 3
    LOGIN_CLAIMED = 4
    UNKNOWN_TO_SIS = 5
    NOT_PROVISIONED = 6
    ID_HELD = 7


class Facts(NamedTuple):
    """Everything the decision may look at; the order of the fields is the order of the table's code."""

    expectation: Expectation
    state: LmsState
    relation: RoleRelation
    provenance: Provenance
    section: SectionStanding
    person: PersonStanding


LIVE_STATES = frozenset({LmsState.ACTIVE, LmsState.INVITED, LmsState.CREATION_PENDING})
"""The states in which a person has, or is about to have, access."""
