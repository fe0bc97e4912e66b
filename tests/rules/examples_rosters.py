"""Examples of the rules about enrolments, other schools and bulk safety (R48 to R70, R114)."""

from datetime import UTC, date, datetime, timedelta

from domain import calendar
from domain.changes import Tier
from domain.findings import DiscrepancyType, Handling
from domain.institution import WaitlistPractice
from domain.lms import LmsRole, LmsState
from domain.records import (
    GradeMode,
)
from domain.rules import (
    bulk,
    instructors,
    ordering,
    provenance,
    registrations,
    schools,
)
from domain.rules.decision import decide
from domain.rules.facts import Expectation, Provenance, RoleRelation
from domain.rules.registrations import CensusSide
from tests.agents.world import CENSUS, LIMITS, NOW, institution
from tests.rules.situation import (
    AGAIN,
    FIRST,
    HOLD,
    LATER,
    LECTURE,
    TODAY,
    Example,
    S,
    facts,
    means,
    registered,
)

ROSTERS: tuple[Example, ...] = (
    Example("R48", "on the census day", lambda: registrations.census_side(CENSUS, CENSUS), CensusSide.ON_OR_BEFORE),
    Example("R48", "no record", lambda: means(S.DROPPED, CensusSide.ON_OR_BEFORE), Expectation.GONE),
    Example(
        "R49", "the day after", lambda: registrations.census_side(CENSUS + timedelta(days=1), CENSUS), CensusSide.AFTER
    ),
    Example("R49", "work is kept", lambda: means(S.DROPPED, CensusSide.AFTER), Expectation.WITHDRAWN),
    Example("R50", "no date", lambda: registrations.census_side(None, CENSUS), CensusSide.UNKNOWN),
    Example("R50", "no guess", lambda: means(S.WITHDRAWN), Expectation.UNDATED),
    Example("R51", "registered again", lambda: ordering.current_registration([FIRST, AGAIN]), AGAIN),
    Example("R51", "the later of two drops", lambda: ordering.current_registration([FIRST, LATER]), LATER),
    Example("R52", "an older event", lambda: ordering.is_newer(AGAIN, FIRST), False),
    Example("R52", "a later change", lambda: ordering.is_newer(LATER, FIRST), True),
    Example("R53", "made by hand", lambda: provenance.may_be_ended(Provenance.MANUAL), False),
    Example("R53", "made by the feed", lambda: provenance.may_be_ended(Provenance.SIS), True),
    Example("R54", "excluded", lambda: means(S.WAITLISTED), Expectation.WAITLISTED),
    Example(
        "R54",
        "a role of its own",
        lambda: means(S.WAITLISTED, waitlist=WaitlistPractice.OWN_ROLE),
        Expectation.WAITLIST_ROLE,
    ),
    Example(
        "R54",
        "after the add period",
        lambda: registrations.waitlist_practice(WaitlistPractice.ACTIVE, add_period_over=True),
        WaitlistPractice.EXCLUDE,
    ),
    Example("R55", "an auditor", lambda: registrations.is_audit(registered(grade_mode=GradeMode.AUDIT)), True),
    Example(
        "R55",
        "no role of their own",
        lambda: registrations.is_audit(registered(grade_mode=GradeMode.AUDIT), LmsRole.STUDENT),
        False,
    ),
    Example("R56", "let in", lambda: registrations.is_valid_by_override(registered(override=True)), True),
    Example(
        "R57",
        "a financial hold",
        lambda: registrations.access_under_holds(Expectation.STUDENT, HOLD),
        Expectation.STUDENT,
    ),
    Example("R57", "a hold that stands", lambda: registrations.standing_holds(HOLD, TODAY), HOLD),
    Example("R57", "not yet", lambda: registrations.standing_holds(HOLD, TODAY - timedelta(days=1)), ()),
    Example("R58", "most of a roster", lambda: bulk.removes_too_many(20, 30, LIMITS), True),
    Example("R59", "within the grace", lambda: instructors.grace_over(NOW - timedelta(days=89), NOW, 90), False),
    Example(
        "R59",
        "reported within the grace",
        lambda: (
            decide(facts(Expectation.NOT_TEACHING, LmsState.ACTIVE, relation=RoleRelation.CROSSED_IN_GRACE)).handling
        ),
        Handling.REPORT,
    ),
    Example(
        "R53",
        "beside a teaching row made by hand the student's own row is settled",
        lambda: (
            decide(
                facts(Expectation.STUDENT, LmsState.ABSENT, relation=RoleRelation.CROSSED, provenance=Provenance.MANUAL)
            ).type
        ),
        DiscrepancyType.MISSING_IN_LMS,
    ),
    Example("R59", "an unknown age", lambda: instructors.grace_over(None, NOW, 90), True),
    Example(
        "R60",
        "after the first day",
        lambda: registrations.is_late_add(registered(registered_on=TODAY), LECTURE.start_on),
        True,
    ),
    Example("R60", "in time", lambda: registrations.is_late_add(registered(), LECTURE.start_on), False),
    Example("R62", "exit on the ninth", lambda: schools.last_attended_on(date(2026, 9, 9)), date(2026, 9, 8)),
    Example("R63", "left on the day of entry", lambda: schools.is_no_show(CENSUS, CENSUS), True),
    Example("R63", "left later", lambda: schools.is_no_show(CENSUS, CENSUS + timedelta(days=1)), False),
    Example("R63", "never came", lambda: means(S.NO_SHOW), Expectation.NO_SHOW),
    Example(
        "R63",
        "offered, not taken",
        lambda: decide(facts(Expectation.NO_SHOW, LmsState.ACTIVE))[1:4],
        ("R63", Tier.PROPOSE, Handling.PROPOSE),
    ),
    Example("R64", "version 1.0 inactive", lambda: schools.oneroster_status("inactive"), S.DROPPED),
    Example("R64", "active", lambda: schools.oneroster_status("Active"), S.REGISTERED),
    Example("R64", "anything else", lambda: schools.oneroster_status("paused"), S.UNKNOWN),
    Example("R65", "an observer", lambda: provenance.is_compared(LmsRole.OBSERVER), False),
    Example("R65", "a student", lambda: provenance.is_compared(LmsRole.STUDENT), True),
    Example("R66", "nothing although something is there", lambda: bulk.is_empty_source(0, 5), True),
    Example("R66", "nothing anywhere", lambda: bulk.is_empty_source(0, 0), False),
    Example("R67", "a few of many", lambda: bulk.removes_too_many(12, 300, LIMITS), False),
    Example("R68", "half gone", lambda: bulk.has_shrunk(49, 100, LIMITS.shrunk_share), True),
    Example("R68", "nothing known", lambda: bulk.has_shrunk(0, None, LIMITS.shrunk_share), False),
    Example("R70", "all there", lambda: bulk.may_conclude_from_absence(complete=True, rows=5, expected=5), True),
    Example(
        "R70", "fewer than announced", lambda: bulk.may_conclude_from_absence(complete=True, rows=4, expected=5), False
    ),
    Example("R70", "cut short", lambda: bulk.may_conclude_from_absence(complete=False, rows=5, expected=None), False),
    Example(
        "R114",
        "the last second on campus",
        lambda: calendar.day_end(CENSUS, institution().zone),
        datetime(2026, 9, 15, 3, 59, 59, tzinfo=UTC),
    ),
)
