"""Changes that make or move a place: course shells, sections, cross-lists and dates (S180 to S194)."""

from agents.roster.campus import Campus
from agents.roster.course_dates import DateCase, instant_text
from agents.roster.section_checks import MissingPlace
from agents.roster.wording import CERTAIN, topic_of
from domain.changes import Change, CreateCourse, CreateSection, CrossList, RelinkSection, Tier, UpdateDates
from domain.evidence import Evidence
from domain.findings import DiscrepancyType
from domain.ids import RuleId, SectionKey, SisCourseId
from domain.images import Image
from domain.institution import DepartmentTemplate, Institution
from domain.lms import CourseState
from domain.records import Section
from domain.rules.cross_lists import primary_of
from domain.rules.sections import expected_dates

Proof = tuple[Evidence, ...]


def plan_place(campus: Campus, place: MissingPlace, proof: Proof) -> tuple[Change, ...]:
    """Return the course, where it is missing too, and then its sections (S63, S179)."""
    sections = [campus.sections[key] for key in place.keys]
    made: list[Change] = []
    if place.course_missing:
        owner = next((each for each in sections if each.own_course_id == place.course), primary_of(sections))
        made.append(plan_course(owner, place.course, campus.institution, proof))
    return (*made, *(plan_section(section, place.course, proof) for section in sections))


def plan_course(section: Section, course: SisCourseId, institution: Institution, proof: Proof) -> CreateCourse:
    """Return the shell of a section's course from its department's template (S191, S194, E8, E11)."""
    template = institution.template(section.department) or DepartmentTemplate(
        department=section.department, account=institution.default_account
    )
    start_at, end_at = expected_dates(section, institution)
    state = CourseState.AVAILABLE if template.publish else CourseState.UNPUBLISHED
    return CreateCourse(
        **_common(DiscrepancyType.ENROLLMENT_WITHOUT_LMS_COURSE, "S35", Tier.AUTO, proof),
        course=course,
        name=section.title,
        course_code=f"{section.subject}{section.course_number}",
        term=section.key.term,
        account=template.account,
        integration_id=integration_id(section),
        start_at=start_at,
        end_at=end_at,
        publish=template.publish,
        template=template.template_course,
        before=Image.absent(),
        after=Image(fields={"state": state.value}),
    )


def integration_id(section: Section) -> str:
    """Return the id that names a section in the whole account: with its term, because a CRN repeats (E11)."""
    return f"BANNER_{section.key.term}_{section.key.crn}"


def plan_section(section: Section, course: SisCourseId, proof: Proof) -> CreateSection:
    """Return a section inside its course; its dates are those of the course."""
    return CreateSection(
        **_common(DiscrepancyType.ENROLLMENT_WITHOUT_LMS_COURSE, "S35", Tier.AUTO, proof),
        section=section.key,
        course=course,
        name=f"{section.subject}{section.course_number}-{section.sequence} {section.title}",
        before=Image.absent(),
        after=Image(fields={"course": course}),
    )


def plan_cross_list(section: Section, expected: SisCourseId, found: str, proof: Proof) -> CrossList:
    """Return the move of a section to the course it is taught in, or back to its own (R38 to R40)."""
    return CrossList(
        **_common(DiscrepancyType.CROSS_LIST_MISMATCH, "R40", Tier.PROPOSE, proof),
        section=section.key,
        course=expected,
        undo=expected == section.own_course_id,
        before=Image(fields={"course": found}),
        after=Image(fields={"course": expected}),
    )


def plan_relink(section: Section, old: SectionKey, proof: Proof) -> RelinkSection:
    """Return the new id for the LMS section that a class made anew already has (R37)."""
    return RelinkSection(
        **_common(DiscrepancyType.SECTION_RECREATED, "R37", Tier.PROPOSE, proof),
        section=section.key,
        from_section=old,
        before=Image(fields={"sis_id": old.sis_section_id}),
        after=Image(fields={"sis_id": section.key.sis_section_id}),
    )


def plan_dates(case: DateCase, tier: Tier, proof: Proof) -> UpdateDates:
    """Return the SIS dates for whatever holds the dates that differ: the section's own, else its course's (S249)."""
    start_at, end_at = case.expected
    own = any(case.section_dates)
    found = case.section_dates if own else case.found
    before = {"start_at": instant_text(found[0]), "end_at": instant_text(found[1])}
    after = {"start_at": instant_text(start_at), "end_at": instant_text(end_at)}
    return UpdateDates(
        **_common(DiscrepancyType.DATE_VARIANCE, "S249", tier, proof),
        section=case.section.key,
        course=None if own else case.course,
        start_at=start_at,
        end_at=end_at,
        before=Image(fields=before),
        after=Image(fields=after),
    )


def _common(kind: DiscrepancyType, rule: str, tier: Tier, proof: Proof) -> dict[str, object]:
    return {
        "rule": RuleId(rule),
        "tier": tier,
        "topic": topic_of(kind),
        "evidence": proof,
        "confidence": CERTAIN.confidence,
        "confidence_basis": CERTAIN.basis,
    }
