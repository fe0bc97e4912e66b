"""From a detection to a plan: every remedy and every ticket, in an order in which they can be carried out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from agents.roster.detected import Detection, Difference
from agents.roster.tickets import marker_of, plan_ticket
from domain.changes import Change, OpenCase
from domain.findings import Handling
from domain.ids import PrincipalId, RunId
from domain.plans import Plan
from governance.actions import gate_order

TOPIC = "roster reconciliation"


def propose(
    detection: Detection,
    *,
    run: RunId,
    requested_by: PrincipalId,
    made_at: datetime,
    cases: Sequence[OpenCase] = (),
    notes: Mapping[str, str] | None = None,
) -> Plan:
    """Return the plan for a detection; a stopped one gives an empty plan (R66, S51).

    ``cases`` are pre-semester cases found alongside (S136), ``notes`` a model's words on leftovers by ticket marker.
    """
    changes: Iterable[Change] = () if detection.stopped else _changes(detection, notes or {})
    ordered = sorted(_once_per_record([*changes, *cases]), key=lambda change: gate_order(change.kind))
    return Plan(run=run, topic=TOPIC, requested_by=requested_by, made_at=made_at, changes=tuple(ordered))


def _changes(detection: Detection, notes: Mapping[str, str]) -> Iterable[Change]:
    for difference in detection.differences:
        yield from difference.remedy
        if asks_a_person(difference):
            yield plan_ticket(difference.discrepancy, notes.get(marker_of(difference.discrepancy), ""))


def asks_a_person(difference: Difference) -> bool:
    """Tell whether a difference becomes a ticket."""
    return difference.discrepancy.handling is Handling.TICKET


def _once_per_record(changes: Iterable[Change]) -> list[Change]:
    """Keep the first change to each record: two pending changes never share a natural key."""
    kept: dict[str, Change] = {}
    for change in changes:
        kept.setdefault(change.natural_key, change)
    return list(kept.values())
