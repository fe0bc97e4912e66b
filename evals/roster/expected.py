"""The campuses of the suite, and who must settle which planted discrepancy, read from the file beside this module."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from domain.records import Record
from store.yaml_file import read_yaml

FILE = Path(__file__).with_name("worlds.yaml")
By = Literal["rule", "person", "rule_or_person", "nobody"]


class World(Record):
    """One campus."""

    students: int
    seed: int


class Settled(Record):
    """Who settles a kind of planted discrepancy; what is not said fits everything.

    ``ended`` is the state in which the right row stands, where the student left.
    """

    object: str
    by: By
    what: str = ""
    fault: str = ""
    registered: bool | None = None
    ended: str = ""
    or_ends: tuple[str, ...] = ()

    def fits(self, item: Mapping[str, Any]) -> bool:
        """Tell whether this line is about a planted item."""
        named = item["object"] == self.object and self.what in {"", planted_by(item)}
        registered = item["before"] is not None
        ended = {row["state"] for row in (item["before"] or {}).get("enrollments", ())}
        stands = self.registered in {None, registered} and (not self.ended or ended == {self.ended})
        return named and stands and self.fault in {"", item["fault"]}


def planted_by(item: Mapping[str, Any]) -> str:
    """Return the operation that an item follows from."""
    operation = item["operation"]
    return str(operation.get("what") or operation.get("kind", ""))


@cache
def read_worlds() -> tuple[World, ...]:
    """Read the campuses."""
    return tuple(World.model_validate(row) for row in _content()["worlds"])


@cache
def _lines() -> tuple[Settled, ...]:
    return tuple(Settled.model_validate(row) for row in _content()["settled"])


def settled_by(item: Mapping[str, Any]) -> Settled:
    """Return who must settle a planted item, and how; raises StopIteration where no line is about it."""
    return next(line for line in _lines() if line.fits(item))


def _content() -> Any:  # noqa: ANN401 what the file holds
    return read_yaml(FILE, field="worlds", what="roster worlds")
