"""The leak cases and the people they name, read from the files beside this module."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from domain.identities import Identity, KnownPerson
from domain.ids import RecordHandle
from domain.records import Record
from privacy.vocabulary import Scope

FOLDER = Path(__file__).parent


class Door(StrEnum):
    """A way out of the boundary."""

    PROMPT = "prompt"
    TOOL_ARGUMENT = "tool_argument"
    TOOL_RESULT = "tool_result"
    RETRIEVAL = "retrieval"
    STREAM = "stream"
    LOG = "log"
    TRACE = "trace"
    CHECKPOINT = "checkpoint"
    ERROR_MESSAGE = "error_message"


class LeakCase(Record):
    """One text: ``secrets`` may not be found in what leaves, ``keep`` must still be there.

    ``residual`` marks looser forms, such as people nobody told the directory about: they are measured, not promised.
    """

    id: str
    form: str
    door: Door
    scope: tuple[str, ...] = ()
    text: str
    secrets: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    residual: bool = False

    def scope_of_task(self) -> Scope:
        """Return whom the task is about."""
        return Scope(people=frozenset(handle_of(key) for key in self.scope))


def handle_of(key: str) -> RecordHandle:
    """Return the record handle that a person of the cases has in a run."""
    return RecordHandle(f"per_{key.replace('_', '').ljust(16, '0')}")


@cache
def read_people() -> tuple[KnownPerson, ...]:
    """Read everyone the cases name."""
    return tuple(_person(row) for row in _read("people.yaml"))


@cache
def read_cases() -> tuple[LeakCase, ...]:
    """Read every case."""
    return tuple(LeakCase.model_validate(row) for row in _read("cases.yaml"))


def _person(row: dict[str, Any]) -> KnownPerson:
    facts = {name: value for name, value in row.items() if name != "key"}
    return KnownPerson(handle=handle_of(row["key"]), identity=Identity.model_validate(facts))


def _read(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return rows
