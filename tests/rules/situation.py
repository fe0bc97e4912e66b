"""A few people and sections about whom the examples of the rules ask."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from domain.ids import SisPersonId, TermCode
from domain.institution import TermCalendar, WaitlistPractice
from domain.lms import LmsState
from domain.records import (
    Hold,
    HoldCategory,
    PersonName,
    Registration,
    RegistrationStatus,
    SectionStatus,
)
from domain.rules import (
    registrations,
)
from domain.rules.facts import Expectation, Facts, PersonStanding, Provenance, RoleRelation, SectionStanding
from domain.rules.registrations import CensusSide
from tests.agents.world import NOW, TERM, World, institution, part, taught_by

S = RegistrationStatus


class Example(NamedTuple):
    """A rule, a situation put to its function, and the answer expected."""

    rule: str
    situation: str
    ask: Callable[[], object]
    answer: object


world = World()
ZOE = world.person(1, account=False, prior_sis_ids=("A00000777",), confidential=True) and world.people[0]
MAX = (
    world.person(
        2,
        account=False,
        legal_name=PersonName(first="Maximilian", last="Moss"),
        preferred_name=PersonName(first="Max", last="Moss"),
    )
    and world.people[1]
)
BY_ID = world.account(ZOE.sis_id, login="other")
BY_PRIOR = world.account(SisPersonId("A00000777"), login="other2")
BY_LOGIN = world.account(None, login="ZM1")
BY_NAME = world.account(None, name="Zoë Muñoz 1", login="nobody")
STRANGER = world.account(SisPersonId("A00000500"), login="zm1@northfield.example")
world.section("10001", instructors=taught_by(ZOE.sis_id))
world.section("10002", linked_to="10001", instructors=taught_by(MAX.sis_id, primary=False, assistant=True))
world.section("10003", cross_list_group="X1")
world.section("10004", cross_list_group="X1", cross_list_primary=True)
world.section("10005", independent_study=True, instructors=(*taught_by(ZOE.sis_id), *taught_by(MAX.sis_id)))
world.section("10006", status=SectionStatus.CANCELLED)
world.section("10007", lms="Moodle")
world.section("10008", published=False)
world.section("10009", part="late")
LECTURE, LAB, SECOND, PRIMARY, STUDY, CANCELLED, MOODLE, HIDDEN, LATE = world.sections
HALVES = (TermCalendar(term=TERM, parts=(part(), part("late", census_on=date(2026, 10, 26)))),)
CAMPUS = institution(calendars=HALVES)
OVER = institution(calendars=(TermCalendar(term=TERM, parts=(part(grades_close_on=date(2026, 9, 1)),)),))
TODAY = date(2026, 9, 21)


def _term(code: str, year: int) -> TermCalendar:
    days = {"start_on": date(year, 1, 10), "end_on": date(year, 5, 1), "grades_close_on": date(year, 5, 9)}
    return TermCalendar(term=TermCode(code), parts=(part(**days),))


AHEAD = institution(calendars=(*HALVES, _term("202710", 2027), _term("202810", 2028), _term("202910", 2029)))


def registered(status: S = S.REGISTERED, **changed: Any) -> Registration:
    values = {"section": LECTURE.key, "person": ZOE.sis_id, "status": status}
    return Registration(**{**values, **changed})


def means(status: S, side: CensusSide = CensusSide.UNKNOWN, **changed: Any) -> Expectation:
    values: dict[str, Any] = {"audit": False, "waitlist": WaitlistPractice.EXCLUDE}
    return registrations.expectation_of(status, side, **{**values, **changed})


def facts(expectation: Expectation, state: LmsState, **changed: Any) -> Facts:
    made = Facts(expectation, state, RoleRelation.SAME, Provenance.SIS, SectionStanding.LIVE, PersonStanding.ACCOUNT)
    return made._replace(**changed)


FIRST = registered(S.DROPPED, sequence=1)
AGAIN = registered(S.REGISTERED, sequence=0)
LATER = registered(S.DROPPED, sequence=1, modified_at=NOW)
HOLD = (Hold(person=ZOE.sis_id, category=HoldCategory.FINANCIAL, start_on=TODAY),)
