"""Canonical JSON: one text for one value, so that equal content has equal bytes and equal digests."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"
"""Any value that JSON can say."""


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(value: JSON) -> str:
    """Return ``value`` as JSON with sorted keys, no spaces and no line breaks.

    Raises TypeError for a value JSON cannot say and ValueError for NaN or infinity.
    """
    return _ENCODER.encode(value)
