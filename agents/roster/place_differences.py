"""Differences about sections and courses, each with both systems' word on it and the changes that settle it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from agents.roster.campus import Campus
from agents.roster.cases import Case
from agents.roster.course_dates import DateCase, instant_text
from agents.roster.detected import Difference
from agents.roster.exposure import Exposure
from agents.roster.place_changes import plan_cross_list, plan_dates, plan_place, plan_relink
from agents.roster.remedies import plan_remedy
from agents.roster.section_checks import MissingPlace
from agents.roster.wording import CERTAIN
from domain.changes import Change, Tier
from domain.evidence import Evidence
from domain.findings import Discrepancy, DiscrepancyType, Handling
from domain.ids import RuleId, SectionKey, SisCourseId
from domain.lms import LmsCourse
from domain.records import Section
from domain.rules.cross_lists import moving_warning
from domain.rules.sections import DateVerdict


class Place(NamedTuple):
    """The section and course a difference is about, the rule, and what the SIS and the LMS say of it."""

    kind: DiscrepancyType
    rule: str
    section: SectionKey
    course: SisCourseId
    sis: str
    lms: str


def missing_place(campus: Campus, missing: MissingPlace, cases: Sequence[Case]) -> Difference:
    """Return a section or a course that must be made, with the enrolments that wait for it (S35, S179)."""
    sections = [campus.sections[key] for key in missing.keys]
    owner = next((each for each in sections if each.own_course_id == missing.course), sections[0])
    lms = "no course" if missing.course_missing else "course without this section"
    kind = DiscrepancyType.ENROLLMENT_WITHOUT_LMS_COURSE
    place = Place(kind, "S179", owner.key, missing.course, "section scheduled", lms)
    proof = evidence_of(campus, place)
    rows = [change for case in cases for change in plan_remedy(case, proof)]
    details = {"sections": " ".join(str(each.key) for each in sections), "enrolments": str(len(rows))}
    remedy = (*plan_place(campus, missing, proof), *rows)
    return word_place(campus, place, (Tier.AUTO, Handling.PROVISION), remedy, details)


def recreated_section(campus: Campus, key: str, old: SectionKey, cases: Sequence[Case]) -> Difference:
    """Return a section made anew: its old LMS section keeps the work and is offered the new id (R37)."""
    section = campus.sections[key]
    course = campus.homes[section.key]
    sis = f"section {section.key} scheduled, {old} not listed"
    place = Place(DiscrepancyType.SECTION_RECREATED, "R37", section.key, course, sis, f"section {old} in its course")
    change = plan_relink(section, old, evidence_of(campus, place))
    details = {"found": str(old), "enrolments": str(len(cases))}
    found = word_place(campus, place, (Tier.PROPOSE, Handling.PROPOSE), (change,), details)
    return found.model_copy(update={"discrepancy": found.discrepancy.model_copy(update={"other_section": old})})


def concluded_course(campus: Campus, course: SisCourseId, keys: Sequence[str], cases: Sequence[Case]) -> Difference:
    """Return a course that ended early; it takes no writes, so a person must reopen it first (R44)."""
    section = campus.sections[keys[0]]
    sis = f"taught until {section.end_on}"
    place = Place(DiscrepancyType.CONCLUDED_SECTION, "R44", section.key, course, sis, "course concluded")
    details = {"sections": " ".join(str(campus.sections[key].key) for key in keys), "enrolments": str(len(cases))}
    return word_place(campus, place, (Tier.PROPOSE, Handling.TICKET), (), details)


def misplaced_section(
    campus: Campus, section: Section, course: LmsCourse, enrolments: int, exposed: int = 0
) -> Difference:
    """Return a section under the wrong course, with what moving it leaves behind (R38, R40).

    ``exposed`` is the number of students who see a class there that they do not meet, until it is moved (R19).
    """
    expected, found = campus.homes[section.key], course.sis_course_id or ""
    kind = DiscrepancyType.CROSS_LIST_MISMATCH
    place = Place(
        kind, "R40", section.key, expected, f"taught in {expected}", f"taught in {found or 'a course without id'}"
    )
    details = {"expected": expected, "found": found, "warning": moving_warning(enrolments, last_activity=True)}
    if exposed:
        details["exposed"] = f"{exposed} students see a class they do not meet (R19)"
    change = plan_cross_list(section, expected, found, evidence_of(campus, place))
    return word_place(campus, place, (Tier.PROPOSE, Handling.PROPOSE), (change,), details)


def exposed_course(campus: Campus, exposure: Exposure) -> Difference:
    """Return a course in which students of sections that do not meet see each other: to be limited or parted (R19)."""
    first = exposure.sections[0]
    sis = f"{len(exposure.sections)} sections that do not meet together"
    lms = f"{exposure.students} students see beyond their own section"
    place = Place(DiscrepancyType.SECTIONS_EXPOSED, "R19", first.key, exposure.course, sis, lms)
    details = {"sections": " ".join(str(each.key) for each in exposure.sections), "exposed": str(exposure.students)}
    return word_place(campus, place, (Tier.PROPOSE, Handling.TICKET), (), details)


def wrong_dates(campus: Campus, case: DateCase) -> Difference:
    """Return course dates off the calendar: corrected within the tolerance, offered beyond it (S249)."""
    within = case.verdict is DateVerdict.WITHIN_TOLERANCE
    tier, handling = (Tier.AUTO, Handling.CORRECT) if within else (Tier.PROPOSE, Handling.PROPOSE)
    sis, lms = (" to ".join(instant_text(date) or "open" for date in dates) for dates in (case.expected, case.found))
    place = Place(DiscrepancyType.DATE_VARIANCE, "S249", case.section.key, case.course, sis, lms)
    change = plan_dates(case, tier, evidence_of(campus, place))
    return word_place(campus, place, (tier, handling), (change,), {"sis": sis, "lms": lms})


def word_place(
    campus: Campus,
    place: Place,
    reach: tuple[Tier, Handling],
    remedy: Sequence[Change],
    details: Mapping[str, str],
) -> Difference:
    """Return one difference about a place; ``reach`` is its tier and handling."""
    discrepancy = Discrepancy(
        type=place.kind,
        subject=f"section {place.section} course {place.course}",
        rule=RuleId(place.rule),
        tier=reach[0],
        handling=reach[1],
        confidence=CERTAIN.confidence,
        confidence_basis=CERTAIN.basis,
        evidence=evidence_of(campus, place),
        detected_at=campus.now,
        section=place.section,
        course=place.course,
        details=dict(details),
    )
    return Difference(discrepancy=discrepancy, remedy=tuple(remedy))


def evidence_of(campus: Campus, place: Place) -> tuple[Evidence, Evidence]:
    """Return what both systems say of a place (S70)."""
    sis, lms = campus.snapshots.sections, campus.snapshots.courses
    return (
        Evidence(source=sis.source, record=f"section {place.section}", shows=place.sis, read_at=sis.read_at),
        Evidence(source=lms.source, record=f"course {place.course}", shows=place.lms, read_at=lms.read_at),
    )
