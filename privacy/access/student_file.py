"""Everything on record here about one person, for the person who asks to inspect it (R25, R26).

Who looked, when, what for and on what basis; and what is held: cases, risk scores, changes that were planned, what was
decided about them and by whom. Other people of the same plan or entry are left out. Sources that come with other parts,
such as notes, join by ``more``.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from sqlmodel import Session, col, select

from domain.changes import Change
from domain.ids import RecordHandle
from privacy.access.recording import AGGREGATE, DENIED, READ
from store.canonical import JSON
from store.casedesk import CaseRow, RiskRow
from store.clock import utc_text
from store.database import Database
from store.ledger import Ledger
from store.plans import ApprovalAnswer, ApprovalRow
from store.plans.decisions import DecisionRow
from store.plans.plans import StoredPlan

Held = Mapping[str, JSON]
Source = Callable[[RecordHandle], Iterable[Held]]
_LOOKS = {READ: "seen", DENIED: "denied", AGGREGATE: "counted in a number"}
_BATCH = 500
_FIELDS = {
    "alert": "risk",
    **{"look": "ledger", "entry": "ledger"},
    **{"grade_receipt": "grade", "grade_entry": "grade", "grade_hold": "grade"},
    **{"change": "plan", "decision": "plan", "approval": "plan", "statement": "plan"},
}


def field_of(what: str) -> str:
    """Return the field by which access to one sort of line is decided."""
    return _FIELDS.get(what, what)


class _Planned(NamedTuple):
    run: str
    plan_hash: str
    change: Change


class StudentFile:
    """Gathers a person's file from the store; ``more`` adds sources by the name of what they hold."""

    def __init__(self, database: Database, ledger: Ledger, more: Mapping[str, Source] | None = None) -> None:
        self._database, self._ledger = database, ledger
        self._more = dict(more or {})

    def lines(self, person: RecordHandle) -> Iterator[Held]:
        """Yield one line per fact, each with ``what`` saying its sort: looks first, then what is held."""
        yield from self._entries(person)
        with self._database.reading() as session:
            yield from _cases(session, person)
            yield from _risks(session, person)
            planned = list(_planned(session, person))
            yield from (_change_line(one) for one in planned)
            yield from _decisions(session, planned)
            yield from _approvals(session, {one.plan_hash for one in planned})
        for what, source in self._more.items():
            yield from ({"what": what, **held} for held in source(person))

    def _entries(self, person: RecordHandle) -> Iterator[Held]:
        for line in self._ledger.export(person=person):
            entry = json.loads(line)
            yield _look_line(entry) if entry["kind"] in _LOOKS else {"what": "entry", **entry}


def _look_line(entry: Mapping[str, JSON]) -> Held:
    """Return who looked, when, at what, why and on what basis."""
    body = entry["body"]
    assert isinstance(body, dict)
    return {
        "what": "look",
        "at": entry["at"],
        "who": entry["actor"],
        "agent": body.get("agent", ""),
        "purpose": body.get("purpose", ""),
        "fields": body.get("what", ""),
        "outcome": _LOOKS[str(entry["kind"])],
        "basis": body.get("basis", ""),
        "rule": body.get("rule", ""),
        "run": entry["run"],
        "entry": entry["seq"],
    }


def _cases(session: Session, person: RecordHandle) -> Iterator[Held]:
    query = select(CaseRow).where(CaseRow.person == person).order_by(col(CaseRow.opened_at), col(CaseRow.marker))
    for row in session.exec(query):
        yield {
            "what": "case",
            "kind": row.kind,
            "state": row.state.value,
            "title": row.title,
            "body": row.body,
            "section": row.section,
            "due_on": row.due_on,
            "opened_at": utc_text(row.opened_at),
            "closed_at": utc_text(row.closed_at) if row.closed_at else "",
        }


def _risks(session: Session, person: RecordHandle) -> Iterator[Held]:
    row = session.get(RiskRow, person)
    if row is not None:
        reasons: list[JSON] = list(row.reasons)
        yield {"what": "risk", "score": row.score, "reasons": reasons, "set_at": utc_text(row.set_at)}


def _planned(session: Session, person: RecordHandle) -> Iterator[_Planned]:
    """Yield every change that a plan held for the person, once per run however often the plan was split."""
    seen: set[tuple[str, str]] = set()
    query = select(StoredPlan).where(col(StoredPlan.plan).contains(person)).order_by(col(StoredPlan.stored_at))
    for row in session.exec(query):
        for change in row.as_plan().changes:
            whose = getattr(change, "person", None) or getattr(change, "recipient", None)
            if whose == person and (row.run, change.change_id) not in seen:
                seen.add((row.run, change.change_id))
                yield _Planned(row.run, row.plan_hash, change)


def _change_line(one: _Planned) -> Held:
    return {"what": "change", "run": one.run, "plan": one.plan_hash, **one.change.model_dump(mode="json")}


def _decisions(session: Session, planned: Iterable[_Planned]) -> Iterator[Held]:
    wanted = sorted({one.change.change_id for one in planned})
    for start in range(0, len(wanted), _BATCH):
        chosen = col(DecisionRow.change_id).in_(wanted[start : start + _BATCH])
        for row in session.exec(select(DecisionRow).where(chosen).order_by(col(DecisionRow.id))):
            yield {
                "what": "decision",
                "run": row.run,
                "change": row.change_id,
                "action": row.action,
                "outcome": row.outcome.value,
                "rule": row.rule,
                "reason": row.reason,
                "at": utc_text(row.decided_at),
            }


def _approvals(session: Session, hashes: Iterable[str]) -> Iterator[Held]:
    """Yield who answered for the plans the person's changes stood in; their words may name others and stay out."""
    wanted = sorted(set(hashes))
    for start in range(0, len(wanted), _BATCH):
        chosen = col(ApprovalRow.plan_hash).in_(wanted[start : start + _BATCH])
        query = select(ApprovalAnswer, ApprovalRow).join(ApprovalRow).where(chosen)
        for answer, row in session.exec(query.order_by(col(ApprovalAnswer.id))):
            yield {
                "what": "approval",
                "plan": row.plan_hash,
                "who": answer.principal,
                "role": answer.role,
                "approved": answer.approve,
                "at": utc_text(answer.answered_at),
            }
