"""Everything on a campus that identifies somebody, and a search for all of it at once in any number of bytes."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np

from simulator.campus import Campus

_PREFIX = 6


def identifiers(campus: Campus) -> frozenset[bytes]:
    """Full names in both orders, ids, logins, addresses and phones, lower case, in Banner and in Canvas."""
    found = {text.lower() for text in _texts(campus) if len(text) >= _PREFIX}
    return frozenset(text.encode() for text in found)


def last_names(campus: Campus, ordinary: Collection[str]) -> frozenset[str]:
    """Lone last names that stand for nothing else."""
    names = {one.last.lower() for one in campus.banner.persons.values() if one.last.isalpha()}
    return frozenset(name for name in names if len(name) >= _PREFIX) - frozenset(ordinary)


def search(data: bytes, wanted: Collection[bytes]) -> list[str]:
    """Return which of ``wanted`` stand anywhere in the data, whatever the case of ASCII letters."""
    lower = data.lower()
    if len(lower) < _PREFIX:
        return []
    sought: dict[int, list[bytes]] = {}
    for each in wanted:
        sought.setdefault(_key(each), []).append(each)
    raw = np.frombuffer(lower, dtype=np.uint8).astype(np.uint64)
    keys = np.zeros(len(raw) - _PREFIX + 1, dtype=np.uint64)
    for at in range(_PREFIX):
        keys |= raw[at : at + len(keys)] << np.uint64(8 * at)
    places = np.flatnonzero(np.isin(keys, np.array(sorted(sought), dtype=np.uint64)))
    hits = {each for at in places.tolist() for each in sought[int(keys[at])] if lower.startswith(each, at)}
    return sorted(each.decode() for each in hits)


def whole_words(text: str, wanted: Collection[str]) -> list[str]:
    """Return which words of ``wanted`` stand in a text by themselves."""
    return sorted(set(re.findall(r"[^\W\d_]+", text.lower())) & set(wanted))


def every_file(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield every file under a folder."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield file.relative_to(folder), file.read_bytes()


def _key(text: bytes) -> int:
    return int.from_bytes(text[:_PREFIX], "little")


def _texts(campus: Campus) -> Iterator[str]:
    for one in campus.banner.persons.values():
        given = {one.first, one.preferred or one.first}
        yield from (f"{first} {one.last}" for first in given if first and one.last)
        yield from (f"{one.last}, {first}" for first in given if first and one.last)
        yield from (one.banner_id, one.email, one.login or "", one.phone, re.sub(r"\D", "", one.phone))
        yield from (prior for prior, _ in one.prior_ids)
    for user in campus.canvas.users.values():
        yield from (user.name, user.sortable_name, user.short_name)
