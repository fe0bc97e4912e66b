"""The course of a cancelled section: offered for archiving once nobody else uses it, never deleted (R36)."""

from collections.abc import Iterable, Sequence

from agents.roster.campus import Campus
from agents.roster.detected import Difference
from agents.roster.wording import CERTAIN, topic_of
from domain.changes import ArchiveCourse, Tier
from domain.evidence import Evidence
from domain.findings import DiscrepancyType
from domain.ids import RuleId, SectionKey, SisCourseId
from domain.images import Image
from domain.lms import CourseState, LmsCourse
from domain.records import SectionStatus
from store.staging_tables import section_text


def offer_archives(campus: Campus, differences: Sequence[Difference]) -> list[Difference]:
    """Add the archiving of its course to the first difference of each cancelled section (R36)."""
    first: dict[SectionKey | None, int] = {}
    for place, difference in enumerate(differences):
        if difference.discrepancy.type is DiscrepancyType.CANCELLED_SECTION:
            first.setdefault(difference.discrepancy.section, place)
    places = frozenset(first.values())
    return [_with_archive(campus, each) if place in places else each for place, each in enumerate(differences)]


def _with_archive(campus: Campus, difference: Difference) -> Difference:
    section = difference.discrepancy.section
    course = campus.course_of(section_text(section)) if section else None
    if section is None or course is None or course.sis_course_id is None or is_used(campus, course):
        return difference
    archive = plan_archive(section, course.sis_course_id, course.state, difference.discrepancy.evidence)
    return difference.model_copy(update={"remedy": (*difference.remedy, archive)})


def is_used(campus: Campus, course: LmsCourse) -> bool:
    """Tell whether a section that is not cancelled hangs in the course."""
    keys = (key for key, found in campus.lms_sections.items() if found.course == course.id)
    sections = (campus.sections.get(key) for key in keys)
    return any(section is None or section.status is not SectionStatus.CANCELLED for section in sections)


def plan_archive(
    section: SectionKey, course: SisCourseId, state: CourseState, proof: Iterable[Evidence]
) -> ArchiveCourse:
    """Return the conclusion of a course; its work stays readable."""
    return ArchiveCourse(
        rule=RuleId("R36"),
        tier=Tier.PROPOSE,
        topic=topic_of(DiscrepancyType.CANCELLED_SECTION),
        evidence=tuple(proof),
        confidence=CERTAIN.confidence,
        confidence_basis=CERTAIN.basis,
        section=section,
        course=course,
        before=Image(fields={"state": state.value}),
        after=Image(fields={"state": CourseState.COMPLETED.value}),
    )
