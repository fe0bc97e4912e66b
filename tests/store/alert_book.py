"""One alert of the book, raised and opened as early alert does it."""

from datetime import date
from decimal import Decimal

from domain.alerting import AlertLevel, AlertState, Channel, Intervention, IssueType, Party
from domain.ids import RecordHandle, RunId, SectionKey
from graphs.doors import Doors
from store.alerts import AlertDetail, NewAlert


def raise_one(doors: Doors, person: RecordHandle, section: SectionKey, *, run: str = "run-told") -> str:
    """Raise an alert about somebody in a class, open it, and return its id."""
    alert = NewAlert(
        id=f"alt_{person}",
        person=person,
        section=section,
        owner="advising",
        advisor="",
        issue=IssueType.MISSED_WORK,
        level=AlertLevel.HIGH,
        party=Party.ADVISOR,
        channel=Channel.CASE_DESK,
        intervention=Intervention.ADVISOR_OUTREACH,
        route="r1",
        marker=f"pv-{person}",
        run=RunId(run),
        raised_on=date(2026, 9, 21),
        due_on=date(2026, 9, 25),
        detail=AlertDetail(risk=Decimal("0.7"), model="m", week=4, base=0.1, parts={}, reasons=()),
    )
    doors.alerts.add([alert], "agent:early_alert")
    doors.alerts.settle([alert.id], AlertState.OPEN, "agent:early_alert")
    return alert.id
