"""The one decision about one person in one section, from facts alone.

Order matters: first what is none of our business, then what the row itself says, then what stands in the way of
acting on it. The same function is tabulated for bulk comparison, see ``domain.rules.table``.
"""

from domain.changes import Tier
from domain.findings import DiscrepancyType, Handling
from domain.ids import RuleId
from domain.lms import LmsState
from domain.rules.departures import judge_departed
from domain.rules.enrolments import judge_expected
from domain.rules.facts import LIVE_STATES, Expectation, Facts, PersonStanding, Provenance, SectionStanding
from domain.rules.instructors import judge_not_teaching
from domain.rules.provenance import judge_unregistered
from domain.rules.verdict import Verdict, agree, ask, offer, provision


def decide(facts: Facts) -> Verdict:
    """Return the verdict on one person in one section (S71, S198, S247)."""
    not_ours = _judge_scope(facts)
    if not_ours is not None:
        return not_ours
    if facts.section is SectionStanding.CANCELLED:
        return _judge_cancelled(facts)
    verdict = _judge_row(facts)
    return verdict if verdict.silent else _judge_obstacles(facts, verdict)


def _judge_scope(facts: Facts) -> Verdict | None:
    """Sections and people outside the feed stay as they are; a changed id is settled before its rows (R3)."""
    if facts.section in _NOT_OURS:
        return agree(_NOT_OURS[facts.section])
    if facts.person is PersonStanding.NOT_PROVISIONED:
        return agree("R8")
    if facts.person is PersonStanding.SIS_ID_CHANGED:
        return agree("R3")
    if facts.person is PersonStanding.UNKNOWN_TO_SIS and facts.provenance is Provenance.MANUAL:
        return agree("R53")
    return None


_NOT_OURS = {
    SectionStanding.TERM_CLOSED: "R34",
    SectionStanding.TERM_AHEAD: "R32",
    SectionStanding.OTHER_LMS: "R43",
    SectionStanding.UNPUBLISHED: "R35",
    SectionStanding.UNKNOWN_TO_SIS: "R37",
}


def _judge_cancelled(facts: Facts) -> Verdict:
    """Whoever the feed left in a cancelled section; nothing is made there, nothing is taken away unasked (R36)."""
    if facts.state not in LIVE_STATES:
        return agree("R36")
    if facts.provenance is Provenance.MANUAL:
        return agree("R53")
    return offer(DiscrepancyType.CANCELLED_SECTION, "R36", LmsState.DELETED)


def _judge_row(facts: Facts) -> Verdict:
    if facts.expectation.role is not None:
        return judge_expected(facts)
    if facts.expectation in {Expectation.ABSENT, Expectation.IN_LAB}:
        return judge_unregistered(facts)
    if facts.expectation is Expectation.NOT_TEACHING:
        return judge_not_teaching(facts)
    if facts.expectation is Expectation.UNREADABLE:
        return ask(DiscrepancyType.UNKNOWN, "S247")
    return judge_departed(facts)


def _judge_obstacles(facts: Facts, verdict: Verdict) -> Verdict:
    """Replace a verdict that cannot be carried out as it stands by what must come first.

    Rules R4, R5, R7, R44, S63 and S179.
    """
    if facts.section is SectionStanding.CONCLUDED:
        return ask(DiscrepancyType.CONCLUDED_SECTION, "R44")
    if verdict.wants_access and facts.person in _PERSON_FIRST:
        return _PERSON_FIRST[facts.person]
    if facts.section is SectionStanding.NO_LMS_SECTION:
        return _WITHOUT_COURSE if verdict.wants_access else agree("S179")
    without_account = facts.person in _PERSON_FIRST and facts.state is LmsState.ABSENT
    return agree("S63") if without_account else verdict


_WITHOUT_COURSE = provision(DiscrepancyType.ENROLLMENT_WITHOUT_LMS_COURSE, "S179")
_PERSON_FIRST = {
    PersonStanding.NO_LOGIN: Verdict(DiscrepancyType.MISSING_LOGIN, RuleId("R7"), Tier.AUTO, Handling.REQUEUE),
    PersonStanding.LOGIN_CLAIMED: ask(DiscrepancyType.DUPLICATE_ACCOUNT, "R5"),
    PersonStanding.NO_ACCOUNT: provision(DiscrepancyType.MISSING_ACCOUNT, "S63"),
    PersonStanding.ID_HELD: Verdict(DiscrepancyType.SIS_ID_HELD, RuleId("R4"), Tier.PROPOSE, Handling.PROPOSE),
}
