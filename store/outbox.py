"""The outbox: every change that was about to be sent, where it stands, and what came back.

An intent and its ledger entry are written in one transaction before anything is sent; the row refers to the entry, so
an intent without one cannot exist. The database itself allows one intent in flight per natural key, which keeps two
workers from writing the same record.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import bindparam
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col, select, update

from domain.changes import digest
from domain.errors import ConflictError
from domain.ids import ChangeId, RunId
from domain.plans import Plan
from domain.ports import Clock, Receipt
from store.canonical import canonical_json
from store.clock import SYSTEM_CLOCK
from store.database import Database
from store.intents import IN_FLIGHT, NEXT_STATES, Intent, IntentState

BATCH = 500

__all__ = ["IN_FLIGHT", "Intent", "IntentState", "Outbox"]


class Outbox:
    """Writes and reads intents; callers name the ledger entry that recorded them."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock

    def plan(self, plan: Plan, run: RunId, ledger_seq: int, session: Session) -> tuple[Intent, ...]:
        """Record every change of the plan as planned, in the session that appended the ledger entry.

        Asked again for the same run and plan it returns what it recorded the first time. Raises ConflictError where a
        change to one of the same records is still in flight; the session must then be abandoned.
        """
        known = self._recorded(session, run, plan)
        if known:
            return known
        _refuse_in_flight(session, [change.natural_key for change in plan.changes])
        intents = tuple(self._new(plan, run, ledger_seq, position) for position in range(len(plan.changes)))
        session.add_all(intents)
        try:
            session.flush()
        except IntegrityError as error:
            raise _in_flight(f"plan {plan.plan_hash[:12]}") from error
        return intents

    def find_plan(self, plan: Plan, run: RunId) -> tuple[Intent, ...]:
        """Return the intents already recorded for this run and plan, none where it was never recorded."""
        with self._database.reading() as session:
            return self._recorded(session, run, plan)

    def mark(
        self,
        intents: Sequence[Intent],
        state: IntentState,
        *,
        receipts: Mapping[ChangeId, Receipt] | None = None,
        session: Session | None = None,
    ) -> tuple[Intent, ...]:
        """Move intents on to ``state``, keep their receipts, and return them as they are now; all of them or none.

        Going to SENDING counts an attempt. Raises ConflictError where one of them has moved since it was read, which
        means that another worker has it, or where ``state`` cannot follow.
        """
        if session is not None:
            return self._mark_within(session, intents, state, receipts or {})
        with self._database.session() as own:
            return self._mark_within(own, intents, state, receipts or {})

    def open_for(self, run: RunId) -> tuple[Intent, ...]:
        """Return the run's intents in flight, in plan order."""
        return self._read(run=run, states=IN_FLIGHT)

    def for_run(self, run: RunId) -> tuple[Intent, ...]:
        """Return every intent of the run, in plan order."""
        return self._read(run=run)

    def all_open(self) -> tuple[Intent, ...]:
        """Return every intent in flight, of all runs."""
        return self._read(states=IN_FLIGHT)

    def in_state(self, state: IntentState) -> tuple[Intent, ...]:
        """Return every intent in one state, such as the uncertain ones a person must look at."""
        return self._read(states=(state,))

    def in_flight(self, natural_key: str) -> Intent | None:
        """Return the one intent in flight for a record, or None."""
        with self._database.reading() as session:
            query = select(Intent).where(Intent.natural_key == natural_key, col(Intent.state).in_(IN_FLIGHT))
            return session.exec(query).first()

    def last_for(self, natural_key: str) -> Intent | None:
        """Return the newest intent for a record in any state, or None."""
        with self._database.reading() as session:
            query = select(Intent).where(Intent.natural_key == natural_key).order_by(col(Intent.ledger_seq).desc())
            return session.exec(query).first()

    def _recorded(self, session: Session, run: RunId, plan: Plan) -> tuple[Intent, ...]:
        query = select(Intent).where(Intent.run == run, Intent.plan_hash == plan.plan_hash)
        return tuple(session.exec(query.order_by(col(Intent.position))))

    def _read(self, *, run: RunId | None = None, states: Sequence[IntentState] = ()) -> tuple[Intent, ...]:
        query = select(Intent).order_by(col(Intent.ledger_seq), col(Intent.position))
        if run is not None:
            query = query.where(Intent.run == run)
        if states:
            query = query.where(col(Intent.state).in_(states))
        with self._database.reading() as session:
            return tuple(session.exec(query))

    def _new(self, plan: Plan, run: RunId, ledger_seq: int, position: int) -> Intent:
        change, now = plan.changes[position], self._clock.now()
        return Intent(
            id=f"int_{digest([run, plan.plan_hash, change.change_id])[:24]}",
            run=run,
            plan_hash=plan.plan_hash,
            position=position,
            change_id=change.change_id,
            natural_key=change.natural_key,
            target=change.target,
            kind=change.kind,
            change=canonical_json(change.model_dump(mode="json")),
            state=IntentState.PLANNED,
            ledger_seq=ledger_seq,
            created_at=now,
            updated_at=now,
        )

    def _mark_within(
        self, session: Session, intents: Sequence[Intent], state: IntentState, receipts: Mapping[ChangeId, Receipt]
    ) -> tuple[Intent, ...]:
        now = self._clock.now()
        for before, group in _batches_alike(intents):
            _check_step(before[0], state)
            _move(session, group, before, state, now)
        texts = {
            intent.id: canonical_json(receipt.model_dump(mode="json"))
            for intent in intents
            if (receipt := receipts.get(ChangeId(intent.change_id))) is not None
        }
        _keep_receipts(session, texts)
        return tuple(_moved(session, intent, state, now, texts.get(intent.id)) for intent in intents)


def _move(
    session: Session, group: Sequence[Intent], before: tuple[IntentState, int], state: IntentState, now: datetime
) -> None:
    """Move intents that stand alike; the state and the attempts they were read with must still hold."""
    where = (col(Intent.id).in_([intent.id for intent in group]), col(Intent.state) == before[0])
    attempts = before[1] + (state is IntentState.SENDING)
    statement = update(Intent).where(*where, col(Intent.attempts) == before[1])
    values = {"state": state, "attempts": attempts, "updated_at": now}
    moved = session.connection().execute(statement.values(**values)).rowcount
    if moved != len(group):
        raise ConflictError(
            "Another worker has moved a change on since it was read here.",
            field=f"run {group[0].run}",
            fix="Leave it to that worker; recovery takes over if it stops.",
        )


def _keep_receipts(session: Session, texts: Mapping[str, str]) -> None:
    """Store what the outside system answered, all rows in one round."""
    if not texts:
        return
    statement = update(Intent).where(col(Intent.id) == bindparam("intent")).values(receipt=bindparam("answer"))
    rows = [{"intent": intent, "answer": text} for intent, text in texts.items()]
    session.connection().execute(statement, rows)


def _moved(session: Session, intent: Intent, state: IntentState, now: datetime, receipt: str | None) -> Intent:
    """Return the intent as it is now; the compare-and-set that was just made vouches for every value.

    One that the session holds is brought up to date in place, so that whoever else has it there sees it too.
    """
    moved = {
        "state": state,
        "attempts": intent.attempts + (state is IntentState.SENDING),
        "updated_at": now,
        "receipt": intent.receipt if receipt is None else receipt,
    }
    if intent not in session:
        return Intent(**{**intent.model_dump(), **moved})
    for name, value in moved.items():
        set_committed_value(intent, name, value)
    return intent


def _refuse_in_flight(session: Session, keys: Sequence[str]) -> None:
    """Name the record that stands in the way; what slips past between here and the insert is caught by the index."""
    twice = next((key for key, times in Counter(keys).items() if times > 1), None)
    if twice is not None:
        fix = "Report this with the run id."
        raise ConflictError("The plan names one record twice.", field=f"record {twice}", fix=fix)
    for start in range(0, len(keys), BATCH):
        batch = col(Intent.natural_key).in_(keys[start : start + BATCH])
        flying = session.exec(select(Intent.natural_key).where(batch, col(Intent.state).in_(IN_FLIGHT))).first()
        if flying is not None:
            raise _in_flight(f"record {flying}")


def _in_flight(field: str) -> ConflictError:
    fix = "Wait for the other run to end, or recover it, then plan again."
    return ConflictError("Another run is still writing a record that this plan changes.", field=field, fix=fix)


def _batches_alike(intents: Sequence[Intent]) -> Iterator[tuple[tuple[IntentState, int], list[Intent]]]:
    def standing(intent: Intent) -> tuple[IntentState, int]:
        return intent.state, intent.attempts

    for before, group in groupby(sorted(intents, key=standing), key=standing):
        alike = list(group)
        for start in range(0, len(alike), BATCH):
            yield before, alike[start : start + BATCH]


def _check_step(before: IntentState, after: IntentState) -> None:
    if after not in NEXT_STATES[before]:
        message = f"A change that is {before.value} cannot become {after.value}."
        raise ConflictError(message, field="state", fix="Read the intent again and plan from where it stands.")
