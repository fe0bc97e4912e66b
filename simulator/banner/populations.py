"""Special populations: which students carry a tag or belong to a cohort, settled by lot from their own GUID.

Offices keep some of these as tags and some as cohorts, so a reader has to look at both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from simulator.banner.lots import falls_to
from simulator.banner.people_views import list_students
from simulator.banner.schedule_views import level_guid
from simulator.banner.state import BannerState
from simulator.banner.tables import Person, guid_of
from simulator.banner.wire import Json, reference

TAG, COHORT = "tag", "cohort"
RESIDENT = "HOUS"


class Population(NamedTuple):
    """A population: how it is kept, its title, and the share of students in it."""

    kept_as: str
    title: str
    share: float


POPULATIONS: Mapping[str, Population] = {
    "ATHL": Population(COHORT, "Intercollegiate Athletes", 0.05),
    "SCHL": Population(COHORT, "Merit Scholarship Holders", 0.08),
    "F1": Population(TAG, "International Student, F-1", 0.06),
    "VETB": Population(TAG, "Veteran Education Benefits", 0.03),
    RESIDENT: Population(TAG, "Residence Hall Contract", 0.25),
    "FGEN": Population(TAG, "First-Generation Student", 0.3),
    "ACCM": Population(TAG, "Registered Accommodations", 0.05),
}


class Membership(NamedTuple):
    """A student in a population."""

    person: Person
    code: str

    @property
    def guid(self) -> str:
        """The GUID of the assignment."""
        return guid_of(f"student-{POPULATIONS[self.code].kept_as}-assignments", self.person.guid, self.code)


def titles(kept_as: str) -> dict[str, str]:
    """The code table of tags or of cohorts."""
    return {code: each.title for code, each in POPULATIONS.items() if each.kept_as == kept_as}


def belongs(person: Person, code: str) -> bool:
    """Whether a student is in a population."""
    return falls_to(POPULATIONS[code].share, "population", code, person.guid)


def _memberships(person: Person, kept_as: str) -> Iterator[Membership]:
    return (Membership(person, code) for code in titles(kept_as) if belongs(person, code))


def list_tags(state: BannerState) -> list[Membership]:
    """Every tag of every student."""
    return [each for person in list_students(state) for each in _memberships(person, TAG)]


def list_cohorts(state: BannerState) -> list[Membership]:
    """Every cohort of every student."""
    return [each for person in list_students(state) for each in _memberships(person, COHORT)]


def tags_of(state: BannerState, guid: str) -> list[Membership]:
    """The tags of a person."""
    return list(_memberships(state.persons[guid], TAG)) if guid in state.persons else []


def cohorts_of(state: BannerState, guid: str) -> list[Membership]:
    """The cohorts of a person."""
    return list(_memberships(state.persons[guid], COHORT)) if guid in state.persons else []


def _since(state: BannerState) -> date:
    return state.calendar.terms[state.calendar.current].start_on


def show_tag(state: BannerState, row: Membership) -> Json:
    """A tag of a student."""
    return {
        "id": row.guid,
        "person": reference(row.person.guid),
        "tag": reference(guid_of("student-tags", row.code)),
        "startOn": _since(state).isoformat(),
    }


def show_cohort(state: BannerState, row: Membership) -> Json:
    """A cohort of a student."""
    return {
        "id": row.guid,
        "person": reference(row.person.guid),
        "cohort": reference(guid_of("student-cohorts", row.code)),
        "academicLevel": reference(level_guid(row.person.level)),
        "startOn": _since(state).isoformat(),
    }
