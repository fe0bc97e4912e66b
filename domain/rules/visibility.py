"""Where a person may appear by name: the directory opt-out counts outside the class, not inside it (R17, R18)."""

from enum import StrEnum

from domain.records import Person


class Audience(StrEnum):
    """Who would see the name."""

    OWN_CLASS = "own_class"
    OUTWARD = "outward"


def may_be_named(person: Person, audience: Audience) -> bool:
    """Tell whether a person may be named: never outward under an opt-out, always in their own class (R17, R18)."""
    return audience is Audience.OWN_CLASS or not person.confidential
