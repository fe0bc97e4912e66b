"""The outbox: every change that was about to be sent, where it stands, and what came back.

An intent and its ledger entry are written in one transaction before anything is sent; the row refers to the entry, so
an intent without one cannot exist. The database itself allows one intent in flight per natural key, which keeps two
workers from writing the same record.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from domain.changes import digest
from domain.errors import ConflictError
from domain.ids import ChangeId, RunId
from domain.plans import Plan
from domain.ports import Clock, Receipt
from store.canonical import canonical_json
from store.clock import SYSTEM_CLOCK
from store.database import Database
from store.intent_rows import (
    ALL_IN_FLIGHT,
    IN_STATE,
    LAST_OF_RECORD,
    OF_RECORDS_IN_FLIGHT,
    OF_RUN,
    OF_RUN_IN_FLIGHT,
    add_intents,
    find_flying,
    keep_receipts,
    move_intents,
    read_intents,
    read_plan,
)
from store.intents import IN_FLIGHT, Intent, IntentState

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
        return self.find_plan(plan, run, session) or self.add(plan, run, ledger_seq, session)

    def add(self, plan: Plan, run: RunId, ledger_seq: int, session: Session) -> tuple[Intent, ...]:
        """Do what ``plan`` does where the caller has found, in the same session, that nothing is recorded yet."""
        connection = session.connection()
        _refuse_in_flight(connection, [change.natural_key for change in plan.changes])
        intents = self._plan_intents(plan, run, ledger_seq)
        try:
            add_intents(connection, intents)
        except IntegrityError as error:
            raise _in_flight(f"plan {plan.plan_hash[:12]}") from error
        return intents

    def find_plan(self, plan: Plan, run: RunId, session: Session | None = None) -> tuple[Intent, ...]:
        """Return the intents already recorded for this run and plan, none where it was never recorded."""
        if session is not None:
            return read_plan(session.connection(), run, plan.plan_hash)
        with self._database.snapshot() as connection:
            return read_plan(connection, run, plan.plan_hash)

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
            return self._mark_within(session.connection(), intents, state, receipts or {})
        with self._database.transaction() as connection:
            return self._mark_within(connection, intents, state, receipts or {})

    def open_for(self, run: RunId) -> tuple[Intent, ...]:
        """Return the run's intents in flight, in plan order."""
        return self._read(OF_RUN_IN_FLIGHT, run=run)

    def for_run(self, run: RunId) -> tuple[Intent, ...]:
        """Return every intent of the run, in plan order."""
        return self._read(OF_RUN, run=run)

    def all_open(self) -> tuple[Intent, ...]:
        """Return every intent in flight, of all runs."""
        return self._read(ALL_IN_FLIGHT)

    def in_state(self, state: IntentState) -> tuple[Intent, ...]:
        """Return every intent in one state, such as the uncertain ones a person must look at."""
        return self._read(IN_STATE, standing=state)

    def in_flight(self, natural_key: str) -> Intent | None:
        """Return the one intent in flight for a record, or None."""
        return next(iter(self._read(OF_RECORDS_IN_FLIGHT, records=[natural_key])), None)

    def last_for(self, natural_key: str) -> Intent | None:
        """Return the newest intent for a record in any state, or None."""
        return next(iter(self._read(LAST_OF_RECORD, record=natural_key)), None)

    def _read(self, query: Select[Any], **values: object) -> tuple[Intent, ...]:
        with self._database.snapshot() as connection:
            return read_intents(connection, query, **values)

    def _plan_intents(self, plan: Plan, run: RunId, ledger_seq: int) -> tuple[Intent, ...]:
        now = self._clock.now()
        return tuple(
            Intent(
                id=f"int_{digest([run, plan.plan_hash, change.change_id])[:24]}",
                run=run,
                plan_hash=plan.plan_hash,
                position=position,
                change_id=change.change_id,
                natural_key=change.natural_key,
                target=change.target,
                kind=change.kind,
                change=change.canonical,
                state=IntentState.PLANNED,
                attempts=0,
                receipt="",
                ledger_seq=ledger_seq,
                created_at=now,
                updated_at=now,
            )
            for position, change in enumerate(plan.changes)
        )

    def _mark_within(
        self,
        connection: Connection,
        intents: Sequence[Intent],
        state: IntentState,
        receipts: Mapping[ChangeId, Receipt],
    ) -> tuple[Intent, ...]:
        """Return what the compare-and-set that is made here vouches for, so that nothing is read again."""
        now = self._clock.now()
        move_intents(connection, intents, state, now)
        texts = {
            intent.id: canonical_json(receipt.model_dump(mode="json"))
            for intent in intents
            if (receipt := receipts.get(ChangeId(intent.change_id))) is not None
        }
        keep_receipts(connection, texts)
        sent = state is IntentState.SENDING
        return tuple(
            intent._replace(
                state=state,
                attempts=intent.attempts + sent,
                receipt=texts.get(intent.id, intent.receipt),
                updated_at=now,
            )
            for intent in intents
        )


def _refuse_in_flight(connection: Connection, keys: Sequence[str]) -> None:
    """Name the record that stands in the way; what slips past between here and the insert is caught by the index."""
    twice = next((key for key, times in Counter(keys).items() if times > 1), None)
    if twice is not None:
        fix = "Report this with the run id."
        raise ConflictError("The plan names one record twice.", field=f"record {twice}", fix=fix)
    flying = find_flying(connection, keys)
    if flying is not None:
        raise _in_flight(f"record {flying}")


def _in_flight(field: str) -> ConflictError:
    fix = "Wait for the other run to end, or recover it, then plan again."
    return ConflictError("Another run is still writing a record that this plan changes.", field=field, fix=fix)
