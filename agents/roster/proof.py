"""The evidence on one case: what each system said, when it was read, and which date decided (S70)."""

from datetime import timedelta

from agents.roster.campus import Campus
from agents.roster.cases import Case, is_teaching
from agents.roster.wording import BY_HAND, CERTAIN, LEFT_OVER, Certainty
from domain.calendar import census_on, local_day
from domain.evidence import Evidence
from domain.findings import DiscrepancyType
from domain.ids import SectionKey
from domain.lms import LmsState
from domain.rules.facts import Expectation, Provenance, RoleRelation, SectionStanding
from domain.rules.registrations import LEFT, is_late_add, is_valid_by_override

CENSUS_RULES = frozenset({"R48", "R49", "R50"})


def prove(campus: Campus, case: Case) -> tuple[Evidence, ...]:
    """Return what both systems showed, and the census date where the rule turns on it."""
    evidence = (_sis_evidence(campus, case), _lms_evidence(campus, case))
    calendar = _calendar_evidence(campus, case) if case.verdict.rule in CENSUS_RULES else None
    return (*evidence, calendar) if calendar else evidence


def _sis_evidence(campus: Campus, case: Case) -> Evidence:
    teaching = case.facts.expectation.teaching
    source = campus.snapshots.sections if teaching else campus.snapshots.registrations
    noun = "assignment" if teaching else "registration"
    return Evidence(
        source=source.source,
        record=f"{noun} {case.section} {case.person}",
        shows=_teaching_words(case) if teaching else _registration_words(case),
        read_at=source.read_at,
    )


def _registration_words(case: Case) -> str:
    known = case.registration
    if known is None:
        return "no registration"
    since = f" since {known.status_on}" if known.status_on else ", no date"
    audit = ", audit" if case.facts.expectation is Expectation.AUDITOR else ""
    return f"{known.status.value}{since}{audit}"


def _teaching_words(case: Case) -> str:
    role = case.facts.expectation.role
    return f"assigned as {role.value}" if role else "no assignment"


def _lms_evidence(campus: Campus, case: Case) -> Evidence:
    rows = [f"{row.role.value} {row.state.value}{'' if row.made_by_sis else ' by hand'}" for row in case.rows]
    return Evidence(
        source=campus.snapshots.enrollments.source,
        record=f"enrolment {case.section} {case.person}",
        shows="; ".join(rows) or _absence_words(case),
        read_at=campus.snapshots.enrollments.read_at,
    )


def _absence_words(case: Case) -> str:
    return "no section" if case.facts.section is SectionStanding.NO_LMS_SECTION else "no row"


def _calendar_evidence(campus: Campus, case: Case) -> Evidence | None:
    section = campus.sections.get(case.key.section)
    day = census_on(section, campus.institution) if section else None
    shows = f"census {day}" if day else "no census date"
    part = section.part if section else "unknown"
    return Evidence(
        source="calendar", record=f"part of term {part} {case.section.term}", shows=shows, read_at=campus.now
    )


def certainty_of(case: Case) -> Certainty:
    """Say how sure the verdict is and why."""
    if case.verdict.type is DiscrepancyType.UNKNOWN:
        return LEFT_OVER
    if case.facts.relation.crossed and case.facts.state is LmsState.ABSENT:
        return CERTAIN  # the row made by hand is another one, and stays
    return BY_HAND if case.rows and case.facts.provenance is Provenance.MANUAL else CERTAIN


def details_of(campus: Campus, case: Case) -> dict[str, str]:
    """Return the codes and dates a person needs to judge the case; never a name or an id of a person."""
    known = case.registration
    section = campus.sections.get(case.key.section)
    details = {
        "sis": known.status.value if known else case.facts.expectation.name.lower(),
        "lms": case.facts.state.value,
        "role": case.role.value,
        "wanted": case.verdict.wanted.value if case.verdict.wanted else "",
        "provenance": case.facts.provenance.name.lower(),
    }
    if known and known.status in LEFT:
        details["left_on"] = str(known.status_on or "")
    if known and known.last_attended_on:
        details["last_attended_on"] = str(known.last_attended_on)
    if known and section and is_late_add(known, section.start_on):
        details["late_add"] = str(known.registered_on)
    if known and is_valid_by_override(known):
        details["override"] = "yes"
    if case.facts.relation is RoleRelation.CROSSED_IN_GRACE and case.facts.expectation.teaching:
        details["grace_until"] = _grace_end(campus, case)
    return details


def _grace_end(campus: Campus, case: Case) -> str:
    """Return the day on which a wrong teaching role has lasted for the whole grace window (R59)."""
    made = max((row.created_at for row in case.rows if is_teaching(row) and row.created_at), default=None)
    days = campus.institution.wrong_role_grace_days
    return str(local_day(made + timedelta(days=days), campus.institution.zone)) if made else ""


def subject_of(section: SectionKey, case: Case) -> str:
    """Return the natural key of an enrolment in words."""
    return f"enrolment {section} {case.person}"
