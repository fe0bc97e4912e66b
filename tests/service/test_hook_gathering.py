"""Events about students of one class: each is kept, taken once, by a run that begins after it, and on record."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from domain.ids import RecordHandle, RunId, SisPersonId
from graphs.assembly import Provost, assemble
from service.hook_gathering import ask_again, take_waiting
from service.hook_passes import run_of_hook
from service.hook_work import carry_hook
from store.gathered import Gathered
from store.hooks import EventState, HookInbox, Kept
from store.ledger.reading import read_entries
from tests.service.web.site import settings_in

SENDER, SECTION = "from:success", "202680-10001"
FIRST, SECOND = RunId("evt_1"), RunId("evt_2")


class Asked:
    """Stands in for the engine: notes for which class a run is asked, and may die first."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, str]] = []
        self.dies = False

    def gather(self, workflow: str, event_id: str, payload: Mapping[str, str], key: str, seconds: int) -> None:
        if self.dies:
            raise SystemError("the process dies here")
        assert (workflow, payload, seconds) == ("early_alert", {"section": key, "gathered": "yes"}, 300)
        self.runs.append((event_id, key))


@pytest.fixture
def provost(tmp_path: Path) -> Iterator[Provost]:
    with assemble(settings_in(tmp_path)) as opened:
        yield opened


def come(provost: Provost, queue: Asked, event: str, student: str, section: str = SECTION) -> RecordHandle:
    """Let an event come in and be handed on."""
    handle = provost.identities.handles([SisPersonId(student)])[SisPersonId(student)]
    body = json.dumps({"data": {"section": section, "person": student}})
    HookInbox(provost.database, provost.keyring).keep(Kept(SENDER, event, "student.at_risk", body))
    thread = run_of_hook(SENDER, event)
    carry_hook(provost, queue, thread, {"sender": SENDER, "event": event})  # type: ignore[arg-type]
    return handle


def taken(provost: Provost) -> list[tuple[str, list[str]]]:
    entries = read_entries(provost.database, after=0, limit=100, kinds=("hook.taken",))
    return [(entry.run, json.loads(entry.body)["events"]) for entry in entries]


def test_s74_one_run_takes_all_events_of_its_class_that_wait_and_none_of_them_twice(provost: Provost) -> None:
    queue = Asked()
    ann = come(provost, queue, "e1", "A1")
    ben = come(provost, queue, "e2", "A2")
    come(provost, queue, "e3", "A1")
    come(provost, queue, "e4", "A3", "202680-10002")
    assert [key for _, key in queue.runs] == [SECTION, SECTION, SECTION, "202680-10002"]
    wanted = {"section": SECTION, "people": f"{ann} {ben}"}
    assert take_waiting(provost, FIRST, SECTION) == wanted
    later = come(provost, queue, "e5", "A4")
    assert take_waiting(provost, FIRST, SECTION) == wanted, "asked again it returns what it took the first time"
    assert take_waiting(provost, SECOND, SECTION) == {"section": SECTION, "people": later}
    assert take_waiting(provost, RunId("evt_3"), SECTION) is None
    named = {event: run_of_hook(SENDER, event) for event in ("e1", "e2", "e3", "e5")}
    assert taken(provost) == [(FIRST, [named["e1"], named["e2"], named["e3"]]), (SECOND, [named["e5"]])]
    assert HookInbox(provost.database, provost.keyring).count()[EventState.DONE] == 5


def test_an_event_whose_hand_on_is_killed_is_handed_on_again_and_counts_once(provost: Provost) -> None:
    queue = Asked()
    queue.dies = True
    with pytest.raises(SystemError):
        come(provost, queue, "e1", "A1")
    assert take_waiting(provost, FIRST, SECTION) is not None
    queue.dies = False
    come(provost, queue, "e1", "A1")
    assert len(queue.runs) == 1
    assert take_waiting(provost, SECOND, SECTION) is None


def test_events_that_no_run_took_get_another(provost: Provost, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = Asked()
    come(provost, queue, "e1", "A1")
    assert ask_again(provost, queue) == 0  # type: ignore[arg-type]
    now = provost.clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(type(provost.clock), "now", lambda _clock: now)
    assert ask_again(provost, queue) == 1  # type: ignore[arg-type]
    assert (len({run for run, _ in queue.runs}), queue.runs[1][1]) == (2, SECTION)
    assert Gathered(provost.database).left_since(now) == [SECTION]
