"""Putting segments together without the people behind them: rows and tokens are renumbered, the dead are left out."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from privacy.directory.build import sorted_columns
from privacy.directory.segment import KIND_BITS, NO_TOKEN, Array, Segment

_LOW = np.uint64(NO_TOKEN)
_HALF = np.uint64(32)


class Live(NamedTuple):
    """A segment and which of its people still count."""

    segment: Segment
    dead: Array

    @property
    def living(self) -> int:
        """How many people still count."""
        return self.segment.size - int(self.dead.sum())


def merge_segments(parts: Sequence[Live]) -> Segment:
    """Return one segment of all who still count; nobody may stand in two parts alive."""
    handles = np.concatenate([part.segment.handles[~part.dead] for part in parts])
    order = np.argsort(handles, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    rows = _row_maps(parts, place)
    tokens, numbers = _token_maps(parts)
    pair_keys, pair_rows = _merge_pairs(parts, rows, numbers)
    used = _used_tokens(pair_keys, len(tokens))
    form_keys, form_rows = _merge_forms(parts, rows)
    near_keys, near_tokens = _merge_near(parts, numbers, used)
    renumbered = np.cumsum(used) - 1
    return Segment(
        handles=handles[order],
        kinds=np.concatenate([part.segment.kinds[~part.dead] for part in parts])[order],
        born=np.concatenate([part.segment.born[~part.dead] for part in parts])[order],
        tokens=tokens[used],
        initials=_spread(parts, numbers, "initials", len(tokens))[used],
        roles=_spread(parts, numbers, "roles", len(tokens))[used],
        pair_keys=_renumber(pair_keys, renumbered.astype(np.uint64)),
        pair_rows=pair_rows,
        form_keys=form_keys,
        form_rows=form_rows,
        near_keys=near_keys,
        near_tokens=renumbered[near_tokens].astype(np.uint32),
    )


def _row_maps(parts: Sequence[Live], place: Array) -> list[Array]:
    """For each part, the new row of each old one; -1 for the dead."""
    maps, before = [], 0
    for part in parts:
        living = ~part.dead
        rows = np.full(part.segment.size, -1, dtype=np.int64)
        count = int(living.sum())
        rows[living] = place[before : before + count]
        maps.append(rows)
        before += count
    return maps


def _token_maps(parts: Sequence[Live]) -> tuple[Array, list[Array]]:
    tokens = np.unique(np.concatenate([part.segment.tokens for part in parts]))
    return tokens, [tokens.searchsorted(part.segment.tokens).astype(np.uint64) for part in parts]


def _spread(parts: Sequence[Live], numbers: list[Array], name: str, count: int) -> Array:
    """A column by token, or-ed over the parts that have the token."""
    merged: Array | None = None
    for part, numbered in zip(parts, numbers, strict=True):
        column = getattr(part.segment, name)
        merged = np.zeros(count, dtype=column.dtype) if merged is None else merged
        merged[numbered.astype(np.int64)] |= column
    assert merged is not None
    return merged


def _renumber(keys: Array, numbers: Array) -> Array:
    """Give both halves of pair keys their new numbers; order is kept where the numbers keep it."""
    given = keys & _LOW
    known = given != _LOW
    given[known] = numbers[given[known].astype(np.int64)]
    renumbered: Array = numbers[(keys >> _HALF).astype(np.int64)] << _HALF | given
    return renumbered


def _merge_pairs(parts: Sequence[Live], rows: list[Array], numbers: list[Array]) -> tuple[Array, Array]:
    keys, values = [], []
    for part, row_map, numbered in zip(parts, rows, numbers, strict=True):
        moved = row_map[part.segment.pair_rows]
        keys.append(_renumber(part.segment.pair_keys, numbered)[moved >= 0])
        values.append(moved[moved >= 0])
    return sorted_columns(np.concatenate(keys), np.concatenate(values))


def _used_tokens(pair_keys: Array, count: int) -> Array:
    used = np.zeros(count + 1, dtype=bool)
    used[(pair_keys >> _HALF).astype(np.int64)] = True
    used[np.minimum((pair_keys & _LOW).astype(np.int64), count)] = True
    return used[:count]


def _merge_forms(parts: Sequence[Live], rows: list[Array]) -> tuple[Array, Array]:
    keys, values = [], []
    for part, row_map in zip(parts, rows, strict=True):
        packed = part.segment.form_rows.astype(np.int64)
        moved = row_map[packed >> KIND_BITS]
        keys.append(part.segment.form_keys[moved >= 0])
        values.append((moved << KIND_BITS | packed & ((1 << KIND_BITS) - 1))[moved >= 0])
    return sorted_columns(np.concatenate(keys), np.concatenate(values))


def _merge_near(parts: Sequence[Live], numbers: list[Array], used: Array) -> tuple[Array, Array]:
    keys = np.concatenate([part.segment.near_keys for part in parts])
    tokens = np.concatenate(
        [number[part.segment.near_tokens] for part, number in zip(parts, numbers, strict=True)]
    ).astype(np.int64)
    kept = used[tokens]
    pairs = np.unique(np.stack([keys[kept], tokens[kept].astype(np.uint64)]), axis=1)
    return sorted_columns(pairs[0], pairs[1].astype(np.int64))
