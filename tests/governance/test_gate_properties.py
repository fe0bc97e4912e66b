"""Whatever crashes and faults strike: every change ends, none is made twice or unrecorded, and all can be undone."""

import json
import shutil
import tempfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.changes import Change
from domain.errors import ProvostError
from domain.ids import RunId
from domain.plans import Plan
from governance.authority import Authority
from store.database import open_database
from store.keys import KeyRing
from store.ledger import CheckpointPace, Ledger
from store.migrations import upgrade
from store.outbox import IN_FLIGHT, IntentState
from tests.governance.campus import Campus, Crash
from tests.governance.house import House
from tests.governance.plans import (
    SECTION,
    case,
    change_role,
    dates,
    deactivate,
    enrol,
    message,
    move,
    person,
    plan_of,
    policy_of,
    restore,
)

KINDS: tuple[Callable[[int], Change], ...] = (enrol, deactivate, restore, change_role, move, dates, case, message)
SEEDED = {"deactivate": "active", "restore": "inactive", "change_role": "active", "move_section": "active"}
CALLS = ("", "crash before", "crash after", "late crash", "lost", "half", "late", "silent", "mute", "uncertain")
CALLS += ("throttle", "deaf")
LOOKS = ("", "", "crash", "down")
STORE = ("", "", "", "", "before", "after")
POLICY = policy_of(
    rules=[
        {
            "id": "all",
            "actions": ["*"],
            "approver_role": "registrar",
            "confidence_floor": "0.9",
            "irreversible_automatic": True,
        }
    ],
    batches={"size": 2, "canary": 1, "resend": 2},
)

Storm = dict[str, list[str]]
CALM: Storm = {"calls": [], "looks": [], "marks": [], "entries": []}

storms = st.fixed_dictionaries(
    {
        "calls": st.lists(st.sampled_from(CALLS), max_size=10),
        "looks": st.lists(st.sampled_from(LOOKS), max_size=16),
        "marks": st.lists(st.sampled_from(STORE), max_size=12),
        "entries": st.lists(st.sampled_from(STORE), max_size=12),
    }
)
choices = st.lists(st.sampled_from(range(len(KINDS))), min_size=1, max_size=7)


@dataclass
class Tumbling:
    """A method that dies now and then, before or after it did its work."""

    method: Callable[..., Any]
    script: list[str]

    def __call__(self, *args: Any, **more: Any) -> Any:
        fate = self.script.pop(0) if self.script else ""
        if fate == "before":
            raise Crash
        result = self.method(*args, **more)
        if fate == "after":
            raise Crash
        return result


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    """A migrated database to copy, and the keys beside it."""
    folder = tmp_path_factory.mktemp("template")
    database = open_database(f"sqlite:///{folder}/provost.db")
    upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    database.scrub_deleted("person_key")
    database.close()
    KeyRing.open(folder / "keys")
    return folder


def house_in(folder: Path, template: Path) -> House:
    shutil.copytree(template, folder, dirs_exist_ok=True)
    database = open_database(f"sqlite:///{folder}/provost.db")
    pace = CheckpointPace(entries=10_000, seconds=3600)
    ledger = Ledger(database, KeyRing.open(folder / "keys"), folder / "checkpoints", pace=pace)
    return House(database, ledger, folder / "state", POLICY)


def populate(campus: Campus, changes: list[Change], moved: set[int]) -> None:
    """Give each change the record it expects, except those that moved since."""
    for number, change in enumerate(changes):
        state = "completed" if number in moved else SEEDED.get(change.kind, "")
        if state and change.kind in {"enrol", *SEEDED}:
            campus.seed(SECTION, person(number), state)
        if change.kind == "update_dates":
            campus.dates[change.section] = dict(change.before.fields)


def weather(house: House, plan: Plan, act: Callable[[], object], storm: Storm) -> None:
    """Let the storm strike while the plan is applied and recovered, then let it end and recover once more."""
    mark, append = house.outbox.mark, house.ledger.append
    house.campus.faults, house.campus.looks = list(storm["calls"]), list(storm["looks"])
    house.outbox.mark = Tumbling(mark, list(storm["marks"]))
    house.ledger.append = Tumbling(append, list(storm["entries"]))
    for attempt in (act, house.gate.recover, act, house.gate.recover):
        try:
            attempt()
        except (Crash, ProvostError):
            continue
    house.campus.faults, house.campus.looks = [], []
    house.outbox.mark, house.ledger.append = mark, append
    act()
    house.gate.recover()
    house.campus.let_all_arrive()


def require_sound(house: House, plan: Plan) -> None:
    """Every intent ended; every effect happened once and is on record with its outcome; nothing else is claimed."""
    intents = house.outbox.find_plan(plan, plan.run)
    assert len(intents) == len(plan.changes)
    assert not [one for one in intents if one.state in IN_FLIGHT]
    assert len(house.campus.effects) == len(set(house.campus.effects))
    assert len(house.campus.messages) == len(set(house.campus.messages))
    entries = [json.loads(line) for line in house.ledger.export(run=plan.run)]
    intended = [one for entry in entries if entry["kind"] == "write.intended" for one in entry["body"]["changes"]]
    ended = [
        (one, state)
        for entry in entries
        if entry["kind"] == "write.outcome"
        for state, found in entry["body"]["outcomes"].items()
        for one in found
    ]
    assert sorted(intended) == sorted(one.change_id for one in plan.changes)
    recorded = {one.change_id: one.state.value for one in intents if one.state is not IntentState.COMPENSATED}
    assert len(ended) == len(plan.changes)
    assert recorded.items() <= dict(ended).items()
    for intent in intents:
        change = intent.as_change()
        if intent.state is IntentState.VERIFIED:
            assert house.campus.image(change).satisfies(change.after)
        if intent.state in {IntentState.REFUSED, IntentState.CONFLICT}:
            assert change.change_id not in house.campus.effects
    assert house.ledger.verify().ok


def as_seen(campus: Campus) -> dict[str, Any]:
    """The campus as anyone can see it: a deleted row is no row."""
    rows = {key: dict(row) for key, row in campus.rows.items() if row["state"] != "deleted"}
    return {"rows": rows, "dates": deepcopy(campus.dates), "cases": sorted(campus.cases)}


def live_through(template: Path, kinds: list[int], moved: set[int], storm: tuple[Storm, Storm]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = house_in(Path(folder), template)
        try:
            survive(house, kinds, moved, storm)
        finally:
            house.database.close()


def survive(house: House, kinds: list[int], moved: set[int], storm: tuple[Storm, Storm]) -> None:
    changes = [KINDS[kind](number) for number, kind in enumerate(kinds)]
    populate(house.campus, changes, moved)
    at_first = as_seen(house.campus)
    decided = house.decide(plan_of(*changes))
    plan, authority = decided.automatic, house.decisions.authority(decided)
    assert plan is not None
    weather(house, plan, lambda: house.gate.apply(plan, RunId("run-1"), authority), storm[0])
    require_sound(house, plan)
    house.campus.effects.clear()
    undo_all(house, storm[1])
    assert as_seen(house.campus) == at_first


def undo_all(house: House, storm: Storm) -> None:
    """Roll the run back through a storm, and again where the storm left something undone."""
    for attempt in range(6):
        undo = house.rollback.plan(RunId("run-1"), RunId(f"undo-{attempt}"), plan_of().requested_by).plan
        if undo is None:
            return
        authority = house.approve(undo)

        def act(undo: Plan = undo, authority: Authority = authority) -> object:
            return house.rollback.apply(undo, authority, "It was wrong.")

        weather(house, undo, act, storm if attempt == 0 else CALM)
        require_sound(house, undo)
    pytest.fail("The undo never ended.")


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(kinds=choices, moved=st.sets(st.integers(0, 6)), storm=st.tuples(storms, storms))
def test_every_storm_leaves_changes_ended_once_on_record_and_undoable(template, kinds, moved, storm):
    live_through(template, kinds, moved, storm)


@pytest.mark.slow
@pytest.mark.timeout(900)
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(kinds=choices, moved=st.sets(st.integers(0, 6)), storm=st.tuples(storms, storms))
def test_many_storms(template, kinds, moved, storm):
    live_through(template, kinds, moved, storm)
