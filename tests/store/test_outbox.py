"""The outbox: no intent without its ledger entry, one in flight per record, no move made by two workers."""

from itertools import product

import pytest
from sqlalchemy.exc import IntegrityError

from domain.errors import ConflictError
from domain.ids import RunId
from domain.ports import Receipt
from store.intent_rows import add_intents
from store.intents import NEXT_STATES, IntentRow
from store.outbox import IN_FLIGHT, IntentState, Outbox
from tests.store.changes import deactivate, enrol, open_case, plan

S = IntentState
RUN, LATER = RunId("run-1"), RunId("run-2")


@pytest.fixture
def outbox(database) -> Outbox:
    return Outbox(database)


@pytest.fixture
def record(ledger, database, outbox):
    """Records a plan the way the gate does: ledger entry and intents in one transaction."""

    def record(wanted, run=RUN):
        with database.session() as session:
            entry = ledger.append("intent", "gate", run, {"plan": wanted.plan_hash}, session=session)
            return outbox.plan(wanted, run, entry.seq, session)

    return record


def test_a_plan_is_recorded_in_order_with_its_ledger_entry(record, outbox):
    wanted = plan(enrol("per_a"), deactivate("per_b"), open_case())
    intents = record(wanted)
    assert outbox.for_run(RUN) == outbox.open_for(RUN) == outbox.all_open() == outbox.find_plan(wanted, RUN) == intents
    assert [intent.as_change() for intent in intents] == list(wanted.changes)
    assert {(i.state, i.attempts, i.ledger_seq, i.as_receipt()) for i in intents} == {(S.PLANNED, 0, 1, None)}


def test_an_intent_without_a_ledger_entry_cannot_exist(database, outbox):
    def record_without_entry():
        with database.session() as session:
            add_intents(session.connection(), outbox._plan_intents(plan(enrol()), RUN, 99))

    with pytest.raises(IntegrityError):
        record_without_entry()
    assert outbox.all_open() == ()


def test_a_plan_recorded_again_after_a_crash_is_the_same_intents(record, outbox):
    wanted = plan(enrol("per_a"), enrol("per_b"))
    first = record(wanted)
    outbox.mark(first[:1], S.SENDING)
    assert [intent.id for intent in record(wanted)] == [intent.id for intent in first]
    assert len(outbox.for_run(RUN)) == 2


@pytest.mark.parametrize("state", list(IntentState))
def test_one_intent_in_flight_per_record(record, outbox, database, ledger, state):
    intent = record(plan(enrol("per_a")))
    for step in {S.SENT: [S.SENDING, S.SENT], S.UNVERIFIED: [S.SENDING, S.UNVERIFIED]}.get(state, [state]):
        steps = [S.VERIFIED, step] if step is S.COMPENSATED else [step]
        for one in steps if state is not S.PLANNED else []:
            intent = outbox.mark(intent, one)
    assert intent[0].state is state
    again = plan(deactivate("per_a"), run="run-2")
    if state in IN_FLIGHT:
        with pytest.raises(ConflictError, match="per_a"):
            record(again, LATER)
        assert outbox.in_flight(again.changes[0].natural_key) == intent[0]
        assert ledger.verify().entries == 1
    else:
        assert record(again, LATER)[0].state is S.PLANNED
        assert outbox.last_for(again.changes[0].natural_key).run == LATER


def test_the_database_itself_refuses_a_second_intent_in_flight(record, database, outbox):
    first = record(plan(enrol("per_a")))[0]

    def slip_past():
        with database.session() as session:
            session.add(IntentRow(**{**first._asdict(), "id": "int_other", "run": "run-2"}))

    with pytest.raises(IntegrityError):
        slip_past()


def test_a_plan_that_names_one_record_twice_is_refused(record, outbox):
    with pytest.raises(ConflictError, match="twice"):
        record(plan(enrol("per_a"), deactivate("per_a")))
    assert outbox.all_open() == ()


def test_only_the_steps_of_the_table_are_taken(outbox, database, record):
    record(plan(enrol("per_a")))
    for before, after in product(IntentState, IntentState):
        with database.session() as session:
            session.merge(IntentRow(**{**outbox.for_run(RUN)[0]._asdict(), "state": before}))
        intent = outbox.for_run(RUN)[0]
        if after in NEXT_STATES[before]:
            assert outbox.mark([intent], after)[0].state is after
        else:
            with pytest.raises(ConflictError, match="cannot become"):
                outbox.mark([intent], after)


def test_two_workers_cannot_both_move_one_intent(record, outbox):
    stale = record(plan(enrol("per_a"), enrol("per_b")))
    outbox.mark(stale[:1], S.SENDING)
    with pytest.raises(ConflictError, match="Another worker"):
        outbox.mark(stale, S.SENDING)
    assert [(i.state, i.attempts) for i in outbox.for_run(RUN)] == [(S.SENDING, 1), (S.PLANNED, 0)]


def test_of_two_workers_that_recover_one_only_one_sends_again(record, outbox):
    sending = outbox.mark(record(plan(enrol("per_a"))), S.SENDING)
    assert outbox.mark(sending, S.SENDING)[0].attempts == 2
    with pytest.raises(ConflictError):
        outbox.mark(sending, S.SENDING)


def test_receipts_are_kept_with_the_change_they_answer(record, outbox):
    intents = outbox.mark(record(plan(enrol("per_a"), enrol("per_b"))), S.SENDING)
    receipts = {
        intent.change_id: Receipt(change=intent.change_id, accepted=accepted, reference=f"import 7 row {accepted}")
        for intent, accepted in zip(intents, (True, False), strict=True)
    }
    sent = outbox.mark(intents, S.SENT, receipts=receipts)
    assert [intent.as_receipt() for intent in sent] == list(receipts.values())
    verified = outbox.mark(sent[:1], S.VERIFIED)
    assert verified[0].as_receipt().accepted
    assert outbox.open_for(RUN) == (outbox.in_flight(sent[1].natural_key),)
    assert outbox.in_state(S.VERIFIED) == verified


def test_marks_join_the_transaction_of_their_ledger_entry(record, outbox, database, ledger):
    intents = record(plan(enrol("per_a")))

    def mark_and_fail():
        with database.session() as session:
            ledger.append("outcome", "gate", RUN, {}, session=session)
            outbox.mark(intents, S.SENDING, session=session)
            raise KeyError

    with pytest.raises(KeyError):
        mark_and_fail()
    assert outbox.for_run(RUN)[0].state is S.PLANNED
    assert ledger.verify().entries == 1


def test_a_thousand_changes_move_together(record, outbox):
    intents = record(plan(*(enrol(f"per_{number}") for number in range(1200))))
    moved = outbox.mark(intents, S.SENDING)
    assert [i.id for i in moved] == [i.id for i in intents]
    assert {(i.state, i.attempts) for i in outbox.for_run(RUN)} == {(S.SENDING, 1)}
