"""The statements of the outbox, built once: intents are read, added and moved on by the batch."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update
from sqlmodel import SQLModel

from domain.errors import ConflictError
from domain.ids import PlanHash, RunId
from store.intents import FLYING, NEXT_STATES, Intent, IntentRow, IntentState

BATCH = 500
_TABLE = SQLModel.metadata.tables[str(IntentRow.__tablename__)]
_C = _TABLE.c
_ANY: Select[Any] = select(*(_C[name] for name in Intent._fields))
EVERY = _ANY.order_by(_C.ledger_seq, _C.position)
"""Every intent in the order in which they were recorded, to be narrowed."""
OF_PLAN = EVERY.where(_C.run == bindparam("run"), _C.plan_hash == bindparam("plan_hash"))
OF_RUN = EVERY.where(_C.run == bindparam("run"))
IN_STATE = EVERY.where(_C.state == bindparam("standing"))
ALL_IN_FLIGHT = EVERY.where(FLYING)
OF_RUN_IN_FLIGHT = OF_RUN.where(FLYING)
LAST_OF_RECORD = _ANY.where(_C.natural_key == bindparam("record")).order_by(_C.ledger_seq.desc()).limit(1)
OF_RECORDS_IN_FLIGHT = EVERY.where(_C.natural_key.in_(bindparam("records", expanding=True)), FLYING).limit(1)
_IN_STATES = _ANY.where(_C.state.in_(bindparam("states", expanding=True)))
_WRITTEN = _IN_STATES.where(_C.attempts > 0, _C.created_at <= bindparam("before")).order_by(
    _C.ledger_seq.desc(), _C.position.desc()
)
_SENT_SINCE = (
    select(_C.kind, func.count()).where(_C.attempts > 0, _C.created_at >= bindparam("since")).group_by(_C.kind)
)
_INSERT = insert(_TABLE)
_MOVE = (
    update(_TABLE)
    .where(_C.id.in_(bindparam("ids", expanding=True)), _C.state == bindparam("was"), _C.attempts == bindparam("tried"))
    .values(state=bindparam("to"), attempts=bindparam("counted"), updated_at=bindparam("moment"))
)
_ANSWER = update(_TABLE).where(_C.id == bindparam("intent")).values(receipt=bindparam("answer"))


def read_intents(connection: Connection, query: Select[Any], **values: object) -> tuple[Intent, ...]:
    """Return the intents that a query over ``EVERY`` finds."""
    return tuple(map(Intent._make, connection.execute(query, values)))


def read_plan(connection: Connection, run: RunId, plan_hash: PlanHash) -> tuple[Intent, ...]:
    """Return the intents of one plan in one run, in plan order."""
    return read_intents(connection, OF_PLAN, run=run, plan_hash=plan_hash)


def read_written(
    connection: Connection,
    states: Sequence[IntentState],
    before: datetime,
    *,
    run: str | None = None,
    since: datetime | None = None,
) -> tuple[Intent, ...]:
    """Return what was sent before a moment and is in one of these states, newest first; of one run, or since one."""
    query = _WRITTEN if run is None else _WRITTEN.where(_C.run == run)
    query = query if since is None else query.where(_C.created_at >= since)
    return read_intents(connection, query, states=states, before=before)


def count_sent(connection: Connection, since: datetime) -> Sequence[tuple[str, int]]:
    """Return how many changes of each kind were sent since a moment."""
    return [(kind, number) for kind, number in connection.execute(_SENT_SINCE, {"since": since})]


def find_flying(connection: Connection, records: Sequence[str]) -> str | None:
    """Return one of these records that has a change in flight, or None."""
    for start in range(0, len(records), BATCH):
        found = read_intents(connection, OF_RECORDS_IN_FLIGHT, records=records[start : start + BATCH])
        if found:
            return found[0].natural_key
    return None


def add_intents(connection: Connection, intents: Sequence[Intent]) -> None:
    """Add intents in one round; IntegrityError where one is there or its record has a change in flight."""
    if intents:
        connection.execute(_INSERT, [intent._asdict() for intent in intents])


def move_intents(connection: Connection, intents: Sequence[Intent], state: IntentState, now: datetime) -> None:
    """Move intents on where each still has the state and the attempts it was read with; ConflictError where not."""
    for (was, tried), alike in _alike(intents):
        _check_step(was, state)
        counted = tried + (state is IntentState.SENDING)
        values = {"was": was, "tried": tried, "to": state, "counted": counted, "moment": now}
        for start in range(0, len(alike), BATCH):
            _move(connection, alike[start : start + BATCH], values)


def keep_receipts(connection: Connection, texts: Mapping[str, str]) -> None:
    """Store what the outside system answered, by intent, all rows in one round."""
    if texts:
        connection.execute(_ANSWER, [{"intent": intent, "answer": text} for intent, text in texts.items()])


def _move(connection: Connection, alike: Sequence[Intent], values: Mapping[str, object]) -> None:
    moved = connection.execute(_MOVE, {"ids": [intent.id for intent in alike], **values}).rowcount
    if moved != len(alike):
        raise ConflictError(
            "Another worker has moved a change on since it was read here.",
            field=f"run {alike[0].run}",
            fix="Leave it to that worker; recovery takes over if it stops.",
        )


def _alike(intents: Sequence[Intent]) -> Iterator[tuple[tuple[IntentState, int], list[Intent]]]:
    def standing(intent: Intent) -> tuple[IntentState, int]:
        return intent.state, intent.attempts

    for before, group in groupby(sorted(intents, key=standing), key=standing):
        yield before, list(group)


def _check_step(before: IntentState, after: IntentState) -> None:
    if after not in NEXT_STATES[before]:
        message = f"A change that is {before.value} cannot become {after.value}."
        raise ConflictError(message, field="state", fix="Read the intent again and plan from where it stands.")
