"""Plays the drops on a campus, crashes included, and compares the end state with what must stand there."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from domain.records import Record
from evals.drop.site import REGISTRAR, DropSite
from simulator.world.operations import Kind
from store.yaml_file import read_yaml

FILE = Path(__file__).with_name("paths.yaml")


class ProcessDied(Exception):
    """The process died at this place."""


class DiesOnce:
    """A part that dies once, before or after one of its steps."""

    def __init__(self, part: object, place: str) -> None:
        self._part, self._when, self._step = part, *place.split("_")
        self._died = False

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 whatever the part has
        found = getattr(self._part, name)
        return found if name != self._step or self._died else lambda *given: self._do(found, given)

    def _do(self, step: Callable[..., object], given: tuple[object, ...]) -> object:
        done = None if self._when == "before" else step(*given)
        if not self._died:
            self._died = True
            raise ProcessDied
        return done if self._when == "after" else step(*given)


class Expected(Record):
    """The end state; what is empty is not looked at."""

    access: str
    told: int
    waiting: int | None = None
    cases: int
    writes: int


class DropPath(Record):
    """One path: what it is about, its steps, and what must stand at its end."""

    id: str
    kind: str
    about: str
    steps: tuple[str, ...]
    expect: Expected


@cache
def read_paths() -> tuple[DropPath, ...]:
    """Read every path."""
    content: Any = read_yaml(FILE, field="tasks", what="drop paths")
    return tuple(DropPath.model_validate(row) for row in content["tasks"])


class Walk:
    """One path being walked."""

    def __init__(self, site: DropSite, path: DropPath) -> None:
        self.site, self.path = site, path
        self.row = site.next_seat()
        self.begun = len(site.campus.canvas.log.entries)
        self.events: list[Any] = []

    def walk(self) -> list[str]:
        """Take every step; a process that dies is started again by the step after it."""
        for step in self.path.steps:
            try:
                self._take(step)
            except ProcessDied:
                continue
        return list(self._differences())

    def _take(self, step: str) -> None:
        when, _, place = step.partition("_")
        if when == "crash":
            self._arm(place)
        else:
            _STEPS[step](self)

    def _arm(self, place: str) -> None:
        """Let the gate die at a place; the governance that runs reach is put together around it anew."""
        systems = self.site.trial.provost.systems
        fragile = DiesOnce(systems.gate, place)
        systems.__dict__.pop("governance", None)
        systems.__dict__["gate"] = fragile

    def _differences(self) -> Iterator[str]:
        expect, site = self.path.expect, self.site
        told = [body for body in site.messages() if self.row.person.banner_id in body]
        waiting = sum(len(site.waiting(event)) for event in self.events)
        found = {
            "access": site.access(self.row),
            "told": len(told),
            "waiting": waiting,
            "cases": self._cases(),
            "writes": site.writes(self.row, self.begun),
        }
        for name, wanted in expect.model_dump().items():
            if wanted is not None and found[name] != wanted:
                yield f"{name}: {found[name]}, must be {wanted}"
        if any("per_" in body for body in told):
            yield "a handle stands in a message"
        if not site.trial.provost.ledger.verify().ok:
            yield "the ledger does not verify"

    def _cases(self) -> int:
        handle = self.site.handle(self.row)
        rows = self.site.trial.provost.casedesk.list_open()
        return sum(row["person"] == handle and row["kind"] == "open_case" for row in rows)

    def leave(self) -> None:
        """The student leaves."""
        self.events.append(self.site.leave(self.row))

    def comes_back(self) -> None:
        """The student registers again."""
        self.events.append(self.site.register(Kind.REGISTERED, self.row))

    def other_leaves(self) -> None:
        """Another student leaves meanwhile, which has nothing to do with this one."""
        self.site.hear(self.site.leave(self.site.next_seat()))

    def roll_back(self) -> None:
        """The registrar takes the run back."""
        self.site.trial.provost.rollback(self.site.run_of(self.events[0]), REGISTRAR, reason="by mistake")


_STEPS: Mapping[str, Callable[[Walk], Any]] = {
    "leave": Walk.leave,
    "comes_back": Walk.comes_back,
    "other_leaves": Walk.other_leaves,
    "roll_back": Walk.roll_back,
    "drop_hears": lambda walk: walk.site.hear(walk.events[0]),
    "again_hears": lambda walk: walk.site.hear(walk.events[0]),
    "return_hears": lambda walk: walk.site.hear(walk.events[1]),
    "roster_hears": lambda walk: walk.site.trial.provost.run_event(walk.events[0]),
    "roster_return": lambda walk: walk.site.trial.provost.run_event(walk.events[1]),
    "approve": lambda walk: walk.site.answer(walk.events[0], "approve"),
    "reject": lambda walk: walk.site.answer(walk.events[0], "reject"),
    "restart": lambda walk: walk.site.trial.restart(),
}
