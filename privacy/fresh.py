"""Finder and second check over the saved directory, taken up anew when a refresh replaced it.

Both refuse, with ConfigurationError, where there is no directory or one that is too old: default deny.
"""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

from privacy.check import DirectoryIds, SecondLook
from privacy.clean_texts import CleanTexts
from privacy.detect.finder import AnalyzerFinder
from privacy.directory.known import KnownDirectory
from privacy.vocabulary import Hit, Leak, Scope
from store.known_people import KnownPeopleStore

T = TypeVar("T")


class _Renewed(Generic[T]):
    """A part that is made again whenever the directory has another version."""

    def __init__(self, directory: KnownDirectory, make: Callable[[], T]) -> None:
        self._directory, self._make, self._lock = directory, make, Lock()
        self._made: tuple[int, T] | None = None

    def get(self) -> T:
        """Return the part that fits the directory as it stands."""
        version = self._directory.version()
        with self._lock:
            if self._made is None or self._made[0] != version:
                self._made = (version, self._make())
            return self._made[1]


class DirectoryFinder:
    """The finder of an installation; fits ``vocabulary.Finder`` and remembers what was found clean."""

    def __init__(self, directory: KnownDirectory, engine: str) -> None:
        self._parts = _Renewed(directory, lambda: (AnalyzerFinder(directory.directory(), engine), CleanTexts()))

    def find(self, text: str, scope: Scope) -> tuple[Hit, ...]:
        """Return disjoint hits in order of their place."""
        return self._parts.get()[0].find(text, scope)

    def clean(self) -> CleanTexts:
        """Return what was found clean since the directory has been as it is."""
        return self._parts.get()[1]


class DirectoryCheck:
    """The second check of an installation; fits ``vocabulary.LeakCheck``."""

    def __init__(self, directory: KnownDirectory, known: KnownPeopleStore) -> None:
        def make() -> tuple[SecondLook, CleanTexts]:
            return SecondLook(known, DirectoryIds(person.identity for person in known.everyone())), CleanTexts()

        self._parts = _Renewed(directory, make)

    def look(self, texts: Sequence[str], scope: Scope) -> tuple[Leak, ...]:
        """Return what still identifies someone; a text found clean is not looked at again."""
        check, clean = self._parts.get()
        new = [text for text in texts if not clean.holds(text, scope)]
        leaks = check.look(new, scope) if new else ()
        if not leaks:
            for text in new:
                clean.add(text, scope)
        return leaks
