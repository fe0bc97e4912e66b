"""Lots drawn by name: what falls to a record is settled by its own key, so nothing is stored until it is asked for."""

from __future__ import annotations

from hashlib import blake2b
from typing import TypeVar

Thing = TypeVar("Thing")


def lot(*words: object) -> float:
    """A number from 0 to 1 that the same words always draw."""
    drawn = blake2b("\x1f".join(map(str, words)).encode(), digest_size=8).digest()
    return int.from_bytes(drawn) / 2**64


def falls_to(share: float, *words: object) -> bool:
    """Whether something that befalls this share of records befalls this one."""
    return lot(*words) < share


def pick(things: tuple[Thing, ...], *words: object) -> Thing:
    """One of the things, each as likely."""
    return things[int(lot(*words) * len(things))]
