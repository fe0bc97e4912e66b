"""A few changes and plans for the tests of the store."""

from datetime import UTC, date, datetime
from decimal import Decimal

from domain.changes import CreateTicket, Deactivate, Enrol, OpenCase, SetRiskScore, Tier
from domain.ids import Crn, PrincipalId, RecordHandle, RuleId, RunId, SectionKey, TermCode
from domain.images import Image
from domain.plans import Plan

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AMY = RecordHandle("per_aaaaaaaaaaaaaaaa")
MATH = SectionKey(TermCode("202680"), Crn("12345"))
ACTIVE = Image(fields={"state": "active", "role": "StudentEnrollment"})
_COMMON = {"rule": RuleId("R48"), "tier": Tier.AUTO, "topic": "late adds"}


class Still:
    """A clock that a test moves."""

    def __init__(self, now: datetime = NOW) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time


def enrol(person: str = AMY) -> Enrol:
    return Enrol(**_COMMON, before=Image.absent(), after=ACTIVE, section=MATH, person=RecordHandle(person))


def deactivate(person: str = AMY) -> Deactivate:
    after = Image(fields={"state": "inactive", "role": "StudentEnrollment"})
    return Deactivate(**_COMMON, before=ACTIVE, after=after, section=MATH, person=RecordHandle(person))


def open_case(marker: str = "pv-1") -> OpenCase:
    after = Image(fields={"marker": marker})
    words = {"tag": "pre-semester", "reasons": ("gpa below 2.0",), "outreach": "call", "due_on": date(2026, 8, 20)}
    return OpenCase(**_COMMON, before=Image.absent(), after=after, person=AMY, marker=marker, **words)


def ticket(marker: str = "pv-2") -> CreateTicket:
    after = Image(fields={"marker": marker})
    return CreateTicket(**_COMMON, before=Image.absent(), after=after, marker=marker, title="Look", body="At this.")


def score(value: str = "0.42") -> SetRiskScore:
    after = Image(fields={"score": value})
    return SetRiskScore(
        **_COMMON, before=Image.absent(), after=after, person=AMY, score=Decimal(value), reasons=("late",)
    )


def plan(*changes, run: str = "run-1") -> Plan:
    return Plan(
        run=RunId(run),
        topic="late adds",
        requested_by=PrincipalId("roster"),
        made_at=NOW,
        changes=changes,
        approver_role="registrar",
    )
