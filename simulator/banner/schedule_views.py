"""The schedule as Ethos shows it: terms, subjects, courses, sections, instructors, cross-lists and units."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from simulator.banner.letters import SCHEMES, scheme_guid
from simulator.banner.state import BannerState
from simulator.banner.tables import Assignment, Course, Crosslist, Department, Section, SectionKey, guid_of
from simulator.banner.wire import Json, reference, without_blanks
from simulator.world.calendar import FULL, PartOfTerm, Term, preceding_term

TITLE_TYPE = guid_of("section-title-types", "short")


class Period(NamedTuple):
    """A term, or one of its halves."""

    guid: str
    term: Term
    part: PartOfTerm

    @property
    def is_term(self) -> bool:
        """Whether this is the term itself."""
        return self.part.code == FULL


def period_guid(term: str, part: str = FULL) -> str:
    """The GUID of a term, or of one of its halves."""
    return guid_of("academic-periods", term) if part == FULL else guid_of("academic-periods", term, part)


def list_periods(state: BannerState) -> list[Period]:
    """All terms and their halves."""
    return [
        Period(period_guid(term.code, part.code), term, part)
        for term in state.calendar.terms.values()
        for part in term.parts
    ]


def show_period(state: BannerState, row: Period) -> Json:
    """An academic period with its census date."""
    today = _today(state)
    open_now = row.term.schedule_published_on <= today <= row.part.add_drop_end_on
    preceding = preceding_term(row.term.code)
    category: Json = {"type": "term" if row.is_term else "subterm"}
    if not row.is_term:
        category["parent"] = reference(period_guid(row.term.code))
    elif preceding in state.calendar.terms:
        category["preceding"] = reference(period_guid(preceding))
    return {
        "id": row.guid,
        "code": row.term.code if row.is_term else f"{row.term.code}-{row.part.code}",
        "title": row.term.title if row.is_term else f"{row.term.title}, {row.part.title}",
        "startOn": row.part.start_on.isoformat(),
        "endOn": row.part.end_on.isoformat(),
        "category": category,
        "registration": "open" if open_now else "closed",
        "censusDates": [row.part.census_on.isoformat()],
    }


def show_subject(_state: BannerState, row: Department) -> Json:
    """A subject code."""
    return {"id": row.subject_guid, "abbreviation": row.code, "title": row.title}


def show_unit(_state: BannerState, row: Department) -> Json:
    """A department."""
    return {"id": row.guid, "code": row.code, "title": row.title, "type": "department"}


def show_course(_state: BannerState, row: Course) -> Json:
    """A catalogue course."""
    return {
        "id": row.guid,
        "titles": [{"type": reference(TITLE_TYPE), "value": row.title}],
        "subject": reference(row.department.subject_guid),
        "number": row.number,
        "credits": [{"measure": "credit", "minimum": row.credits}],
        "academicLevels": [reference(level_guid(level_of(row)))],
        "owningInstitutionUnits": [_owner(row)],
    }


def level_of(course: Course) -> str:
    """Graduate courses are numbered from 500."""
    return "GR" if course.number >= "500" else "UG"


def level_guid(level: str) -> str:
    """The GUID of an academic level."""
    return guid_of("academic-levels", level)


def _schemes(course: Course) -> list[str]:
    """Undergraduate courses can be taken as pass or fail, all can be audited."""
    schemes = SCHEMES if level_of(course) == "UG" else [code for code in SCHEMES if code != "P"]
    return [scheme_guid(code) for code in schemes]


def _owner(course: Course) -> Json:
    return {"institutionUnit": reference(course.department.guid), "ownershipPercentage": 100}


def _today(state: BannerState) -> date:
    return state.calendar.local_day(state.clock.now())


def section_category(state: BannerState, row: Section) -> str:
    """What a section's status means: cancelled, pending, closed for being full, or open."""
    if row.status == "cancelled":
        return "cancelled"
    if not state.is_published(row):
        return "pending"
    return "closed" if row.seats_taken >= row.capacity else "open"


def show_section(state: BannerState, row: Section) -> Json:
    """A section; see the package's page for the properties that vendors leave open."""
    part = state.calendar.terms[row.key.term].part(row.part)
    category = section_category(state, row)
    return without_blanks(
        {
            "id": row.guid,
            "titles": [{"type": reference(TITLE_TYPE), "value": row.title}],
            "code": row.key.crn,
            "number": row.sequence,
            "course": reference(row.course.guid),
            "academicPeriod": reference(period_guid(row.key.term, row.part)),
            "reportingAcademicPeriod": reference(period_guid(row.key.term)),
            "startOn": part.start_on.isoformat(),
            "endOn": part.end_on.isoformat(),
            "censusDates": [part.census_on.isoformat()],
            "credits": [{"measure": "credit", "minimum": 0 if row.primary else row.course.credits}],
            "academicLevels": [reference(level_guid(level_of(row.course)))],
            "gradeSchemes": [reference(guid) for guid in _schemes(row.course)],
            "instructionalPlatform": reference(guid_of("instructional-platforms", row.platform)),
            "instructionalMethods": [reference(guid_of("instructional-methods", row.method))],
            "status": {"category": category, "detail": reference(guid_of("section-statuses", category))},
            "maxEnrollment": row.capacity,
            "reservedSeatsMaximum": 0,
            "waitlist": _waitlist(row),
            "crossListed": "crossListed" if row.crosslist else "notCrossListed",
            "owningInstitutionUnits": [_owner(row.course)],
            "alternateIds": _alternate_ids(row),
            "linkage": _linkage(state, row),
        }
    )


def _waitlist(row: Section) -> Json:
    return {
        "waitlistMaximum": row.waitlist_capacity,
        "eligible": "eligible" if row.waitlist_capacity else "notEligible",
        "status": "open" if row.seats_taken >= row.capacity else "closed",
    }


def _link_group(key: SectionKey) -> str:
    return f"L{key.crn}"


def _alternate_ids(row: Section) -> list[Json]:
    ids: list[Json] = [{"title": "CRN", "value": row.key.crn}]
    if row.primary or row.has_labs:
        ids.append({"title": "Link Identifier", "value": _link_group(row.primary or row.key)})
    return ids


def _linkage(state: BannerState, row: Section) -> Json | None:
    if not row.primary and not row.has_labs:
        return None
    primary = state.sections[row.primary] if row.primary else row
    return {
        "type": "secondary" if row.primary else "primary",
        "group": _link_group(primary.key),
        "primarySection": reference(primary.guid),
    }


def list_instructors(state: BannerState) -> list[Assignment]:
    """Assignments to sections that exist."""
    return list(state.assignments.values())


def show_instructor(state: BannerState, row: Assignment) -> Json:
    """An instructor's assignment."""
    return without_blanks(
        {
            "id": row.guid,
            "section": reference(state.sections[row.section].guid),
            "instructor": reference(row.person.guid),
            "instructorRole": row.role,
            "responsibilityPercentage": 100 if row.role == "primary" else 0,
            "startOn": row.started_on.isoformat(),
            "endOn": row.ended_on.isoformat() if row.ended_on else None,
        }
    )


def show_crosslist(state: BannerState, row: Crosslist) -> Json:
    """A cross-list group, its primary section first."""
    return {
        "id": row.guid,
        "code": row.code,
        "sections": [
            {
                "section": reference(state.sections[key].guid),
                "type": "secondary" if number else "primary",
            }
            for number, key in enumerate(row.sections)
        ],
        "waitlist": "separate",
        "maxEnrollment": sum(state.sections[key].capacity for key in row.sections),
    }


def sections_in(state: BannerState, period: str) -> Iterator[Section]:
    """Sections of a term, subterms included, or of one subterm, by the period's GUID."""
    periods = {row.guid: row for row in list_periods(state)}
    wanted = periods.get(period)
    if wanted is None:
        return
    for section in state.sections.values():
        if section.key.term == wanted.term.code and (wanted.is_term or section.part == wanted.part.code):
            yield section
