"""Changes, plans and policies for the tests, as short as they can be said."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.changes import (
    Change,
    ChangeRole,
    CreateTicket,
    Deactivate,
    Enrol,
    MoveSection,
    OpenCase,
    Restore,
    SendMessage,
    Tier,
    UpdateDates,
)
from domain.ids import Crn, PrincipalId, RecordHandle, RuleId, RunId, SectionKey, TermCode
from domain.images import Image
from domain.lms import LmsRole, LmsState
from domain.plans import Plan
from domain.principals import Principal, PrincipalKind, Role
from governance.policy import Phase, Policy

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SECTION = SectionKey(TermCode("202680"), Crn("12345"))
OTHER = SectionKey(TermCode("202680"), Crn("12346"))
AGENT = Principal(
    id=PrincipalId("agent.roster"), kind=PrincipalKind.AGENT, roles=frozenset({Role.AGENT}), scopes=frozenset({"*"})
)


class StillClock:
    """A clock that moves only when told."""

    def __init__(self, now: datetime = NOW) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment

    def pass_hours(self, hours: float) -> None:
        self.moment += timedelta(hours=hours)


def person(number: int) -> RecordHandle:
    return RecordHandle(f"per_{number:016d}")


def registrar(name: str = "ruth", **more: Any) -> Principal:
    roles = frozenset({more.pop("role", Role.REGISTRAR)})
    return Principal(id=PrincipalId(name), kind=PrincipalKind.PERSON, roles=roles, **more)


def common(**more: Any) -> dict[str, Any]:
    return {"rule": RuleId("R51"), "tier": Tier.AUTO, "topic": "late adds", **more}


def row(state: str, role: LmsRole = LmsRole.STUDENT, provenance: str = "sis") -> Image:
    return Image(fields={"state": state, "role": role.value, "provenance": provenance})


def wanted(state: str, role: LmsRole = LmsRole.STUDENT) -> Image:
    return Image(fields={"state": state, "role": role.value})


def enrol(number: int = 1, section: SectionKey = SECTION, **more: Any) -> Enrol:
    images = {"before": Image.absent(), "after": wanted("active")}
    return Enrol(section=section, person=person(number), **{**common(**images), **more})


def deactivate(number: int = 1, section: SectionKey = SECTION, to: str = "inactive", **more: Any) -> Deactivate:
    images = {"before": row("active"), "after": wanted(to)}
    return Deactivate(section=section, person=person(number), to=LmsState(to), **{**common(**images), **more})


def restore(number: int = 1, section: SectionKey = SECTION, **more: Any) -> Restore:
    images = {"before": row("inactive"), "after": wanted("active")}
    return Restore(section=section, person=person(number), **{**common(**images), **more})


def change_role(number: int = 1, **more: Any) -> ChangeRole:
    images = {
        "before": Image(exists=False, fields={"from_state": "active"}),
        "after": wanted("active", LmsRole.AUDITOR),
    }
    roles = {"role": LmsRole.AUDITOR, "from_role": LmsRole.STUDENT}
    return ChangeRole(section=SECTION, person=person(number), **roles, **{**common(**images), **more})


def move(number: int = 1, **more: Any) -> MoveSection:
    images = {"before": Image(exists=False, fields={"from_state": "active"}), "after": wanted("active")}
    return MoveSection(section=OTHER, from_section=SECTION, person=person(number), **{**common(**images), **more})


def message(number: int = 1, **more: Any) -> SendMessage:
    marker = more.pop("marker", f"mark-{number}")
    images = {"before": Image.absent(), "after": Image(fields={"marker": marker})}
    words = {"marker": marker, "subject": "Digest", "body": "Three rows need you."}
    return SendMessage(recipient=person(number), **words, **{**common(**images, topic="digest"), **more})


def dates(number: int = 1, **more: Any) -> UpdateDates:
    section = SectionKey(TermCode("202680"), Crn(f"5{number:04d}"))
    start, end = datetime(2026, 8, 24, 5, tzinfo=UTC), datetime(2026, 12, 12, 5, tzinfo=UTC)
    before = Image(fields={"start_at": "2026-08-20T05:00:00Z", "end_at": ""})
    after = Image(fields={"start_at": "2026-08-24T05:00:00Z", "end_at": "2026-12-12T05:00:00Z"})
    moments = {"start_at": start, "end_at": end}
    return UpdateDates(section=section, **moments, **{**common(before=before, after=after), **more})


def ticket(number: int = 1, **more: Any) -> CreateTicket:
    marker = f"ticket-{number}"
    images = {"before": Image.absent(), "after": Image(fields={"marker": marker})}
    words = {"marker": marker, "title": "Look", "body": "Two accounts."}
    return CreateTicket(**words, **{**common(**images, topic="tickets"), **more})


def case(number: int = 1, **more: Any) -> OpenCase:
    marker = f"case-{number}"
    images = {"before": Image.absent(), "after": Image(fields={"marker": marker})}
    words = {
        "tag": "pre_semester",
        "marker": marker,
        "reasons": ("GPA",),
        "outreach": "Call",
        "due_on": date(2026, 11, 30),
    }
    return OpenCase(person=person(number), **words, **{**common(**images, topic="cases"), **more})


def plan_of(*changes: Change, run: str = "run-1", topic: str = "nightly", by: str = AGENT.id) -> Plan:
    return Plan(run=RunId(run), topic=topic, requested_by=PrincipalId(by), made_at=NOW, changes=changes)


def steps(upto: int) -> list[dict[str, Any]]:
    """Every step up to a phase, shown."""
    return [
        {"phase": n, "metric": "precision", "target": "0.99", "shown": "1", "shown_in": "test", "go_back": "Lower it."}
        for n in range(upto + 1)
    ]


def policy_of(phase: int = Phase.CLOSED_LOOP, **more: Any) -> Policy:
    """One phase for everything, one rule, wide limits, no waiting."""
    objects = ("enrolment", "person", "course", "section", "grade", "case", "ticket", "message", "risk_score")
    values: dict[str, Any] = {
        "version": 1,
        "ladder": [{"match": "*", "phase": phase, "since": date(2026, 11, 1), "steps": steps(phase)}],
        "rules": [
            {"id": "all", "actions": ["*"], "approver_role": "registrar", "confidence_floor": Decimal("0.9")},
        ],
        "limits": [{"object": one, "absolute": 1000, "percent": 100, "percent_from": 1000} for one in objects],
        "plausible": {
            "shrunk_share": Decimal("0.5"),
            "run_difference_share": Decimal("0.25"),
            "run_difference_minimum": 50,
            "section_removal_share": Decimal("0.5"),
            "section_removal_minimum": 10,
        },
        "waiver": {"approver_role": "registrar", "two_persons": True},
        "rollback": {"approver_role": "registrar"},
        "read_back": {"attempts": 4, "wait_seconds": 0},
        "batches": {"size": 500, "canary": 0, "resend": 3},
    }
    return Policy.model_validate({**values, **more})
