"""Building a segment: people in, sorted arrays of keyed hashes out; the names are gone when it ends."""

from array import array
from collections.abc import Iterable, Iterator

import numpy as np

from domain.identities import KnownPerson, PersonKind
from privacy.directory.forms import Form, FormKind, identity_forms
from privacy.directory.hashing import KeyedHash, Space
from privacy.directory.names import name_forms
from privacy.directory.segment import GIVEN, KIND_BITS, LAST, NO_TOKEN, Array, Segment

KINDS = tuple(PersonKind)
SHORTEST_NEAR = 3
LONGEST_NEAR = 24


def build_segment(people: Iterable[KnownPerson], hashed: KeyedHash) -> Segment:
    """Build a segment of these people; of two with one handle the later one counts."""
    builder = _Builder(hashed)
    for known in people:
        builder.add(known)
    return builder.finish()


class _Builder:
    """Columns that grow person by person."""

    def __init__(self, hashed: KeyedHash) -> None:
        self._hashed = hashed
        self._numbers: dict[str, int] = {}
        self._roles = bytearray()
        self._handles: list[bytes] = []
        self._kinds = bytearray()
        self._born = array("I")
        self._pairs, self._pair_rows = array("Q"), array("I")
        self._forms, self._form_rows = array("Q"), array("I")

    def add(self, known: KnownPerson) -> None:
        row, identity = len(self._handles), known.identity
        self._handles.append(known.handle.encode())
        self._kinds.append(KINDS.index(identity.kind))
        self._born.append(self._hashed.birth(identity.born_on) if identity.born_on else 0)
        self._add_names(row, known)
        for form in identity_forms(identity):
            self._add_form(row, form)

    def _add_names(self, row: int, known: KnownPerson) -> None:
        pairs: set[int] = set()
        for name in known.identity.names:
            forms = name_forms(name)
            self._mark(forms.given, GIVEN)
            self._mark(forms.last, LAST)
            pairs |= {self._number(last) << 32 | self._number(given) for last, given in forms.pairs}
            for value in forms.unspaced:
                self._add_form(row, Form(FormKind.WHOLE_NAME, Space.UNSPACED, value))
            pairs |= {self._number(part) << 32 | NO_TOKEN for part in forms.unspaced_parts}
        self._pairs.extend(pairs)
        self._pair_rows.extend([row] * len(pairs))

    def _add_form(self, row: int, form: Form) -> None:
        self._forms.append(self._hashed(form.space, form.value))
        self._form_rows.append(row << KIND_BITS | form.kind)

    def _mark(self, tokens: Iterable[str], role: int) -> None:
        for token in tokens:
            self._roles[self._number(token)] |= role

    def _number(self, token: str) -> int:
        if not token:
            return NO_TOKEN
        number = self._numbers.setdefault(token, len(self._roles))
        if number == len(self._roles):
            self._roles.append(0)
        return number

    def finish(self) -> Segment:
        names = list(self._numbers)
        hashes = np.fromiter((self._hashed(Space.TOKEN, name) for name in names), np.uint64, len(names))
        order = np.argsort(hashes)
        renumbered = np.empty(len(names) + 1, dtype=np.uint64)
        renumbered[order] = np.arange(len(names), dtype=np.uint64)
        initials = np.fromiter((self._hashed.initial(name) for name in names), np.uint16, len(names))
        rows, people = self._order_people()
        pair_keys, pair_rows = self._finish_pairs(renumbered, rows)
        form_keys, form_rows = self._finish_forms(rows)
        near_keys, near_tokens = self._near(names, renumbered)
        return Segment(
            handles=np.array(self._handles, dtype=np.bytes_)[people] if self._handles else np.zeros(0, "S1"),
            kinds=np.frombuffer(bytes(self._kinds), np.uint8)[people],
            born=np.array(self._born, np.uint32)[people],
            tokens=hashes[order],
            initials=initials[order],
            roles=np.frombuffer(bytes(self._roles), np.uint8)[order],
            pair_keys=pair_keys,
            pair_rows=pair_rows,
            form_keys=form_keys,
            form_rows=form_rows,
            near_keys=near_keys,
            near_tokens=near_tokens,
        )

    def _order_people(self) -> tuple[Array, Array]:
        """Return the new row of each old one (-1 for a person given again later), and the old rows in new order."""
        latest = {handle: row for row, handle in enumerate(self._handles)}
        people = np.array([latest[handle] for handle in sorted(latest)], dtype=np.int64)
        rows = np.full(len(self._handles), -1, dtype=np.int64)
        rows[people] = np.arange(len(people))
        return rows, people

    def _finish_pairs(self, renumbered: Array, rows: Array) -> tuple[Array, Array]:
        keys, old_rows = np.array(self._pairs, np.uint64), rows[np.array(self._pair_rows, np.int64)]
        kept = old_rows >= 0
        keys, old_rows = keys[kept], old_rows[kept]
        given = keys & np.uint64(NO_TOKEN)
        known = given != NO_TOKEN
        given[known] = renumbered[given[known].astype(np.int64)]
        return sorted_columns(renumbered[(keys >> np.uint64(32)).astype(np.int64)] << np.uint64(32) | given, old_rows)

    def _finish_forms(self, rows: Array) -> tuple[Array, Array]:
        values = np.array(self._form_rows, np.int64)
        moved = rows[values >> KIND_BITS]
        kept = moved >= 0
        packed = moved << KIND_BITS | values & ((1 << KIND_BITS) - 1)
        return sorted_columns(np.array(self._forms, np.uint64)[kept], packed[kept])

    def _near(self, names: list[str], renumbered: Array) -> tuple[Array, Array]:
        keys, tokens = array("Q"), array("I")
        for number, name in enumerate(names):
            if SHORTEST_NEAR <= len(name) <= LONGEST_NEAR:
                hashes = near_hashes(name, self._hashed)
                keys.extend(hashes)
                tokens.extend([int(renumbered[number])] * len(hashes))
        return sorted_columns(np.array(keys, np.uint64), np.array(tokens, np.int64))


def near_hashes(token: str, hashed: KeyedHash) -> list[int]:
    """Hashes of a token and of its spellings with one letter left out: one typo apart means one of them in common."""
    return [hashed(Space.DELETION, spelling) for spelling in dict.fromkeys(_shortened(token))]


def _shortened(token: str) -> Iterator[str]:
    yield token
    for at in range(len(token)):
        yield token[:at] + token[at + 1 :]


def sorted_columns(keys: Array, values: Array) -> tuple[Array, Array]:
    """Sort by key, then value; values become 32 bits wide."""
    order = np.lexsort((values, keys))
    return keys[order], values[order].astype(np.uint32)
