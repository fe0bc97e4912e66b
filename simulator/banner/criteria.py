"""Filters: the JSON that a client puts into `criteria`, a named query or a qapi body, applied to records."""

from __future__ import annotations

import json
from collections.abc import Iterator

from simulator.banner.wire import EthosError, Json

Leaf = tuple[str, str]
"""A property path such as `section.id` and the value asked for."""


def read_criteria(text: str) -> Json:
    """The filter as an object; 400 for what is not one."""
    try:
        criteria = json.loads(text)
    except json.JSONDecodeError as error:
        raise EthosError(400, "Global.SchemaValidation.Error", f"The filter is not valid JSON: {error.msg}.") from error
    if not isinstance(criteria, dict):
        raise EthosError(400, "Global.SchemaValidation.Error", "The filter must be a JSON object.")
    return criteria


def leaves_of(criteria: object, path: str = "") -> Iterator[Leaf]:
    """Every path with its value; an array asks for each of its elements."""
    if isinstance(criteria, dict):
        for name, value in criteria.items():
            yield from leaves_of(value, f"{path}.{name}" if path else name)
    elif isinstance(criteria, list):
        for value in criteria:
            yield from leaves_of(value, path)
    else:
        yield path, _text(criteria)


def _text(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def matches(record: object, leaf: Leaf) -> bool:
    """Whether a record has the value at the path, in any element of the arrays on the way."""
    path, wanted = leaf
    return any(found == wanted for found in _values_at(record, path.split(".")))


def _values_at(record: object, path: list[str]) -> Iterator[str]:
    if isinstance(record, list):
        for element in record:
            yield from _values_at(element, path)
    elif not path:
        yield _text(record)
    elif isinstance(record, dict) and path[0] in record:
        yield from _values_at(record[path[0]], path[1:])
