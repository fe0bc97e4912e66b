"""Benchmark of the chat: what our layers add to a turn of two model calls and one look, beside the bare agent loop.

A model on loopback answers at once: first with a call of one tool, then with words that name the student by code. Ours
is the whole turn (question scrubbed, tool asked for the caller, answer in codes, both requests searched, recorded and
sent, words written for the reader, turn kept). The baseline is LangChain's agent with the same model, prompt and tools,
whose tool answers with the same text. ``added`` is the difference of the medians, against a limit of 25 ms with a
directory of 50,000 people. ``first words`` is how long after the model's first chunk the first words are shown, beside
the time between two chunks. Other work on the machine shows in the wall clock; the processor's time says what was done.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from langchain.agents import create_agent
from langchain_core.messages import HumanMessage
from langchain_core.tools import StructuredTool

from agents.advisor.prompt import read_prompt
from domain.ids import PrincipalId, RecordHandle, SisPersonId
from domain.principals import Principal, PrincipalKind, Role
from evals.bench import BenchRow
from evals.bench.loopback_model import LoopbackModel, loopback_model
from evals.campus import Trial, install
from evals.privacy.people import campus_people
from graphs.assembly import Provost
from graphs.chat_events import ChatFailed, ChatWords
from graphs.known_people import join_people
from simulator.campus import Campus
from tools.catalog.registry import TOOLS

PEOPLE, TURNS, WARM = 50_000, 40, 8
STUDENTS, SEED = 60, 7
ADDED_LIMIT, PAUSE = 0.025, 0.05
MODEL = '\n[model]\nbase_url = "{url}"\nmodel = "loopback"\napi_key = "key"\ncontract = true\nmax_retries = 0\n'


class Spent(NamedTuple):
    """Seconds by the wall and of the processor, the model's own included on both sides."""

    wall: float
    processor: float

    @classmethod
    def now(cls) -> "Spent":
        """Return both clocks as they stand."""
        return cls(time.perf_counter(), time.process_time())

    def until_now(self) -> "Spent":
        """Return what has passed since."""
        return Spent(time.perf_counter() - self.wall, time.process_time() - self.processor)


def run(people: int = PEOPLE, turns: int = TURNS, *, large: bool = False) -> list[BenchRow]:
    """Measure turns of an advisor about one student; ``large`` changes nothing."""
    del large
    with (
        loopback_model() as model,
        tempfile.TemporaryDirectory() as folder,
        _open(Path(folder), model, people) as trial,
    ):
        who, words = _asker(trial)
        ours, steps = _ours(trial.provost, who, words, turns)
        bare = _bare(trial.provost, model, turns)
        late = _first_words(trial.provost, who, words, model)
    added = _median(ours, "wall") - _median(bare, "wall")
    return [
        _row("turn", people, _median(ours, "wall"), _median(bare, "wall")),
        _row("turn, processor time", people, _median(ours, "processor"), _median(bare, "processor")),
        _against("added per turn", people, added, ADDED_LIMIT),
        *(BenchRow(case=f"step {name}", size=people, ours_s=round(median(took), 4)) for name, took in steps.items()),
        _against("first words after the first chunk", people, late, PAUSE),
    ]


@contextmanager
def _open(folder: Path, model: LoopbackModel, people: int) -> Iterator[Trial]:
    """Open a small campus whose directory also knows a large one, with the model on loopback."""
    with Campus.build(students=STUDENTS, seed=SEED) as campus, install(campus, folder / "home") as trial:
        file = trial.settings_file
        file.write_text(file.read_text(encoding="utf-8") + MODEL.format(url=model.url), encoding="utf-8")
        trial.restart()
        provost = trial.provost
        readers = provost.readers
        own = join_people(readers.identities.read_identities().rows, readers.lms.read_users().rows, provost.identities)
        provost.boundary.directory.refresh([*own, *campus_people(people, SEED)], complete=True)
        yield trial


def _asker(trial: Trial) -> tuple[Principal, str]:
    """Return an advisor, and a question about one of their students."""
    provost, banner = trial.provost, trial.campus.banner
    advising = min(banner.advising.values(), key=lambda one: one.student.banner_id)
    person = _handle(provost, advising.advisor.banner_id)
    who = Principal(
        id=PrincipalId("user:advisor"),
        kind=PrincipalKind.PERSON,
        roles=frozenset({Role.ADVISOR}),
        person=person,
    )
    _handle(provost, advising.student.banner_id)
    return who, f"What was changed for {advising.student.first} {advising.student.last}, and why?"


def _handle(provost: Provost, banner_id: str) -> RecordHandle:
    sis_id = SisPersonId(banner_id)
    return provost.identities.handles([sis_id])[sis_id]


def _ours(provost: Provost, who: Principal, words: str, turns: int) -> tuple[list[Spent], dict[str, list[float]]]:
    """Return what each turn took, each in a conversation of its own, and the seconds of each kind of step in it."""
    times, steps = list[Spent](), dict[str, list[float]]()
    for number in range(turns + WARM):
        started = Spent.now()
        events = list(provost.chat.ask(who, words))
        spent = started.until_now()
        failed = next((event for event in events if isinstance(event, ChatFailed)), None)
        if failed is not None:
            raise RuntimeError(f"{failed.code}: {failed.message} {failed.fix}")
        if number >= WARM:
            times.append(spent)
            for event in events:
                if event.kind == "step":
                    steps.setdefault(f"{event.what} {event.name}", []).append(event.ms / 1000)
    return times, steps


def _bare(provost: Provost, model: LoopbackModel, turns: int) -> list[Spent]:
    """Return what each turn of the bare agent took, which calls the same provider without any of our layers."""
    inner = provost.chat_model().inner
    tools = [
        StructuredTool.from_function(
            func=lambda **_: model.tool_text,
            name=spec.name,
            description=spec.tool.description,
            args_schema=spec.tool.tool_call_schema,
        )
        for spec in TOOLS
    ]
    agent = create_agent(inner, tools, system_prompt=read_prompt())
    asked = {"messages": [HumanMessage(model.asked)]}
    times = []
    for number in range(turns + WARM):
        started = Spent.now()
        for _ in agent.stream(asked, stream_mode=["messages"], version="v2"):  # type: ignore[call-overload]
            pass
        if number >= WARM:
            times.append(started.until_now())
    return times


def _first_words(provost: Provost, who: Principal, words: str, model: LoopbackModel) -> float:
    """Return the median seconds from the model's first chunk of words to the first words that are shown."""
    late = []
    with model.pausing(PAUSE):
        for _ in range(5):
            events = provost.chat.ask(who, words)
            shown = [time.perf_counter() for event in events if isinstance(event, ChatWords)]
            late.append(shown[0] - model.first_chunk_at)
    return median(late)


def _median(turns: Sequence[Spent], clock: str) -> float:
    return float(median(getattr(turn, clock) for turn in turns))


def _against(case: str, people: int, seconds: float, goal: float) -> BenchRow:
    """Return a row whose baseline is the goal, so that more than it is outside the limit."""
    return _row(case, people, seconds, goal) | {"limit": 1.0}


def _row(case: str, size: int, ours: float, baseline: float) -> BenchRow:
    return BenchRow(
        case=case, size=size, ours_s=round(ours, 4), baseline_s=round(baseline, 4), ratio=round(ours / baseline, 2)
    )
