"""The effects log: every change that really happened, so that scoring and chaos runs can ask who changed what.

The log belongs to the simulator and is not on Canvas's wire. Entries are small: a natural key, the actor, the
operation and only the fields that changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import NamedTuple, TypeAlias

Value: TypeAlias = (
    "str | int | float | bool | datetime | tuple[Value, ...] | frozenset[str] | Mapping[str, Value] | None"
)


class Stickiness(NamedTuple):
    """How an SIS import treats fields that a person edited: leave them, override them, and what it leaves behind."""

    override: bool = False
    add: bool = False
    clear: bool = False


class Actor(NamedTuple):
    """Who is changing things: `name` is "sis", "hand" or "api:<token name>", `operation` what they called."""

    name: str
    operation: str
    sis_import_id: int | None = None
    stickiness: Stickiness = Stickiness()
    batch_cleanup: bool = False

    @property
    def origin(self) -> str:
        """Return the short origin kept on rows: sis, api or hand."""
        return self.name.partition(":")[0]


BY_HAND = Actor("hand", "edit")
KEY_NAMES = {"enrollment": ("section", "user", "type", "role"), "login": ("user",)}
"""Names of the parts of a natural key, for tables where it is not the table's own name."""

CURRENT_ACTOR: ContextVar[Actor] = ContextVar("canvas_actor", default=BY_HAND)


class Write(NamedTuple):
    """One effective change. `before` is None for a new row; both sides carry only the fields that changed."""

    sequence: int
    at: datetime
    actor: str
    operation: str
    table: str
    row_id: int
    key_values: tuple[str, ...]
    before: Mapping[str, Value] | None
    after: Mapping[str, Value]

    @property
    def key(self) -> dict[str, str]:
        """Return the natural key by name, for example section, user, type and role of an enrolment."""
        return dict(zip(KEY_NAMES.get(self.table, (self.table,)), self.key_values, strict=True))


class WriteLog:
    """An append-only list of writes. `recording` may be switched off while a world is being seeded."""

    def __init__(self) -> None:
        """Start empty and recording."""
        self.entries: list[Write] = []
        self.recording = True
        self._sequence = 0

    def append(
        self,
        at: datetime,
        table: str,
        row_id: int,
        *,
        key: tuple[str, ...],
        before: Mapping[str, Value] | None,
        after: Mapping[str, Value],
    ) -> None:
        """Add one change by the current actor, with the next sequence number."""
        actor = CURRENT_ACTOR.get()
        self._sequence += 1
        self.entries.append(Write(self._sequence, at, actor.name, actor.operation, table, row_id, key, before, after))

    def since(self, sequence: int) -> list[Write]:
        """Return the entries with a greater sequence number, oldest first."""
        return [entry for entry in self.entries if entry.sequence > sequence]

    def duplicate(self) -> WriteLog:
        """Return a log that continues from here on its own."""
        log = WriteLog()
        log.entries = list(self.entries)
        log.recording = self.recording
        log._sequence = self._sequence
        return log
