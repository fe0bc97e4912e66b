"""Parameters as Canvas takes them: bracket names in forms and queries, or the same nesting in JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from simulator.canvas.refusals import Rejected

Nested: TypeAlias = "str | int | float | bool | list[Nested] | dict[str, Nested] | None"

TRUE = ("true", "1", "yes", "on", "t")


def nest(pairs: Iterable[tuple[str, str]]) -> dict[str, Nested]:
    """Return `a[b]=1`, `c[]=2`, `c[]=3` as {"a": {"b": "1"}, "c": ["2", "3"]}; a later plain value wins."""
    root: dict[str, Nested] = {}
    for name, value in pairs:
        place(root, name.replace("]", "").split("["), value)
    return root


def place(node: dict[str, Nested], keys: list[str], value: Nested) -> None:
    """Put one value at its place, `[]` at the end meaning a list."""
    head, rest = keys[0], keys[1:]
    if not rest:
        node[head] = value
    elif rest == [""]:
        known = node.setdefault(head, [])
        if isinstance(known, list):
            known.append(value)
    else:
        child = node.setdefault(head, {})
        if isinstance(child, dict):
            place(child, rest, value)


class Params:
    """Typed access to the parameters of one call."""

    def __init__(self, values: Mapping[str, Nested]) -> None:
        """Wrap nested values."""
        self._values = values

    def __contains__(self, name: str) -> bool:
        """Tell whether a parameter was given, blank or not."""
        return name in self._values

    def names(self) -> list[str]:
        """Return the names given at this level."""
        return list(self._values)

    def group(self, name: str) -> Params:
        """Return the parameters nested under a name, empty when there are none."""
        value = self._values.get(name)
        return Params(value if isinstance(value, dict) else {})

    def text(self, name: str) -> str | None:
        """Return a value as text; None when absent or blank."""
        value = self._values.get(name)
        if value is None or isinstance(value, list | dict) or value == "":
            return None
        return str(value).lower() if isinstance(value, bool) else str(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a truth value."""
        value = self.text(name)
        return default if value is None else value.lower() in TRUE

    def integer(self, name: str) -> int | None:
        """Return a whole number; None when absent, blank or not a number."""
        value = self.text(name)
        return int(value) if value is not None and value.lstrip("-").isdigit() else None

    def moment(self, name: str) -> datetime | None:
        """Return a time as aware UTC; None when absent or blank. Raises Rejected for an unreadable one."""
        value = self.text(name)
        if value is None:
            return None
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError as error:
            raise Rejected(f"Invalid datetime for {name}") from error
        return parsed.replace(tzinfo=parsed.tzinfo or UTC).astimezone(UTC)

    def items(self, name: str) -> list[str]:
        """Return a list; a single value counts as a list of one, commas separate nothing."""
        value = self._values.get(name)
        if isinstance(value, list):
            return [str(each) for each in value]
        single = self.text(name)
        return [] if single is None else [single]
