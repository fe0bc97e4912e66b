"""Early looks from history alone, before the first day of class (S132 to S140)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agents.roster.pre_semester import propose_cases
from domain.changes import OpenCase
from domain.ids import SisPersonId, TermCode
from domain.institution import PreSemesterRules
from domain.ports import Fetch
from domain.records import AcademicHistory, RegistrationStatus
from tests.agents.world import TERM, World, institution

AUGUST = datetime(2026, 8, 1, 12, tzinfo=UTC)
RULES = (
    PreSemesterRules(effective_term=TermCode("202510"), gpa_below=Decimal("1.5"), prior_withdrawals_at_least=9),
    PreSemesterRules(effective_term=TermCode("202680"), gpa_below=Decimal("2.0"), prior_withdrawals_at_least=3),
)
ADVISOR = SisPersonId("A00000900")


def _cases(
    *,
    gpa: str | None = "3.0",
    withdrawals: int | None = 0,
    now: datetime = AUGUST,
    rules: tuple[PreSemesterRules, ...] = RULES,
    status: RegistrationStatus = RegistrationStatus.REGISTERED,
) -> tuple[OpenCase, ...]:
    world = World()
    person = world.person()
    world.registers(person, world.section(), status)
    history = AcademicHistory(
        person=person, gpa=Decimal(gpa) if gpa else None, prior_withdrawals=withdrawals, advisor=ADVISOR
    )
    fetch = Fetch(source="banner", rows=(history,), complete=True, read_at=now)
    settings = institution(pre_semester=rules)
    return propose_cases(fetch, world.registrations, TERM, settings, now, resolver=world.directory)


@pytest.mark.parametrize(
    ("gpa", "withdrawals", "reasons"),
    [
        ("2.0", 2, 0),
        ("1.9", 0, 1),
        ("3.5", 3, 1),
        ("1.0", 5, 2),
        (None, None, 0),
        (None, 4, 1),
    ],
)
def test_s134_the_institutions_rules_decide_and_unknown_is_not_zero(
    gpa: str | None, withdrawals: int | None, reasons: int
) -> None:
    cases = _cases(gpa=gpa, withdrawals=withdrawals)
    assert [len(case.reasons) for case in cases] == [reasons] * bool(reasons)


def test_s136_s137_s139_the_case_carries_why_who_what_and_by_when() -> None:
    (case,) = _cases(gpa="1.2")
    assert case.tag == "pre-semester"
    assert case.due_on == date(2026, 8, 21)
    assert case.section is not None
    assert case.assignee is not None
    assert case.reasons == ("cumulative GPA below 2.0",)
    assert "choose an outreach" in case.outreach
    assert len(case.evidence) == 2
    assert not case.before.exists


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 8, 23, 12, tzinfo=UTC), date(2026, 8, 23)),
        (datetime(2026, 8, 24, 12, tzinfo=UTC), None),
        (datetime(2026, 8, 24, 2, tzinfo=UTC), date(2026, 8, 23)),
    ],
)
def test_s137_late_cases_are_due_at_once_and_none_come_after_the_first_day(now: datetime, due: date | None) -> None:
    assert [case.due_on for case in _cases(gpa="1.2", now=now)] == ([due] if due else [])


def test_s134_the_newest_rules_in_force_hold() -> None:
    assert len(_cases(gpa="1.8")) == 1
    assert _cases(gpa="1.8", rules=RULES[:1]) == ()
    assert _cases(gpa="1.0", rules=()) == ()


def test_s135_only_the_registered_are_looked_at() -> None:
    assert _cases(gpa="1.0", status=RegistrationStatus.DROPPED) == ()


def test_r121_the_same_student_and_term_have_one_marker() -> None:
    assert _cases(gpa="1.0")[0].marker == _cases(gpa="0.5")[0].marker
