"""The directory as the detector asks it: a large segment, a small one of recent changes, and who no longer counts.

A directory never changes: ``with_changes`` returns the next one, which shares the arrays of the last, so readers on
other threads go on undisturbed.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, Self

import numpy as np

from domain.identities import KnownPerson, PersonKind
from domain.ids import RecordHandle
from privacy.directory.build import KINDS, build_segment, near_hashes
from privacy.directory.forms import FormKind
from privacy.directory.hashing import KeyedHash, Space
from privacy.directory.merge import Live, merge_segments
from privacy.directory.segment import NO_TOKEN, Segment

Ref = int
"""A person inside one directory: the row, and above 30 bits the segment."""
Token = tuple[int, ...]
"""A name token's number in each segment, -1 where it has none."""
_SEGMENT_BIT = 30
_ROW = (1 << _SEGMENT_BIT) - 1
_SMALLEST_COMPACTION = 5_000
_CHANGED_SHARE = 8


class ScopeToken(NamedTuple):
    """One name token of one person of a scope: with its segment, and whether it is the last name."""

    ref: Ref
    segment: int
    number: int
    is_last: bool


class Directory:
    """Everyone the SIS knows, findable by any form of identifier; safe to share between threads."""

    def __init__(self, parts: Sequence[Live], hashed: KeyedHash) -> None:
        self.parts, self.hashed = tuple(parts), hashed
        self.segments = tuple(part.segment for part in self.parts)
        self._clean = not any(part.dead.any() for part in self.parts)

    @classmethod
    def build(cls, people: Iterable[KnownPerson], key: bytes) -> Self:
        """Index these people under the installation's secret ``key`` (16 bytes or more)."""
        hashed = KeyedHash(key)
        return cls([_alive(build_segment(people, hashed))], hashed)

    @property
    def size(self) -> int:
        """How many people it holds."""
        return sum(part.living for part in self.parts)

    @property
    def byte_count(self) -> int:
        """Bytes of the arrays."""
        return sum(segment.byte_count for segment in self.segments)

    def with_changes(self, put: Iterable[KnownPerson] = (), removed: Collection[RecordHandle] = ()) -> Self:
        """Return the directory with people added or replaced and others removed; the large segment is not rebuilt.

        Once an eighth has changed the parts are merged into one.
        """
        fresh = build_segment(put, self.hashed)
        gone = [*fresh.handles.tolist(), *(handle.encode() for handle in removed)]
        base, *recent = (Live(part.segment, _without(part, gone)) for part in self.parts)
        small = merge_segments([*recent, _alive(fresh)]) if recent else fresh
        changed = small.size + int(base.dead.sum())
        if changed > max(_SMALLEST_COMPACTION, base.segment.size // _CHANGED_SHARE):
            return type(self)([_alive(merge_segments([base, _alive(small)]))], self.hashed)
        return type(self)([base, *([_alive(small)] if small.size else [])], self.hashed)

    def compacted(self) -> Self:
        """Return the same people in one segment, with nothing left of those removed."""
        return type(self)([_alive(merge_segments(self.parts))], self.hashed)

    def handle(self, ref: Ref) -> RecordHandle:
        """The record handle of a person."""
        return RecordHandle(self.segments[ref >> _SEGMENT_BIT].handles[ref & _ROW].decode())

    def kind(self, ref: Ref) -> PersonKind:
        """What the person is to the institution."""
        return KINDS[int(self.segments[ref >> _SEGMENT_BIT].kinds[ref & _ROW])]

    def born(self, ref: Ref) -> int:
        """The keyed hash of the day of birth, 0 where unknown."""
        return int(self.segments[ref >> _SEGMENT_BIT].born[ref & _ROW])

    def refs(self, handles: Collection[RecordHandle]) -> list[Ref]:
        """Those of the handles that are here, as this directory's references."""
        wanted = [handle.encode() for handle in handles]
        return [
            ref for number, segment in enumerate(self.segments) for ref in self._living(number, segment.rows_of(wanted))
        ]

    def token(self, form: str) -> Token:
        """The numbers of a lower-case name token."""
        hashed = self.hashed(Space.TOKEN, form)
        return tuple(segment.token_number(hashed) for segment in self.segments)

    def roles(self, token: Token) -> int:
        """Whether a token is a given name (1), a last name (2) or both (3)."""
        found = (segment.roles[number] for segment, number in zip(self.segments, token, strict=True) if number >= 0)
        return int(np.bitwise_or.reduce([0, *found]))

    def near(self, form: str) -> tuple[tuple[int, ...], ...]:
        """For each segment the tokens that are at most about one typo away from a word."""
        hashes = near_hashes(form, self.hashed)
        return tuple(tuple(sorted(segment.near_numbers(hashes))) for segment in self.segments)

    def pair_refs(self, number: int, pairs: Sequence[tuple[int, int]]) -> list[tuple[int, list[Ref]]]:
        """Return (place in ``pairs``, people) for the (last, given) token numbers of one segment that name someone."""
        found = self.segments[number].pair_people([last << 32 | given for last, given in pairs])
        return [(place, refs) for place, rows in found if (refs := self._living(number, rows))] if found else []

    def initial_refs(self, number: int, last: int, letter: str) -> list[Ref]:
        """The people of one segment whose last name is this token and whose given name starts with this letter."""
        return self._living(number, self.segments[number].last_rows(last, self.hashed.initial(letter)))

    def initial(self, number: int, token: int) -> int:
        """The hash of a token's first letter in one segment."""
        return int(self.segments[number].initials[token])

    def form_refs(self, hashes: Sequence[int]) -> dict[int, list[tuple[Ref, FormKind]]]:
        """For the places in ``hashes`` that are someone's identifier: whose, and what it is."""
        found: dict[int, list[tuple[Ref, FormKind]]] = {}
        if not hashes:
            return found
        for number, segment in enumerate(self.segments):
            high = number << _SEGMENT_BIT
            dead = None if self._clean else self.parts[number].dead
            for place, people in segment.form_people(hashes):
                if kept := [(row | high, kind) for row, kind in people if dead is None or not dead[row]]:
                    found.setdefault(place, []).extend(kept)
        return found

    def scope_tokens(self, refs: Collection[Ref]) -> list[ScopeToken]:
        """Every name token of these people."""
        found: dict[ScopeToken, None] = {}
        for number, segment in enumerate(self.segments):
            rows = [ref & _ROW for ref in refs if ref >> _SEGMENT_BIT == number]
            for row, last, given in segment.tokens_of(rows) if rows else ():
                ref = row | number << _SEGMENT_BIT
                found[ScopeToken(ref, number, last, is_last=True)] = None
                if given != NO_TOKEN:
                    found[ScopeToken(ref, number, given, is_last=False)] = None
        return list(found)

    def _living(self, number: int, rows: Iterable[int]) -> list[Ref]:
        high = number << _SEGMENT_BIT
        if self._clean:
            return [row | high for row in rows] if high else list(rows)
        dead = self.parts[number].dead
        return [row | high for row in rows if not dead[row]]


def _alive(segment: Segment) -> Live:
    return Live(segment, np.zeros(segment.size, dtype=bool))


def _without(part: Live, handles: Sequence[bytes]) -> "np.typing.NDArray[np.bool_]":
    dead = np.array(part.dead)
    dead[part.segment.rows_of(handles)] = True
    return dead
