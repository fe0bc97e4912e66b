"""A part of the directory: people and the sorted arrays that find them, all of it memory-mappable.

========== ======= ==========================================================================================
array      type    holds
========== ======= ==========================================================================================
handles    S       record handles in order; the place of a handle is the person's row
kinds      u8      student, instructor, staff, guardian
born       u32     keyed hash of the day of birth, 0 where unknown
tokens     u64     keyed hashes of name tokens, sorted; the place is the token's number
initials   u16     keyed hash of each token's first letter
roles      u8      whether the token is a given name (1), a last name (2) or both
pair_keys  u64     last token's number << 32 | given token's number, sorted; pair_rows u32 the people
form_keys  u64     keyed hashes of identifiers, sorted; form_rows u32 the row << 4 | kind
near_keys  u64     keyed hashes of tokens with one letter left out, sorted; near_tokens u32 the token's number
========== ======= ==========================================================================================
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from privacy.directory.forms import FormKind

Array = npt.NDArray[Any]
GIVEN, LAST = 1, 2
KIND_BITS = 4
FEW = 6
FORM_KINDS = tuple(FormKind)
NO_TOKEN = (1 << 32) - 1
"""Stands for the second part of a name that has one part only."""


@dataclass(frozen=True)
class Segment:
    """The arrays named above; rows and token numbers are the segment's own."""

    handles: Array
    kinds: Array
    born: Array
    tokens: Array
    initials: Array
    roles: Array
    pair_keys: Array
    pair_rows: Array
    form_keys: Array
    form_rows: Array
    near_keys: Array
    near_tokens: Array

    @property
    def size(self) -> int:
        """How many people it holds."""
        return len(self.handles)

    @property
    def byte_count(self) -> int:
        """Bytes of all arrays."""
        return sum(getattr(self, field.name).nbytes for field in fields(self))

    def token_number(self, token_hash: int) -> int:
        """Return a token's number, -1 where no name here has it."""
        at = int(self.tokens.searchsorted(np.uint64(token_hash)))
        return at if at < len(self.tokens) and int(self.tokens[at]) == token_hash else -1

    def pair_people(self, keys: Sequence[int]) -> list[tuple[int, list[int]]]:
        """Return (place in ``keys``, rows) for every pair that names someone here."""
        return _runs(self.pair_keys, self.pair_rows, keys)

    def form_people(self, keys: Sequence[int]) -> list[tuple[int, list[tuple[int, FormKind]]]]:
        """Return (place in ``keys``, rows with what the identifier is) for every hash that is someone's here."""
        found = _runs(self.form_keys, self.form_rows, keys)
        return [(place, list(map(split_value, values))) for place, values in found] if found else []

    def near_numbers(self, keys: Sequence[int]) -> set[int]:
        """Return the tokens that share a spelling-with-one-letter-less with a word."""
        return {number for _, numbers in _runs(self.near_keys, self.near_tokens, keys) for number in numbers}

    def last_rows(self, last: int, initial: int) -> list[int]:
        """Return the people whose last name is this token and whose given name starts with this initial."""
        low = int(self.pair_keys.searchsorted(np.uint64(last << 32)))
        high = int(self.pair_keys.searchsorted(np.uint64((last + 1) << 32)))
        given = (self.pair_keys[low:high] & np.uint64(NO_TOKEN)).astype(np.int64)
        known = given < len(self.initials)
        fits = np.zeros(len(given), dtype=bool)
        fits[known] = self.initials[given[known]] == initial
        rows: list[int] = np.unique(self.pair_rows[low:high][fits]).tolist()
        return rows

    def rows_of(self, handles: Sequence[bytes]) -> list[int]:
        """Return the rows of those of the handles that are here."""
        if not handles or not self.size:
            return []
        wanted = np.array(handles, dtype=f"S{max(self.handles.dtype.itemsize, *map(len, handles))}")
        at = np.minimum(self.handles.searchsorted(wanted), self.size - 1)
        rows: list[int] = at[self.handles[at] == wanted].tolist()
        return rows

    def tokens_of(self, rows: Sequence[int]) -> list[tuple[int, int, int]]:
        """Return (row, last token, given token) of every pair of these people; one pass over the pairs."""
        wanted = np.zeros(self.size, dtype=bool)
        wanted[list(rows)] = True
        at = np.flatnonzero(wanted[self.pair_rows])
        keys = self.pair_keys[at]
        columns = (self.pair_rows[at], keys >> np.uint64(32), keys & np.uint64(NO_TOKEN))
        return list(zip(*(column.tolist() for column in columns), strict=True))


def split_value(value: int) -> tuple[int, FormKind]:
    """Take a stored form value apart into row and kind."""
    return value >> KIND_BITS, FORM_KINDS[value & ((1 << KIND_BITS) - 1)]


def _runs(keys: Array, values: Array, wanted: Sequence[int]) -> list[tuple[int, list[int]]]:
    if not wanted or not len(keys):
        return []
    if len(wanted) <= FEW:
        return _few_runs(keys.data, values, wanted)
    sought = np.array(wanted, dtype=np.uint64)
    low = keys.searchsorted(sought)
    places = (keys.take(low, mode="clip") == sought).nonzero()[0]
    if not len(places):
        return []
    high = keys.searchsorted(sought[places], side="right").tolist()
    starts = low[places].tolist()
    return [
        (place, values[start:end].tolist()) for place, start, end in zip(places.tolist(), starts, high, strict=True)
    ]


def _few_runs(keys: memoryview, values: Array, wanted: Sequence[int]) -> list[tuple[int, list[int]]]:
    """The same for a few keys, for which setting up arrays costs more than the search."""
    found, count = [], len(keys)
    for place, key in enumerate(wanted):
        start = bisect_left(keys, key)
        if start < count and keys[start] == key:
            end = start + 1
            if end < count and keys[end] == key:
                end = bisect_right(keys, key, end)
            found.append((place, values[start:end].tolist()))
    return found
