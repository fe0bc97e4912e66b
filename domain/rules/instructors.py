"""Who teaches: linked sections, independent study, a lone assistant, a removed instructor, a student with rights.

Rules R41, R42, R45, R46 and R59.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.findings import DiscrepancyType
from domain.ids import SisPersonId
from domain.lms import LmsState
from domain.records import Section, SectionInstructor
from domain.rules.facts import LIVE_STATES, Facts, Provenance, RoleRelation
from domain.rules.verdict import Verdict, agree, ask, note, offer


def teaching_staff(section: Section, lecture: Section | None) -> tuple[SectionInstructor, ...]:
    """Return everyone who teaches a section: its own instructors and the primary one of its lecture (R41).

    ``lecture`` is the section it is linked to, None where it stands alone.
    """
    inherited = [person for person in lecture.instructors if person.primary] if lecture else []
    own = {person.sis_id for person in section.instructors}
    return (*section.instructors, *(person for person in inherited if person.sis_id not in own))


def independent_study_instructors(section: Section) -> tuple[SisPersonId, ...]:
    """Return those who need a section of their own: every instructor of an independent study (R42)."""
    return tuple(person.sis_id for person in section.instructors) if section.independent_study else ()


def shares_study(section: Section) -> bool:
    """Tell whether an independent study has several instructors, who need a section each (R42)."""
    return len(independent_study_instructors(section)) > 1


def lost_study(section: Section) -> bool:
    """Tell whether an independent study has lost its instructor, which withdraws its section (R42)."""
    return section.independent_study and not section.instructors


def lacks_teacher(staff: Sequence[SectionInstructor]) -> bool:
    """Tell whether only assistants are assigned, so that nobody holds teacher rights (R45)."""
    return bool(staff) and all(person.assistant for person in staff)


def grace_over(since: datetime | None, now: datetime, grace_days: int) -> bool:
    """Tell whether a wrong teaching role has lasted beyond the grace window; an unknown age counts as over (R59)."""
    return since is None or now - since > timedelta(days=grace_days)


def judge_not_teaching(facts: Facts) -> Verdict:
    """Decide about a teaching row that the SIS does not give: never ended without a person's word (R46, R53, R59).

    A student's teaching row stands in the report until the grace window is over. One that a person made is then a
    question to people: the feed may not end it whoever approves.
    """
    manual = facts.provenance is Provenance.MANUAL
    if facts.state not in LIVE_STATES:
        return agree("R46")
    if facts.relation is RoleRelation.CROSSED_IN_GRACE:
        return note(DiscrepancyType.ROLE_MISMATCH, "R59")
    if facts.relation is RoleRelation.CROSSED and manual:
        return ask(DiscrepancyType.ROLE_MISMATCH, "R59")
    if facts.relation is RoleRelation.CROSSED:
        return offer(DiscrepancyType.ROLE_MISMATCH, "R59", LmsState.DELETED)
    if manual:
        return agree("R53")
    return offer(DiscrepancyType.ACTIVE_IN_LMS_DROPPED_IN_SIS, "R46", LmsState.COMPLETED)
