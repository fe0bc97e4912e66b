"""Which cases stand although some source is incomplete: those that do not rest on something missing there (R70)."""

from agents.roster.cases import Case
from agents.roster.trust import Trust
from domain.findings import DiscrepancyType
from domain.lms import LmsState
from domain.rules.facts import Expectation

_WITHOUT = {
    DiscrepancyType.MISSING_ACCOUNT: "users",
    DiscrepancyType.SIS_ID_HELD: "users",
    DiscrepancyType.MISSING_LOGIN: "people",
    DiscrepancyType.ENROLLMENT_WITHOUT_LMS_COURSE: "lms_sections",
}


def is_believable(case: Case, trust: Trust) -> bool:
    """Tell whether everything the case rests on really arrived (R70)."""
    section = case.key.section
    return not trust.leaves_out(section) and all(trust.proves_absence(source, section) for source in _rests_on(case))


def _rests_on(case: Case) -> list[str]:
    """Return the sources in which the case says that something is missing."""
    sources = [_WITHOUT[case.verdict.type]] if case.verdict.type in _WITHOUT else []
    if case.facts.state is LmsState.ABSENT:
        sources.append("enrollments")
    if case.facts.expectation is Expectation.ABSENT:
        sources.append("registrations")
    if case.facts.expectation is Expectation.NOT_TEACHING:
        sources.append("sections")
    return sources
