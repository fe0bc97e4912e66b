"""Reads the book of alerts; what tells of a person opens only while their key is there."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import Session, and_, col, or_, select

from domain.alerting import AlertState, FeedbackOutcome, Intervention, IssueType
from domain.errors import InvalidRecord
from domain.ids import Crn, RecordHandle, RunId, SectionKey, TermCode
from domain.rules.alert_routing import Tried
from store.alerts.records import Alert, AlertDetail, AlertEvent
from store.alerts.rows import AlertEventRow, AlertRow, EventKind
from store.database import Database
from store.ledger.person_keys import PersonKeys
from store.person_sealing import PersonKey, unseal_for

BATCH = 500
_OPEN = (AlertState.PROPOSED, AlertState.OPEN)
_HELPED = frozenset({FeedbackOutcome.USEFUL.value, FeedbackOutcome.RESOLVED.value})
_SAYS_NOTHING = FeedbackOutcome.CONTACTED.value


class AlertReader:
    """What may be asked of the book."""

    def __init__(self, database: Database, keys: PersonKeys) -> None:
        self._database, self._keys = database, keys

    def read(self, id_: str) -> Alert:
        """Return one alert; InvalidRecord where there is none."""
        found = self._find(AlertRow.id == id_)
        if not found:
            raise unknown_alert(id_)
        return found[0]

    def of_term(self, term: TermCode) -> tuple[Alert, ...]:
        """Return every alert of a term, oldest first."""
        return self._find(AlertRow.term == term)

    def of_person(self, person: RecordHandle) -> tuple[Alert, ...]:
        """Return every alert about a person, oldest first."""
        return self._find(AlertRow.person == person)

    def of_run(self, run: RunId) -> tuple[Alert, ...]:
        """Return the alerts that a run raised."""
        return self._find(AlertRow.run == run)

    def open_ones(self) -> tuple[Alert, ...]:
        """Return every alert that somebody has to answer, of whatever term."""
        return self._find(col(AlertRow.state).in_(_OPEN))

    def open_about(self, people: Collection[RecordHandle]) -> tuple[Alert, ...]:
        """Return the alerts about some people that somebody has to answer, oldest first."""
        found: list[Alert] = []
        wanted = sorted(people)
        for start in range(0, len(wanted), BATCH):
            about = col(AlertRow.person).in_(wanted[start : start + BATCH])
            found += self._find(and_(col(AlertRow.state).in_(_OPEN), about))
        return tuple(sorted(found, key=lambda alert: (alert.raised_at, alert.id)))

    def with_feedback(self) -> tuple[Alert, ...]:
        """Return the alerts that somebody said something of, and those left to chance, for training."""
        said = select(AlertEventRow.alert).where(AlertEventRow.kind == EventKind.FEEDBACK)
        return self._find(or_(col(AlertRow.state) == AlertState.HELD_BACK, col(AlertRow.id).in_(said)))

    def tried(self) -> tuple[Tried, ...]:
        """Return how often each workflow was used on each issue and how often it helped (S97)."""
        query = select(AlertRow.issue, AlertRow.intervention, AlertRow.id, AlertEventRow.word)
        query = query.join(AlertEventRow, col(AlertEventRow.alert) == AlertRow.id)
        query = query.where(AlertEventRow.kind == EventKind.FEEDBACK, AlertEventRow.word != _SAYS_NOTHING)
        with self._database.reading() as session:
            rows = session.exec(query).all()
        used: dict[tuple[IssueType, Intervention], dict[str, bool]] = {}
        for issue, intervention, id_, word in rows:
            marks = used.setdefault((IssueType(issue), Intervention(intervention)), {})
            marks[id_] = marks.get(id_, False) or word in _HELPED
        return tuple(
            Tried(issue=issue, intervention=intervention, used=len(marks), helped=sum(marks.values()))
            for (issue, intervention), marks in sorted(used.items())
        )

    def _find(self, wanted: Any) -> tuple[Alert, ...]:  # noqa: ANN401 a condition
        with self._database.reading() as session:
            rows = session.exec(
                select(AlertRow).where(wanted).order_by(col(AlertRow.raised_at), col(AlertRow.id))
            ).all()
            events = _events(session, [row.id for row in rows])
            keys = self._keys.open_present(session.connection(), [row.person for row in rows])
        return tuple(_alert(row, events.get(row.id, []), keys.get(row.person)) for row in rows)


def _events(session: Session, ids: Sequence[str]) -> dict[str, list[AlertEventRow]]:
    found: dict[str, list[AlertEventRow]] = {}
    for start in range(0, len(ids), BATCH):
        chosen = col(AlertEventRow.alert).in_(ids[start : start + BATCH])
        for event in session.exec(select(AlertEventRow).where(chosen).order_by(col(AlertEventRow.position))):
            found.setdefault(event.alert, []).append(event)
    return found


def _alert(row: AlertRow, events: Iterable[AlertEventRow], key: PersonKey | None) -> Alert:
    detail = unseal_for(key, place(row.id), row.sealed)
    plain = row.model_dump(exclude={"term", "section", "sealed", "raised_on", "due_on", "propensity"})
    return Alert(
        **plain,
        section=SectionKey.parse(row.section) or SectionKey(TermCode(row.term), Crn(row.section)),
        raised_on=date.fromisoformat(row.raised_on),
        due_on=date.fromisoformat(row.due_on),
        propensity=Decimal(row.propensity),
        detail=AlertDetail.model_validate_json(detail) if detail else None,
        events=tuple(_event(each, key) for each in events),
    )


def _event(row: AlertEventRow, key: PersonKey | None) -> AlertEvent:
    said = unseal_for(key, event_place(row.alert, row.position), row.sealed)
    return AlertEvent(
        at=row.at, kind=row.kind, actor=row.actor, word=row.word, propensity=Decimal(row.propensity), said=said
    )


def place(id_: str) -> str:
    """Return what an alert's detail is bound to."""
    return f"early_alert|{id_}"


def event_place(id_: str, position: int) -> str:
    """Return what an event's text is bound to."""
    return f"early_alert_event|{id_}|{position}"


def unknown_alert(id_: str) -> InvalidRecord:
    """Return the failure where no alert has this id."""
    fix = "List the alerts with provost alerts caseload."
    return InvalidRecord("There is no alert with this id.", field=f"alert {id_}", fix=fix)
