"""The words of access: what is asked about whom, and what the answer rests on (R21, R25).

An answer is a permit or a denial with the rule that gave it; where no rule speaks, the answer is no.
"""

from enum import StrEnum

from domain.records import Record


class Action(StrEnum):
    """What somebody wants to do with what is known of a person."""

    SEE = "see"
    AGGREGATE = "aggregate"
    EXPORT = "export"
    APPROVE = "approve"


class Relationship(StrEnum):
    """How a reader must stand to the person; read live from the SIS (R21)."""

    ANY = "any"
    SELF = "self"
    ADVISOR = "advisor"
    INSTRUCTOR = "instructor"
    CHAIR = "chair"
    UNADVISED = "unadvised"


class Basis(StrEnum):
    """What a disclosure rests on, as its record names it (R25, 34 CFR 99.31, 99.32)."""

    SCHOOL_OFFICIAL = "school_official"
    STUDENT = "student"
    DIRECTORY = "directory"
    NONE = "none"


class AccessDecision(Record):
    """Permit or deny, the rule that said so, why in one sentence, and what a permit rests on."""

    permitted: bool
    rule: str
    reason: str
    basis: Basis = Basis.NONE
