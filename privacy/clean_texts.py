"""Remembers texts in which nobody was found, so that a prompt is searched once and not with every request.

Only what was found clean is kept, so nothing kept here names anybody. What is clean depends on the directory and on
whose single names count: the memory is made anew with the directory, and every text is kept with its scope. A text
with codes in it is kept apart: it is clean but for its codes, which count in their own conversation only.
"""

from collections import OrderedDict
from threading import Lock
from typing import Protocol, runtime_checkable

from domain.ids import RecordHandle
from privacy.vocabulary import Scope

MOST, LONGEST = 4096, 16_384
_Key = tuple[str, frozenset[RecordHandle], bool]


@runtime_checkable
class RemembersClean(Protocol):
    """A finder beside which clean texts are remembered."""

    def clean(self) -> "CleanTexts":
        """Return the texts found clean since the directory has been as it is."""
        ...


class CleanTexts:
    """The texts found clean of late; safe for many threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._guard = most, Lock()
        self._kept: OrderedDict[_Key, None] = OrderedDict()

    def holds(self, text: str, scope: Scope, *, coded: bool = False) -> bool:
        """Tell whether nobody was found in exactly this text in this scope, beside its codes where it is ``coded``."""
        key = (text, scope.everyone, coded)
        with self._guard:
            if key not in self._kept:
                return False
            self._kept.move_to_end(key)
            return True

    def add(self, text: str, scope: Scope, *, coded: bool = False) -> None:
        """Remember that nobody was found; the text that was longest not asked about is let go."""
        if len(text) > LONGEST:
            return
        with self._guard:
            self._kept[text, scope.everyone, coded] = None
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
