"""Who may see whom: directory opt-outs, merged sections that do not meet, and people under special protection.

Rules R17, R18, R19 and R61.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from domain.ids import SectionKey, SisCourseId
from domain.records import Person, Section

Homes = Mapping[SectionKey, SisCourseId]


class Audience(StrEnum):
    """Who would see the name."""

    OWN_CLASS = "own_class"
    OUTWARD = "outward"


class Protection(StrEnum):
    """Why an office must be asked before anybody contacts a student or their family (R61)."""

    MINOR = "minor"
    DUAL_ENROLLED = "dual_enrolled"
    INCARCERATED = "incarcerated"
    UNKNOWN = "unknown"


def may_be_named(person: Person, audience: Audience) -> bool:
    """Tell whether a person may be named: never outward under an opt-out, always in their own class (R17, R18)."""
    return audience is Audience.OWN_CLASS or not person.confidential


def meet_together(first: Section, second: Section, homes: Homes) -> bool:
    """Tell whether the SIS makes two sections one class: with a lab, or cross-listed on the same days (R19).

    ``homes`` are the courses in which the SIS has sections taught (R39, R41).
    """
    if homes.get(first.key) != homes.get(second.key):
        return False
    linked = first.linked_to is not None or second.linked_to is not None
    return linked or (first.start_on, first.end_on) == (second.start_on, second.end_on)


def strangers_of(section: Section, beside: Iterable[Section], homes: Homes) -> tuple[Section, ...]:
    """Return the sections of one LMS course whose students must not see those of ``section`` (R19)."""
    return tuple(other for other in beside if other.key != section.key and not meet_together(section, other, homes))


def needs_a_person(protections: Sequence[Protection]) -> bool:
    """Tell whether contact is for a person of the office to decide; a reason nobody knows counts as one (R61)."""
    return bool(protections)
