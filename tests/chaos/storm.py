"""A chaos run: a campus that is never killed, workers that are, and what must hold afterwards.

Ground truth is the campus's own log of effective writes and its inbox, never anything of ours.
"""

import json
import os
import random
import re
import signal
import ssl
import subprocess
import sys
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlmodel import select

from domain.findings import Discrepancy, DiscrepancyType, Handling
from domain.ids import TermCode
from evals.campus_process import CampusProcess, campus_arguments
from evals.installation import write_installation
from graphs.assembly import Provost, assemble
from graphs.settings import Settings
from service.engine import WorkQueue, engine_url
from service.logs import configure_logs
from service.nights import RECONCILE
from service.worker import RECOVER
from store.ledger.entries import EntryRow
from store.outbox import IN_FLIGHT, IntentState
from store.plans import ApprovalState

TERM = TermCode("202680")
NIGHT = "run_202609210215chaos"
SIMPLE = {"enrol", "deactivate", "restore"}
OPEN = ("PENDING", "ENQUEUED", "DELAYED")
BACKLOG, PATIENCE = 30, 20.0
"""How much work may be open before the next kill, and for how many seconds that is waited for."""
LEFT_TO_PEOPLE = {Handling.PROPOSE, Handling.TICKET, Handling.REPORT, Handling.REQUEUE}


@dataclass
class Storm:
    """One chaos run on one database; ``slots`` workers at a time."""

    folder: Path
    campus: CampusProcess
    settings: dict[str, Any]
    rng: random.Random
    slots: list[str]
    version: int = 1
    kills: int = 0
    messages: int = 0
    happened: int = 0
    opened: set[str] = field(default_factory=set)
    """Sections that were opened in Banner meanwhile; the next night makes their courses."""
    alive: dict[str, int] = field(default_factory=dict)
    zygote: subprocess.Popen[str] | None = None
    queue: WorkQueue | None = None

    def start(self, slot: str) -> None:
        """Fork a worker into a slot."""
        assert self.zygote is not None
        assert self.zygote.stdin is not None
        assert self.zygote.stdout is not None
        self.zygote.stdin.write(json.dumps({"slot": slot, "version": self.version}) + "\n")
        self.zygote.stdin.flush()
        self.alive[slot] = int(self.zygote.stdout.readline())

    def kill(self, slot: str, *, restart: bool = True) -> None:
        """End a worker without warning; a permanent kill leaves its slot to the others."""
        os.kill(self.alive.pop(slot), signal.SIGKILL)
        self.kills += 1
        if restart:
            self.start(slot)

    def disturb(self, events: int) -> None:
        """Let things happen in Banner, ask for one message that may arrive once only, and for a look at the rest."""
        done = self.campus.live(events)
        self.happened += len(done)
        self.opened |= {key for each in done if each["kind"] == "section_opened" for key in each["sections"]}
        assert self.queue is not None
        name = f"ntc_{self.messages:012x}"
        person = self.rng.choice(self.people)
        self.queue.enqueue("notice", name, {"person": person, "body": f"chaos message number {self.messages}."})
        self.queue.enqueue(RECOVER, f"sched-{RECOVER}-{self.messages}", {"at": ""})
        self.messages += 1

    @property
    def people(self) -> list[str]:
        """Some SIS ids to write to, from the campus's own log: of those who have an account that can be written to."""
        log = self.campus._call("GET", "/writes?since=0")["writes"]
        found = sorted({each["key"]["user"] for each in log if each["table"] == "enrollment"})
        return [person for person in found if person in self.settings["people"]] or self.settings["people"][:40]

    def rage(self, kills: int, shortest: float, longest: float, events: int) -> None:
        """Kill at random until enough have died, no faster than work gets done, so that kills meet all of it."""
        for _ in range(kills):
            self.disturb(events)
            time.sleep(self.rng.uniform(shortest, longest))
            deadline = time.monotonic() + PATIENCE
            while self._open_work().total() > BACKLOG and time.monotonic() < deadline:
                time.sleep(0.1)
            self.kill(self.rng.choice(sorted(self.alive)))

    def settle(self, seconds: float) -> None:
        """Wait until everything accepted is done, then stop the workers as an operator would."""
        deadline = time.monotonic() + seconds
        while not self._quiet():
            assert time.monotonic() < deadline, f"not quiet in time: {self._open_work()}"
            time.sleep(0.5)
        for slot, process in list(self.alive.items()):
            os.kill(process, signal.SIGTERM)
            _wait_for_end(process, 90)
            del self.alive[slot]

    def _open_work(self) -> Counter[str]:
        assert self.queue is not None
        rows = self.queue._client.list_workflows(status=[*OPEN], load_input=False, load_output=False)
        return Counter(row.status for row in rows)

    def _quiet(self) -> bool:
        if self._open_work():
            return False
        time.sleep(1.5)
        return not self._open_work()


@contextmanager
def storm(folder: Path, url: str, *, students: int, seed: int, slots: list[str]) -> Iterator[Storm]:
    """Start a campus, an installation on it, and the process that forks workers."""
    configure_logs("console", "error")
    arguments = campus_arguments(students=students, seed=seed, term=TERM, world="synthetic", data=None)
    with CampusProcess(arguments) as campus:
        written = tomllib.loads(write_installation(campus.handle, folder / "home").read_text())
        settings = {**written, "database_url": url, "poll_seconds": 0.3, "log_level": "error"}
        settings["canvas"]["import_look_seconds"] = 0.05
        _lift_limits(Path(settings["policy_file"]))
        file = folder / "chaos.toml"
        file.write_text(_toml(settings))
        with assemble(Settings(**settings)) as provost:
            settings["people"] = sorted(
                user.sis_id for user in provost.lms.read_users().rows if user.sis_id and not user.deleted
            )
            queue = WorkQueue(engine_url(provost.settings.database, provost.settings.home))
        made = Storm(folder, campus, settings, random.Random(seed), slots, queue=queue)
        command = [sys.executable, "-m", "tests.chaos.zygote", str(file)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as zygote:
            made.zygote = zygote
            try:
                queue.enqueue(RECONCILE, NIGHT, {"term": TERM})
                for slot in slots:
                    made.start(slot)
                yield made
            finally:
                for process in made.alive.values():
                    with suppress(ProcessLookupError):
                        os.kill(process, signal.SIGKILL)
                assert zygote.stdin is not None
                zygote.stdin.close()
                queue.close()


def check(made: Storm) -> dict[str, int]:
    """Assert that nothing was lost, applied twice or left unrecorded; return what was counted."""
    settings = {name: value for name, value in made.settings.items() if name != "people"}
    with assemble(Settings(**settings)) as provost:
        _assert_no_work_failed(made)
        provost.recover()
        writes = made.campus._call("GET", "/writes?since=0")["writes"]
        _assert_nothing_in_flight(provost)
        recorded = _assert_recorded(provost, writes)
        _assert_once(provost, writes)
        _assert_messages_once(made, provost)
        events = _assert_every_event_recorded(made, provost)
        _assert_nothing_lost(made, provost)
        verification = provost.ledger.verify()
        assert verification.ok, verification
    counted = {"kills": made.kills, "happened": made.happened, "events": events, "writes": recorded}
    return {**counted, "messages": made.messages, "entries": verification.entries}


def _assert_every_event_recorded(made: Storm, provost: Provost) -> int:
    """Every notification that was accepted ended as a run, and the ledger has entries of that run."""
    assert made.queue is not None
    rows = made.queue._client.list_workflows(workflow_id_prefix="evt_", load_output=False)
    given = [row.input["args"] for row in rows if row.input is not None]
    events = {thread: payload["event_id"] for workflow, thread, payload in given if workflow == "roster_sync"}
    runs = {run.id: run.state.value for run in provost.runs.latest("event", limit=100_000)}
    assert {thread for thread in events if runs.get(thread) not in ("done", "waiting")} == set()
    with provost.database.reading() as session:
        recorded = set(session.exec(select(EntryRow.run).distinct()))
    assert set(events) - recorded == set()
    assert len(set(events.values())) == len(events) >= made.happened
    return len(events)


def _assert_no_work_failed(made: Storm) -> None:
    assert made.queue is not None
    rows = made.queue._client.list_workflows(load_input=False)
    failed = {row.workflow_id: str(row.error) for row in rows if row.status not in ("SUCCESS", "CANCELLED")}
    assert failed == {}


def _assert_nothing_in_flight(provost: Provost) -> None:
    assert [intent.natural_key for intent in provost.outbox.all_open()] == []
    assert IN_FLIGHT
    assert [one.natural_key for one in provost.outbox.in_state(IntentState.UNCERTAIN)] == []


def _intents(provost: Provost) -> list[Any]:
    return [intent for run in provost.runs.latest(limit=100_000) for intent in provost.outbox.for_run(run.id)]


def _enrolment_keys(provost: Provost) -> dict[tuple[str, str], list[Any]]:
    """The intents of enrolments by section and SIS id, as the campus knows them."""
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for intent in _intents(provost):
        change = intent.as_change()
        if change.domain == "roster":
            person = str(provost.identities.person(change.person))
            found[str(change.section), person].append(intent)
            if change.kind == "move_section":
                found[str(change.from_section), person].append(intent)
    return found


def _assert_recorded(provost: Provost, writes: list[dict[str, Any]]) -> int:
    """Every effective write of ours has an intent that was on record before it."""
    known = _enrolment_keys(provost)
    ours = [each for each in writes if each["actor"] != "hand" and each["table"] == "enrollment"]
    stray = [each for each in ours if (each["key"]["section"], each["key"]["user"]) not in known]
    assert stray == []
    assert all(intent.ledger_seq > 0 for intents in known.values() for intent in intents)
    return len(ours)


def _assert_once(provost: Provost, writes: list[dict[str, Any]]) -> None:
    """No enrolment changed more often than changes to it were sent and ended."""
    changed = Counter((each["key"]["section"], each["key"]["user"]) for each in writes if each["table"] == "enrollment")
    known = _enrolment_keys(provost)
    for key, times in changed.items():
        intents = [intent for intent in known[key] if intent.attempts]
        if all(intent.kind in SIMPLE for intent in intents):
            assert times <= len(intents), (key, times, [(intent.kind, intent.state) for intent in intents])


def _assert_messages_once(made: Storm, provost: Provost) -> None:
    """Every message asked for lies in the campus's inbox exactly once."""
    bodies = _sent_bodies(made)
    found = {f"chaos message number {n}.": 0 for n in range(made.messages)}
    for body in bodies:
        for wanted in found:
            found[wanted] += wanted in body
    wrong = {text: times for text, times in found.items() if times != 1}
    sent = [intent for intent in _intents(provost) if intent.kind == "send_message"]
    trails = [
        f"{i.run} {i.state.value} {i.attempts} {i.receipt[:120]}" for i in sent if any(t in i.change for t in wrong)
    ]
    assert (wrong, trails) == ({}, [])


def _sent_bodies(made: Storm) -> list[str]:
    canvas = made.campus.handle["canvas"]
    context = ssl.create_default_context(cafile=made.campus.handle["ca_file"])
    headers = {"Authorization": f"Bearer {canvas['write_token']}", "User-Agent": "chaos"}
    with httpx.Client(base_url=canvas["url"], headers=headers, verify=context, trust_env=False) as client:
        bodies, page = [], f"{canvas['url']}/api/v1/conversations?scope=sent&per_page=100"
        while page:
            answer = client.get(page)
            for row in answer.json():
                one = client.get(f"/api/v1/conversations/{row['id']}").json()
                bodies += [message["body"] for message in one["messages"]]
            page = answer.links.get("next", {}).get("url", "")
    return bodies


def _assert_nothing_lost(made: Storm, provost: Provost) -> None:
    """A fresh comparison of the whole term finds nothing that the rules settle alone before the next night."""
    report = provost.reconcile(TERM, dry_run=True)
    open_to = [found for found in report.discrepancies if found.handling not in LEFT_TO_PEOPLE]
    lost = [found for found in open_to if not _opened_meanwhile(found, made.opened)]
    assert [(found.type.value, found.subject, found.details, _trail(provost, found)) for found in lost] == []


def _opened_meanwhile(found: Discrepancy, opened: set[str]) -> bool:
    """Tell whether a section has no course only because it was opened after the night began."""
    missing = found.type is DiscrepancyType.ENROLLMENT_WITHOUT_LMS_COURSE
    return missing and set(found.details["sections"].split()) <= opened


def _trail(provost: Provost, found: Discrepancy) -> list[str]:
    """What was done to the record of a discrepancy, for the message of a failed check."""
    wanted = {str(found.person), str(found.section)}
    rows = [
        f"{intent.ledger_seq} {intent.run} {intent.kind} {intent.state.value} {intent.attempts} {intent.receipt[:80]}"
        for intent in sorted(_intents(provost), key=lambda intent: intent.ledger_seq)
        if all(part in intent.natural_key for part in wanted)
    ]
    states = Counter(run.state.value for run in provost.runs.latest(limit=100_000))
    held = [view.plan.topic for view in provost.approvals.find(ApprovalState.PENDING)]
    return [*rows, f"runs {dict(states)}", f"held {held}"]


def _lift_limits(policy: Path) -> None:
    """Let a small campus see more change in a day than its limits allow, so that nothing waits for a waiver."""
    lines = policy.read_text().splitlines()
    policy.write_text("\n".join(re.sub(r'percent: "[0-9.]+"', 'percent: "100"', line) for line in lines) + "\n")


def _wait_for_end(process: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise AssertionError(f"worker {process} did not drain")


def _toml(settings: dict[str, Any]) -> str:
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items() if not isinstance(value, dict)]
    for group, values in settings.items():
        if isinstance(values, dict):
            lines += [f"[{group}]", *(f"{name} = {json.dumps(value)}" for name, value in values.items())]
    return "\n".join(lines) + "\n"
