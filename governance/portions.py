"""Portions: in which order and in what pieces a plan reaches the outside systems (R52)."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from governance.actions import gate_order
from store.outbox import Intent


def _place(intent: Intent) -> tuple[int, str, str]:
    return gate_order(intent.kind), intent.kind, intent.target


def by_kind(intents: Sequence[Intent]) -> Iterator[list[Intent]]:
    """Yield the intents of one kind and system at a time, in the safe order; the plan's order stays within."""
    for _, group in groupby(sorted(intents, key=_place), key=_place):
        yield list(group)


def split_canary(intents: Sequence[Intent], canary: int) -> tuple[Sequence[Intent], Sequence[Intent]]:
    """Return the few that go first, and the rest."""
    return intents[:canary], intents[canary:]


def pieces(intents: Sequence[Intent], size: int) -> Iterator[Sequence[Intent]]:
    """Yield pieces of at most ``size``."""
    for start in range(0, len(intents), size):
        yield intents[start : start + size]
