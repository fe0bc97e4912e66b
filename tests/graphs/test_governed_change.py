"""The governed change: what is automatic goes on, what is held waits alone, and only a real approval writes."""

from datetime import timedelta
from functools import reduce
from pathlib import Path

import pytest
import time_machine
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.errors import GraphDrained

from domain.errors import ApprovalStale
from governance.authority import Authority
from graphs.checkpoints import open_checkpoints
from graphs.draining import Draining
from graphs.governed_change import governed_change
from graphs.governing import PlanRef
from graphs.locks import FileLocks
from graphs.reports import Outcomes
from graphs.threads import Standing, Threads
from store.keys import KeyRing
from tests.graphs.governor import ScriptedGovernor, acting, part

RUN = "run_0123456789ab"


class Desk:
    """A graph on SQLite checkpoints, reopened for every step as a new process would."""

    def __init__(self, folder: Path, governor: ScriptedGovernor) -> None:
        self.folder, self.governor = folder, governor
        self.ring = KeyRing.open(folder / "keys")

    def _threads(self, saver) -> Threads:
        return Threads(governed_change().compile(checkpointer=saver), FileLocks(self.folder / "locks"))

    def run(self) -> Standing:
        with open_checkpoints("sqlite://", self.ring, self.folder) as saver:
            return self._threads(saver).run(RUN, {"plan": part("whole", 3)}, acting(self.governor), "sync")

    def look(self) -> Standing:
        with open_checkpoints("sqlite://", self.ring, self.folder) as saver:
            return self._threads(saver).standing(RUN)

    def answer(self, approval: str, word: str, row: str | None = None) -> Standing:
        if row is not None:
            self.governor.approvals[approval] = row
        with open_checkpoints("sqlite://", self.ring, self.folder) as saver:
            threads = self._threads(saver)
            waiting = {found.value["approval_id"]: found.id for found in threads.standing(RUN).interrupts}
            answer = {"approval_id": approval, "decision": word}
            return threads.answer(RUN, waiting.get(approval, "gone"), answer, acting(self.governor))


def total(standing: Standing) -> Outcomes:
    return reduce(Outcomes.plus, (ended.outcomes for ended in standing.values["ended"]), Outcomes())


def waiting(standing: Standing) -> set[str]:
    return {found.value["approval_id"] for found in standing.interrupts}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, ScriptedGovernor(automatic=part("auto", 2), held=(part("a"), part("b"))))


def test_s112_a_run_killed_before_its_first_step_says_what_it_was_begun_with_and_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[object] = []

    def only_the_first(self, *given) -> object:
        if kept:
            raise ConnectionAbortedError
        kept.append(put(self, *given))
        return kept[0]

    def none_at_all(*_given) -> None:
        raise ConnectionAbortedError

    put = SqliteSaver.put
    with monkeypatch.context() as killed:
        killed.setattr(SqliteSaver, "put", only_the_first)
        killed.setattr(SqliteSaver, "put_writes", none_at_all)
        with pytest.raises(ConnectionAbortedError):
            desk.run()
    standing = desk.look()
    assert (standing.begun, standing.over) == (True, False)
    assert standing.values["plan"] == part("whole", 3)
    assert desk.governor.applied == []
    assert waiting(desk.run()) == {"apr_a", "apr_b"}
    assert desk.governor.applied == ["auto"]


def test_the_automatic_part_is_applied_while_held_parts_wait(desk: Desk) -> None:
    standing = desk.run()
    assert desk.governor.applied == ["auto"]
    assert waiting(standing) == {"apr_a", "apr_b"}
    assert not standing.over


def test_one_answer_does_not_wait_for_the_other(desk: Desk) -> None:
    desk.run()
    standing = desk.answer("apr_b", "approve", row="approved")
    assert desk.governor.applied == ["auto", "b"]
    assert waiting(standing) == {"apr_a"}
    standing = desk.answer("apr_a", "approve", row="approved")
    assert desk.governor.applied == ["auto", "b", "a"]
    assert standing.over
    assert total(standing) == Outcomes(applied=4, verified=4)


@pytest.mark.parametrize("row", ["pending", "rejected", "expired", "superseded", "nonsense"])
def test_s38_an_answer_without_an_approved_row_never_writes(desk: Desk, row: str) -> None:
    desk.run()
    standing = desk.answer("apr_a", "approve", row=row)
    assert desk.governor.applied == ["auto"]
    assert standing.values["split"].automatic == part("auto", 2)
    assert waiting(standing) == {"apr_b"}


@pytest.mark.parametrize("word", ["reject", "expire", "supersede"])
def test_a_plan_that_is_not_approved_ends_as_rejected(desk: Desk, word: str) -> None:
    desk.run()
    desk.answer("apr_a", word, row=word)
    standing = desk.answer("apr_b", word, row=word)
    assert standing.over
    assert desk.governor.applied == ["auto"]
    assert total(standing) == Outcomes(applied=2, verified=2, rejected=2)


def test_a_replayed_answer_is_refused_and_applies_nothing_twice(desk: Desk) -> None:
    desk.run()
    desk.answer("apr_a", "approve", row="approved")
    with pytest.raises(ApprovalStale, match="does not wait"):
        desk.answer("apr_a", "approve")
    assert desk.governor.applied == ["auto", "a"]


def test_an_answer_outside_the_closed_set_is_refused_and_may_be_given_again(desk: Desk) -> None:
    desk.run()
    with pytest.raises(ValueError, match="decision"):
        desk.answer("apr_a", "maybe", row="approved")
    desk.answer("apr_a", "approve")
    assert desk.governor.applied == ["auto", "a"]


def test_an_answer_after_days_still_finds_its_run(desk: Desk) -> None:
    with time_machine.travel("2026-09-21T09:00:00Z", tick=True) as traveller:
        desk.run()
        traveller.shift(timedelta(days=6))
        desk.answer("apr_a", "approve", row="approved")
    assert desk.governor.applied == ["auto", "a"]


def test_running_a_thread_again_does_nothing_twice(desk: Desk) -> None:
    desk.run()
    again = desk.run()
    assert desk.governor.applied == ["auto"]
    assert desk.governor.calls == ["decide whole"]
    assert waiting(again) == {"apr_a", "apr_b"}


def test_r58_a_waiver_has_the_stopped_plan_decided_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ScriptedGovernor(automatic=part("auto", 2), held=(part("a"),), stopped=True))
    standing = desk.run()
    assert desk.governor.applied == []
    assert waiting(standing) == {"apr_limit"}
    standing = desk.answer("apr_limit", "approve", row="approved")
    assert desk.governor.applied == ["auto"]
    assert desk.governor.calls == ["decide whole", "decide limit"]
    assert waiting(standing) == {"apr_a"}


def test_r58_a_refused_waiver_writes_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ScriptedGovernor(automatic=part("auto", 2), stopped=True))
    desk.run()
    standing = desk.answer("apr_limit", "reject", row="rejected")
    assert standing.over
    assert desk.governor.applied == []


def test_r72_a_dry_run_asks_nobody_and_ends(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ScriptedGovernor(held=(part("a", 4),), denied=2, dry=True))
    standing = desk.run()
    assert standing.over
    assert total(standing) == Outcomes(held=4, denied=2)


def test_identity_is_not_persisted(desk: Desk) -> None:
    desk.run()
    raw = b"".join(path.read_bytes() for path in desk.folder.glob("threads.db*"))
    assert b"agent:roster" not in raw


def test_an_edit_asks_anew_for_the_smaller_plan_and_writes_that_alone(desk: Desk) -> None:
    desk.run()
    desk.governor.smaller["apr_a"] = part("a-smaller", 1)
    edited = desk.answer("apr_a", "reject", row="rejected")
    assert waiting(edited) == {"apr_a-smaller", "apr_b"}
    assert "a" not in desk.governor.applied
    ended = desk.answer("apr_a-smaller", "approve", row="approved")
    assert waiting(ended) == {"apr_b"}
    assert "a-smaller" in desk.governor.applied


class DrainingGovernor(ScriptedGovernor):
    """Is asked to stop while it records, within the part of the graph that carries a plan out."""

    draining: Draining | None = None

    def record(self, plan: PlanRef, authority: Authority) -> None:
        super().record(plan, authority)
        if self.draining is not None:
            self.draining.request()


def test_a_process_that_stops_leaves_the_part_before_its_effect_and_another_goes_on(tmp_path: Path) -> None:
    governor = DrainingGovernor(automatic=part("auto", 2))
    governor.draining = Draining()
    desk = Desk(tmp_path, governor)
    with open_checkpoints("sqlite://", desk.ring, tmp_path) as saver:
        threads = Threads(governed_change().compile(checkpointer=saver), FileLocks(tmp_path), governor.draining)
        with pytest.raises(GraphDrained):
            threads.run(RUN, {"plan": part("whole", 3)}, acting(governor), "sync")
        assert (governor.recorded, governor.applied) == (["auto automatic"], [])
        assert not threads.standing(RUN).over
    governor.draining = None
    standing = desk.run()
    assert standing.over
    assert (governor.recorded, governor.applied) == (["auto automatic"], ["auto"])
    assert total(standing).verified == 2
