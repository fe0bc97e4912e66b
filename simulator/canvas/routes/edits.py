"""Turning the parameters of a write into changes of a row."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.canvas.rows import Row
from simulator.canvas.wire.call import Call
from simulator.canvas.wire.params import Params
from simulator.canvas.writes import Value


def read_changes(
    params: Params, texts: Iterable[str] = (), moments: Iterable[str] = (), flags: Iterable[tuple[str, str]] = ()
) -> dict[str, Value]:
    """Return the given fields that were sent, a blank one as None; `flags` pairs a parameter with its field."""
    changes: dict[str, Value] = {name: params.text(name) for name in texts if name in params}
    changes |= {name: params.moment(name) for name in moments if name in params}
    return changes | {field: params.flag(name) for name, field in flags if name in params}


def without_stuck(call: Call, row: Row, changes: dict[str, Value]) -> dict[str, Value]:
    """Return the changes, less those to sticky fields when the caller asked to respect them."""
    if call.params.flag("override_sis_stickiness", default=True):
        return changes
    return {name: value for name, value in changes.items() if name not in row.stuck}
