"""The steps of one search over one text, in the three groups that Presidio's registry knows them by."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from privacy.detect.camel import find_camel
from privacy.detect.candidates import choose
from privacy.detect.cues import find_cued
from privacy.detect.dates import find_birth_dates
from privacy.detect.decoding import folded, hidden_texts, loosened, views_of
from privacy.detect.found import LABEL_OF_FACET, Found, Step
from privacy.detect.lexicon import Lexicon
from privacy.detect.looser import find_initials, find_typos
from privacy.detect.mail import find_mail
from privacy.detect.numbers import find_identifiers, find_login_words
from privacy.detect.pairs import find_pairs
from privacy.detect.patterns import find_patterns
from privacy.detect.reading import Reading
from privacy.detect.scope import ScopeIndex
from privacy.detect.singles import find_glued, find_scoped, find_unscoped, find_whole
from privacy.detect.view import View
from privacy.vocabulary import Facet

Look = Callable[[Reading], Iterable[Found]]
DEEPEST = 2
"""How often encoded text inside encoded text is opened."""


def find_names(reading: Reading) -> list[Found]:
    """Full names, by pairs, initials and one typo, chosen between where they compete."""
    candidates = find_pairs(reading)
    taken = {at for candidate in candidates for at in (candidate.left, candidate.right)}
    candidates += find_initials(reading)
    candidates += find_typos(reading, taken)
    return choose(reading, candidates) if candidates else []


GROUPS: dict[str, tuple[Look, ...]] = {
    "directory": (find_names, find_glued, find_camel, find_whole, find_identifiers, find_login_words, find_scoped),
    "patterns": (find_mail, find_patterns, find_birth_dates),
    "cues": (find_cued, find_unscoped),
}


def match_exactly(text: str, lexicon: Lexicon, scope: ScopeIndex) -> list[Found]:
    """The directory matcher alone: full names and identifiers in the plain reading, with no disguise undone."""
    reading = Reading(folded(View(text)), lexicon, scope)
    candidates = find_pairs(reading)
    return [
        *(choose(reading, candidates) if candidates else ()),
        *find_identifiers(reading),
        *find_login_words(reading),
    ]


class Search:
    """One text with its readings, shared by all groups of steps."""

    def __init__(self, text: str, lexicon: Lexicon, scope: ScopeIndex, depth: int = 0) -> None:
        self.text, self.lexicon, self.scope, self._depth = text, lexicon, scope, depth

    @cached_property
    def readings(self) -> list[Reading]:
        """The views of the text, with their words looked up."""
        readings = [Reading(view, self.lexicon, self.scope) for view in views_of(self.text)]
        more = [view for reading in readings if reading.looks_spread for view in loosened(reading.view)]
        return [*readings, *(Reading(view, self.lexicon, self.scope) for view in more)]

    def run(self, group: str) -> list[Found]:
        """Run one group of steps over every reading, and over text that is encoded inside."""
        found = [entry for reading in self.readings for look in GROUPS[group] for entry in look(reading)]
        return found + list(self._inside(group)) if self._depth < DEEPEST else found

    def run_all(self) -> list[Found]:
        """Run every group."""
        return [entry for group in GROUPS for entry in self.run(group)]

    def _inside(self, group: str) -> Iterator[Found]:
        for start, end, inner in self._hidden:
            if found := inner.run(group):
                refs = tuple(dict.fromkeys(ref for entry in found for ref in entry.refs))
                score = max(entry.score for entry in found)
                label = LABEL_OF_FACET[Facet.TEXT]
                yield Found(
                    start, end, Step.ENCODED, Facet.TEXT, label, refs, score, "encoded text that holds an identifier"
                )

    @cached_property
    def _hidden(self) -> list[tuple[int, int, "Search"]]:
        return [
            (start, end, Search(text, self.lexicon, self.scope, self._depth + 1))
            for start, end, text in hidden_texts(self.text)
        ]
