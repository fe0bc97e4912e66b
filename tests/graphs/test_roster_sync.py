"""The roster graph: its stages in order, two branches side by side, stops, and a second look after a conflict."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agents.roster.detected import Detection, Preflight
from domain.changes import CreateTicket, Tier
from domain.images import Image
from domain.plans import Plan
from governance.actions import ObjectType
from governance.authority import Authority
from graphs.checkpoints import open_checkpoints
from graphs.context import RosterActing
from graphs.governing import PlanRef, Populations, Split
from graphs.locks import FileLocks
from graphs.reports import Outcomes
from graphs.roster_sync import roster_sync
from graphs.specialists import Notes, SyncRequest
from graphs.threads import Standing, Threads
from store.keys import KeyRing
from tests.graphs.governor import ScriptedGovernor, acting

NOW = datetime(2026, 9, 21, 13, tzinfo=UTC)
RUN = "run_0123456789ab"


def plan(topic: str, changes: int) -> Plan:
    tickets = tuple(
        CreateTicket(
            rule="R8",
            tier=Tier.AUTO,
            topic=topic,
            before=Image.absent(),
            after=Image(fields={"marker": f"{topic}-{n}"}),
            marker=f"{topic}-{n}",
            title="t",
            body="b",
        )
        for n in range(changes)
    )
    return Plan(run=RUN, topic=topic, requested_by="agent:roster", made_at=NOW, changes=tickets)


@dataclass
class ScriptedRoster:
    """A specialist that notes its stages; both branches meet at a barrier, so that they must run side by side."""

    stopped: bool = False
    proposed: int = 1
    ahead: int = 1
    stages: list[str] = field(default_factory=list)
    meeting: threading.Barrier | None = None

    def detect(self, request: SyncRequest) -> Detection:
        self.stages.append("detect")
        return Detection(term=request.term, detected_at=NOW, preflight=Preflight(stopped=self.stopped))

    def enrich(self, request: SyncRequest, detection: Detection) -> Notes:
        self.stages.append("enrich")
        return Notes(words={"marker": "a model suggests"})

    def propose(self, request: SyncRequest, detection: Detection, notes: Notes) -> Plan:
        assert notes.words == {"marker": "a model suggests"}
        return self._meet("roster", self.proposed)

    def look_ahead(self, request: SyncRequest, detection: Detection) -> Plan:
        return self._meet("ahead", self.ahead)

    def populations(self, detection: Detection) -> Populations:
        return Populations(counts={ObjectType.ENROLMENT: 100})

    def _meet(self, topic: str, changes: int) -> Plan:
        self.stages.append(topic)
        if self.meeting is not None:
            self.meeting.wait(timeout=10)
        return plan(topic, changes)


@dataclass
class BranchGovernor(ScriptedGovernor):
    """Holds the plan of the topic named, applies the others, and reports conflicts as often as told."""

    hold: str = ""
    conflicts: list[int] = field(default_factory=list)
    seen: list[Populations] = field(default_factory=list)

    def decide(self, plan: PlanRef, populations: Populations, waiver: object) -> Split:
        self.seen.append(populations)
        if plan.topic == self.hold:
            return Split(held=(plan,))
        return Split(automatic=plan, authority=Authority(kind="automatic", reference="d1", plan_hash=plan.plan_hash))

    def verify(self, plan: PlanRef) -> Outcomes:
        conflicts = self.conflicts.pop() if self.conflicts else 0
        return Outcomes(conflicts=conflicts, applied=plan.changes - conflicts, verified=plan.changes - conflicts)


def run(folder: Path, roster: ScriptedRoster, governor: BranchGovernor, kind: str = "term") -> Standing:
    request = SyncRequest(run=RUN, kind=kind, term="202680")
    base = acting(governor)
    context = RosterActing(run=base.run, principal=base.principal, governor=governor, roster=roster)
    with open_checkpoints("sqlite://", KeyRing.open(folder / "keys"), folder) as saver:
        threads = Threads(roster_sync().compile(checkpointer=saver), FileLocks(folder / "locks"))
        return threads.run(RUN, {"request": request}, context, "sync")


def test_s156_every_stage_runs_by_name_and_in_order(tmp_path: Path) -> None:
    roster, governor = ScriptedRoster(), BranchGovernor()
    standing = run(tmp_path, roster, governor)
    assert standing.over
    assert roster.stages[:2] == ["detect", "enrich"]
    assert sorted(governor.applied) == ["ahead", "roster"]
    assert {proposal.branch for proposal in standing.values["proposals"]} == {"provisioning", "pre_semester"}
    assert governor.seen == [Populations(counts={ObjectType.ENROLMENT: 100})] * 2
    graph = roster_sync()
    assert {"detect", "enrich", "provisioning", "pre_semester", "conclude"} <= set(graph.nodes)


def test_s132_history_is_looked_at_concurrently_with_provisioning(tmp_path: Path) -> None:
    run(tmp_path, ScriptedRoster(meeting=threading.Barrier(2)), BranchGovernor())


@pytest.mark.parametrize("hold", ["roster", "ahead"])
def test_neither_branch_waits_for_the_others_approval(tmp_path: Path, hold: str) -> None:
    governor = BranchGovernor(hold=hold)
    standing = run(tmp_path, ScriptedRoster(), governor)
    assert not standing.over
    assert governor.applied == ["ahead" if hold == "roster" else "roster"]
    assert [found.value["topic"] for found in standing.interrupts] == [hold]


def test_r66_a_stopped_detection_proposes_nothing(tmp_path: Path) -> None:
    roster, governor = ScriptedRoster(stopped=True), BranchGovernor()
    standing = run(tmp_path, roster, governor)
    assert standing.over
    assert roster.stages == ["detect"]
    assert governor.calls == []


def test_an_empty_plan_is_not_put_to_governance(tmp_path: Path) -> None:
    governor = BranchGovernor()
    standing = run(tmp_path, ScriptedRoster(proposed=0, ahead=0), governor)
    assert standing.over
    assert governor.calls == []
    assert standing.values.get("proposals", []) == []


@pytest.mark.parametrize(("kind", "looks"), [("event", 2), ("term", 1)])
def test_r52_an_event_whose_record_moved_is_looked_at_again(tmp_path: Path, kind: str, looks: int) -> None:
    roster = ScriptedRoster(ahead=0)
    standing = run(tmp_path, roster, BranchGovernor(conflicts=[1]), kind)
    assert standing.over
    assert roster.stages.count("detect") == looks


def test_r52_an_event_is_not_looked_at_for_ever(tmp_path: Path) -> None:
    roster = ScriptedRoster(ahead=0)
    run(tmp_path, roster, BranchGovernor(conflicts=[1] * 9), "event")
    assert roster.stages.count("detect") == 3
