"""Whom a person's questions are about: their advisees, their classes, themselves; it decides which lone names count.

Read from the SIS and kept for some minutes, as relationships are (PRIVACY.md 2.4). Where it cannot be read the scope is
empty: full names and identifiers are found all the same.
"""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from domain.ids import RecordHandle
from domain.principals import Principal
from graphs.advising.sight import Sight
from privacy.access.relations import KeptAnswers
from privacy.vocabulary import Scope

if TYPE_CHECKING:
    from graphs.assembly import Provost

MOST_PEOPLE = 300
"""A larger circle than this says nothing about a lone name any more."""


class ScopeOfCallers:
    """Remembers the circle of each caller; safe for many threads."""

    def __init__(self, provost: "Provost") -> None:
        self._sight = Sight(provost)
        self._kept = KeptAnswers(float(provost.access.rules.relationships.keep_seconds), time.monotonic)

    def of(self, who: Principal) -> Scope:
        """Return the scope of a caller's questions; empty, and read anew next time, where it cannot be read."""
        return Scope(people=self._kept.get(("circle", who.id, who.person or ""), lambda: self._circle(who)))

    def _circle(self, who: Principal) -> frozenset[RecordHandle]:
        people: set[RecordHandle] = set() if who.person is None else {who.person}
        for group in self._groups(who):
            people |= group
            if len(people) > MOST_PEOPLE:
                return frozenset()
        return frozenset(people)

    def _groups(self, who: Principal) -> Iterator[frozenset[RecordHandle]]:
        yield self._sight.advisees(who)
        for section in self._sight.taught(who):
            yield frozenset(self._sight.roster(section.key).rows)
