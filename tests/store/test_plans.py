"""What stands around a plan: decisions, approvals, leases, suppressions, runs, notices, phases, switches."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from domain.errors import ApprovalStale, InternalError, InvalidRecord
from domain.ids import PlanHash, RunId
from store.plans import (
    ApprovalAnswer,
    ApprovalRequests,
    ApprovalRow,
    ApprovalState,
    Decision,
    Decisions,
    Leases,
    Notices,
    Outcome,
    Phases,
    Plans,
    Runs,
    RunState,
    Suppression,
    Suppressions,
)
from tests.store.changes import NOW, Still, deactivate, enrol, open_case, plan

RUN, LATER = RunId("run-1"), RunId("run-2")
HASH, OTHER = PlanHash("a" * 64), PlanHash("b" * 64)


def test_a_plan_is_read_back_with_the_same_hash(database):
    plans = Plans(database)
    kept, other = plan(enrol("per_a"), open_case()), plan(deactivate("per_b"))
    for one in (kept, other, kept):
        plans.save(one)
    assert plans.read(RUN, kept.plan_hash) == kept
    assert plans.read(RUN, kept.plan_hash).plan_hash == kept.plan_hash
    assert sorted(one.plan_hash for one in plans.for_run(RUN)) == sorted([kept.plan_hash, other.plan_hash])
    assert (plans.read(LATER, kept.plan_hash), plans.for_run(LATER)) == (None, ())


def test_decisions_are_kept_in_order(database):
    decisions = Decisions(database)
    rows = [
        Decision(
            run=RUN,
            plan_hash=HASH,
            change_id=f"chg_{n}",
            natural_key="k",
            action="roster:enrol",
            topic="late adds",
            outcome=outcome,
            rule="default",
            phase=3,
            reason="phase 3 asks a person",
            policy="p1",
            decided_at=NOW,
        )
        for n, outcome in enumerate(Outcome)
    ]
    decisions.record(rows)
    with database.session() as session:
        decisions.record([rows[0]._replace(run=LATER)], session)
    found = decisions.for_run(RUN)
    assert [(row.change_id, row.outcome, row.decided_at) for row in found] == [
        (f"chg_{n}", outcome, NOW) for n, outcome in enumerate(Outcome)
    ]
    assert len(decisions.for_run(LATER)) == 1


def approval(approval_id: str = "apr_1", wanted=None, **changed) -> ApprovalRow:
    wanted = wanted or plan(enrol("per_a"))
    values = {
        "id": approval_id,
        "run": RUN,
        "plan_hash": wanted.plan_hash,
        "plan": wanted.model_dump_json(),
        "topic": wanted.topic,
        "approver_role": "registrar",
        "requested_by": "roster",
        "state": ApprovalState.PENDING,
        "created_at": NOW,
        "expires_at": NOW + timedelta(days=2),
    }
    return ApprovalRow(**{**values, **changed})


def open_approval(database, requests, row) -> None:
    with database.session() as session:
        requests.open(row, [change.natural_key for change in row.as_plan().changes], session)


def move(database, requests, approval_id, expected, to) -> None:
    with database.session() as session:
        requests.move(approval_id, expected, to, NOW, session)


def test_an_approval_is_moved_on_once(database):
    requests = ApprovalRequests(database)
    open_approval(database, requests, approval())
    move(database, requests, "apr_1", ApprovalState.PENDING, ApprovalState.APPROVED)
    with pytest.raises(ApprovalStale, match="apr_1"):
        move(database, requests, "apr_1", ApprovalState.PENDING, ApprovalState.REJECTED)
    move(database, requests, "apr_1", ApprovalState.APPROVED, ApprovalState.USED)
    with pytest.raises(ApprovalStale):
        move(database, requests, "apr_1", ApprovalState.APPROVED, ApprovalState.USED)
    assert requests.read("apr_1").state is ApprovalState.USED
    assert requests.read("apr_2") is None


def test_pending_approvals_are_found_by_the_records_they_would_change(database):
    requests = ApprovalRequests(database)
    first, second = approval("apr_1"), approval("apr_2", plan(deactivate("per_b"), enrol("per_c")), run="run-2")
    for row in (first, second):
        open_approval(database, requests, row)
    keys = [change.natural_key for change in second.as_plan().changes]
    with database.session() as session:
        assert [row.id for row in requests.pending_for(keys, session)] == ["apr_2"]
        requests.move("apr_2", ApprovalState.PENDING, ApprovalState.SUPERSEDED, NOW, session)
        assert requests.pending_for(keys, session) == ()
    assert [row.id for row in requests.find()] == ["apr_1", "apr_2"]
    assert [row.id for row in requests.find(states=[ApprovalState.SUPERSEDED])] == ["apr_2"]
    assert [row.id for row in requests.find(run="run-1")] == ["apr_1"]


def test_nobody_answers_one_request_twice(database):
    requests = ApprovalRequests(database)
    open_approval(database, requests, approval())

    def answer(principal: str) -> None:
        with database.session() as session:
            session.add(
                ApprovalAnswer(
                    approval_id="apr_1", principal=principal, role="registrar", approve=True, reason="", answered_at=NOW
                )
            )

    answer("registrar-1")
    with pytest.raises(IntegrityError):
        answer("registrar-1")
    answer("registrar-2")
    assert [row.principal for row in requests.answers("apr_1")] == ["registrar-1", "registrar-2"]


def test_a_later_run_takes_a_lease_over_and_learns_whose_it_was(database):
    leases = Leases(database)
    leases.take(["k1", "k2", "k1"], RUN, HASH)
    leases.take(["k1", "k2"], RUN, HASH)
    assert {(lease.natural_key, lease.run, lease.plan_hash) for lease in leases.held(["k1", "k2"])} == {
        ("k1", RUN, HASH),
        ("k2", RUN, HASH),
    }
    leases.take(["k2", "k3"], LATER, OTHER)
    held = {lease.natural_key: lease.run for lease in leases.held(["k1", "k2", "k3", "k4"])}
    assert held == {"k1": RUN, "k2": LATER, "k3": LATER}
    assert leases.release(LATER, HASH) == 0
    assert leases.release(LATER) == 2
    leases.take([], RUN, HASH)
    assert [lease.natural_key for lease in leases.held(["k1", "k2", "k3"])] == ["k1"]


def test_a_suppression_holds_until_it_expires_or_is_lifted(database):
    clock = Still()
    suppressions = Suppressions(database, clock=clock)
    suppressions.add(
        Suppression(natural_key=key, reason="rolled back", made_by="registrar-1", made_at=NOW, expires_at=NOW + span)
        for key, span in (("k1", timedelta(days=1)), ("k2", timedelta(days=9)))
    )
    assert [row.natural_key for row in suppressions.active()] == ["k1", "k2"]
    clock.time += timedelta(days=1)
    active = suppressions.active()
    assert [row.natural_key for row in active] == ["k2"]
    assert (suppressions.lift(active[0].id), suppressions.lift(active[0].id)) == (True, False)
    assert suppressions.active() == ()


def test_a_run_is_started_settled_and_started_again_after_a_crash(database):
    clock = Still()
    runs = Runs(database, clock=clock)
    assert runs.start(RUN, "roster_sync", "202680").state is RunState.RUNNING
    runs.settle(RUN, RunState.WAITING, {"found": 3})
    clock.time += timedelta(minutes=1)
    done = runs.settle(RUN, RunState.DONE, {"applied": 2}, "two of three applied")
    assert (done.counts, done.ended_at, done.note) == ({"found": 3, "applied": 2}, clock.time, "two of three applied")
    again = runs.start(RUN, "roster_sync", "202680")
    assert (again.started_at, again.ended_at, again.state) == (NOW, None, RunState.RUNNING)
    runs.start(LATER, "digest")
    assert [run.id for run in runs.latest()] == [LATER, RUN]
    assert [run.id for run in runs.latest("digest")] == [LATER]
    with pytest.raises(InvalidRecord):
        runs.settle(RunId("run-9"), RunState.DONE)


def test_s57_a_notice_goes_out_once_and_not_in_storms(database):
    clock = Still()
    notices = Notices(database, clock=clock)
    quiet = timedelta(hours=4)
    claims = [notices.claim("run-failed:roster_sync", RUN, quiet) for _ in range(5)]
    assert claims == [True, False, False, False, False]
    assert notices.claim("run-failed:digest", RUN, quiet)
    clock.time += quiet
    assert [notices.claim("run-failed:roster_sync", LATER, quiet) for _ in range(2)] == [True, False]


def test_s238_a_phase_override_stands_until_cleared(database):
    phases = Phases(database)
    phases.override("roster", "enrol", 2, "too many conflicts", "registrar-1")
    with database.session() as session:
        phases.override("roster", "enrol", 1, "worse", "registrar-1", session=session)
    assert [(row.domain, row.action, row.phase) for row in phases.overrides()] == [("roster", "enrol", 1)]
    assert (phases.clear("roster", "enrol"), phases.clear("roster", "enrol")) == (True, False)


def test_a_kill_switch_stops_one_system_or_all(database):
    phases = Phases(database)
    assert phases.stopped("canvas") is None
    phases.stop("canvas", "maintenance", "it-1")
    assert phases.stopped("canvas").reason == "maintenance"
    assert phases.stopped("casedesk") is None
    phases.stop("*", "incident", "it-1")
    assert phases.stopped("casedesk").reason == "incident"
    assert (phases.resume("*"), phases.resume("*")) == (True, False)


def test_a_moment_without_a_zone_is_refused(database):
    clock = Still(NOW.replace(tzinfo=None))
    with pytest.raises(Exception, match="time zone") as caught:
        Runs(database, clock=clock).start(RUN, "roster_sync")
    assert isinstance(caught.value, InternalError) or isinstance(caught.value.__cause__, InternalError)
