"""The book of alerts: what was raised about whom and why, what happened since, what people said (S97, R128, R133).

Every entry is committed together with one of the ledger, which makes the person's key; detail is sealed under it. What
is repeated after a crash changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from sqlmodel import Session, col, select

from domain.alerting import AlertState, FeedbackOutcome
from domain.ids import RecordHandle
from domain.ports import Clock
from domain.rules.alert_policy import CloseReason
from store.alerts.reading import AlertReader, event_place, place, unknown_alert
from store.alerts.records import Alert, AlertDetail, NewAlert
from store.alerts.rows import AlertEventRow, AlertRow, EventKind
from store.canonical import JSON
from store.clock import SYSTEM_CLOCK
from store.database import Database
from store.keys import KeyRing
from store.ledger import Draft, Ledger, Subject
from store.ledger.person_keys import PersonKeys
from store.person_sealing import PersonKey, seal_for

_CLOSES = {
    FeedbackOutcome.FALSE_ALARM: CloseReason.FALSE_ALARM,
    FeedbackOutcome.ALREADY_KNOWN: CloseReason.ALREADY_KNOWN,
    FeedbackOutcome.RESOLVED: CloseReason.RESOLVED,
    FeedbackOutcome.LEFT: CloseReason.LEFT,
}
"""Outcomes that end an alert; contact and usefulness leave it open."""
_OPEN = (AlertState.PROPOSED, AlertState.OPEN)


class _Entry(NamedTuple):
    """One alert being changed: the session, its row and the person's key."""

    session: Session
    row: AlertRow
    key: PersonKey


class AlertBook(AlertReader):
    """Keeps alerts in the database; safe with several processes."""

    def __init__(self, database: Database, ledger: Ledger, keyring: KeyRing, *, clock: Clock = SYSTEM_CLOCK) -> None:
        super().__init__(database, PersonKeys(keyring))
        self._ledger, self._clock = ledger, clock

    def add(self, alerts: Sequence[NewAlert], actor: str) -> int:
        """Add the alerts that are not in the book yet, on record, and return how many there were."""
        with self._ledger.session() as session:
            wanted = [each.id for each in alerts]
            known = set(session.exec(select(AlertRow.id).where(col(AlertRow.id).in_(wanted))))
            fresh = [each for each in alerts if each.id not in known]
            if fresh:
                drafts = [_draft("alert.raised", actor, each.run, (each.id, each.person)) for each in fresh]
                self._ledger.append_many(drafts, session=session)
                keys = self._keys.open_present(session.connection(), [each.person for each in fresh])
                for each in fresh:
                    self._insert(session, each, keys[each.person], actor)
        return len(fresh)

    def settle(self, alerts: Iterable[str], state: AlertState, actor: str) -> None:
        """Say what became of proposed alerts: open, or dropped because nobody let them through."""
        kind = EventKind.OPENED if state is AlertState.OPEN else EventKind.DROPPED
        for id_ in alerts:
            with self._changing(id_, kind, actor) as entry:
                if entry.row.state is AlertState.PROPOSED:
                    entry.row.state = state
                    self._note(entry, kind, actor)

    def note(self, id_: str, kind: EventKind, actor: str, *, word: str = "") -> None:
        """Add an event to an alert's history; the same kind and word is added once."""
        with self._changing(id_, kind, actor) as entry:
            query = select(AlertEventRow).where(AlertEventRow.alert == id_, AlertEventRow.kind == kind)
            if entry.session.exec(query.where(AlertEventRow.word == word)).first() is None:
                self._note(entry, kind, actor, word=word)

    def update(self, id_: str, detail: AlertDetail, actor: str) -> None:
        """Put a new score in place of the old one of an alert that was raised moments ago (R121)."""
        with self._changing(id_, EventKind.UPDATED, actor) as entry:
            entry.row.sealed = seal_for(entry.key, place(id_), detail.model_dump_json())
            self._note(entry, EventKind.UPDATED, actor)

    def give_feedback(self, id_: str, outcome: FeedbackOutcome, actor: str, reason: str) -> Alert:
        """Keep what a person says came of an alert, with its propensity; some outcomes end it (R133, S97)."""
        with self._changing(id_, EventKind.FEEDBACK, actor, outcome.value) as entry:
            self._note(entry, EventKind.FEEDBACK, actor, word=outcome.value, said=reason)
            if outcome in _CLOSES and entry.row.state in _OPEN:
                self._end(entry, _CLOSES[outcome], actor)
        return self.read(id_)

    def close(self, id_: str, why: CloseReason, actor: str, reason: str = "") -> Alert:
        """End an alert with its reason; one that has ended stays as it is (R128)."""
        with self._changing(id_, EventKind.CLOSED, actor, why.value) as entry:
            if entry.row.state in _OPEN:
                self._end(entry, why, actor, reason)
        return self.read(id_)

    @contextmanager
    def _changing(self, id_: str, kind: EventKind, actor: str, word: str = "") -> Iterator[_Entry]:
        """Open an alert's row for a change that is committed with its ledger entry; InvalidRecord for none."""
        with self._ledger.session() as session:
            row = session.get(AlertRow, id_)
            if row is None:
                raise unknown_alert(id_)
            person = RecordHandle(row.person)
            self._ledger.append_many([_draft(f"alert.{kind}", actor, row.run, (id_, person), word)], session=session)
            keys = self._keys.open_present(session.connection(), [person])
            yield _Entry(session, row, keys[person])
            session.add(row)

    def _insert(self, session: Session, alert: NewAlert, key: PersonKey, actor: str) -> None:
        now, said = self._clock.now(), alert.model_dump(exclude={"section", "detail", "raised_on", "due_on"})
        row = AlertRow(
            **{**said, "propensity": str(alert.propensity)},
            term=alert.section.term,
            section=str(alert.section),
            raised_on=alert.raised_on.isoformat(),
            due_on=alert.due_on.isoformat(),
            raised_at=now,
            changed_at=now,
            sealed=seal_for(key, place(alert.id), alert.detail.model_dump_json()),
        )
        session.add(row)
        session.flush()
        held = alert.state is AlertState.HELD_BACK
        self._note(_Entry(session, row, key), EventKind.HELD_BACK if held else EventKind.PROPOSED, actor)

    def _note(self, entry: _Entry, kind: EventKind, actor: str, *, word: str = "", said: str = "") -> None:
        session, row, now = entry.session, entry.row, self._clock.now()
        last = session.exec(select(AlertEventRow).where(AlertEventRow.alert == row.id)).all()
        position = max((each.position for each in last), default=0) + 1
        sealed = seal_for(entry.key, event_place(row.id, position), said)
        event = AlertEventRow(
            alert=row.id,
            position=position,
            at=now,
            kind=kind,
            actor=actor,
            word=word,
            propensity=row.propensity,
            sealed=sealed,
        )
        session.add(event)
        session.flush()
        row.changed_at = now

    def _end(self, entry: _Entry, why: CloseReason, actor: str, reason: str = "") -> None:
        entry.row.state, entry.row.closed_at = AlertState.CLOSED, self._clock.now()
        entry.row.close_reason = why.value
        self._note(entry, EventKind.CLOSED, actor, word=why.value, said=reason)


def _draft(kind: str, actor: str, run: str, about: tuple[str, str], word: str = "") -> Draft:
    """Return the ledger entry about an alert, given as its id and person."""
    id_, person = about
    body: Mapping[str, JSON] = {"alert": id_, "word": word}
    return Draft(kind, actor, run, body, (Subject(RecordHandle(person), {"alert": id_}),))
