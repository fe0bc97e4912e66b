"""The leak check: any name of four letters of someone in scope, any long number, any at sign, any id on record (S229).

It errs towards stopping: a leak that got past the detector is a call not made and a case for the data protection
officer. It fits ``vocabulary.LeakCheck``.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from domain.errors import DetectionFailed, LeakStopped
from domain.ids import RecordHandle
from privacy.check.directory_ids import DirectoryIds
from privacy.check.normal import decoded, letter_parts, plain, spelled_out, words
from privacy.check.numbers import joined_digits, long_numbers
from privacy.check.people_forms import PersonForms, common_words, forms_of
from privacy.people import KnownPeople
from privacy.vocabulary import Leak, LeakCheck, Scope

_NEAR = 3
"""How far apart, in words, two parts of one name still count as the name."""
_CUES = frozenset({"id", "ids", "user", "users", "sis", "canvas", "login", "student", "students", "number", "banner"})
_LONG_ID = 8
SCOPES = 32
"""Of so many circles of people the forms are kept at hand."""


class SecondLook:
    """Looks at texts with the forms of those in scope and the ids of everyone; safe for many threads."""

    def __init__(self, people: KnownPeople, ids: DirectoryIds) -> None:
        self._people, self._ids = people, ids
        self._forms_of = lru_cache(maxsize=SCOPES)(self._forms)

    def look(self, texts: Sequence[str], scope: Scope) -> tuple[Leak, ...]:
        """Return what still identifies someone; places are those of the whole text, as what hides has none.

        Raises DetectionFailed where somebody in scope is unknown, as their name could not be looked for.
        """
        forms = self._forms_of(scope.everyone)
        return tuple(Leak(0, len(text), kind) for text in texts for kind in self._kinds(text, forms))

    def _forms(self, everyone: frozenset[RecordHandle]) -> PersonForms:
        """Return the forms of those in scope; a task asks for the same people many times."""
        known = self._people.identities(everyone)
        if len(known) < len(everyone):
            fix = "Refresh the directory from the SIS, or take who left it out of the scope."
            raise DetectionFailed("Somebody in scope is unknown to the second check.", field="scope", fix=fix)
        return forms_of(known.values())

    def _kinds(self, original: str, forms: PersonForms) -> Iterator[str]:
        text, cased = plain(original), words(decoded(original))
        yield from ("at sign" for _ in range(text.count("@")))
        yield from ("birth date" for form in forms.dates if form in text)
        found = words(text)
        every = [*found, *spelled_out(text), *(part for word in found for part in letter_parts(word))]
        yield from ("name or id in scope" for word in every if _names(word, forms))
        yield from ("name in scope" for place in range(len(found)) if _paired(found, cased, place, forms))
        yield from ("long number" for _ in long_numbers(text))
        yield from ("number in scope" for run in joined_digits(text) if any(form in run for form in forms.digits))
        yield from ("id on record" for place, word in enumerate(found) if self._is_id(found, place, word))

    def _is_id(self, found: Sequence[str], place: int, word: str) -> bool:
        """A number of up to seven digits may be a count or a year; it is an id only after a word that says so."""
        if not self._ids.holds(word):
            return False
        cued = not _CUES.isdisjoint(found[max(0, place - 2) : place])
        return not word.isdigit() or len(word) >= _LONG_ID or cued


def require_clean(check: LeakCheck, texts: Sequence[str], scope: Scope) -> None:
    """Raise LeakStopped where any of ``texts`` still identifies someone; it says of what kind, never what."""
    distinct = [text for text in dict.fromkeys(texts) if text]
    leaks = Counter(leak.kind for leak in check.look(distinct, scope))
    if leaks:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(leaks.items()))
        raise LeakStopped(
            f"The second check found identifiers in what was about to leave ({kinds}); nothing was sent.",
            field="text",
            fix="Tell the data protection officer; the detector has missed something.",
        )


def _names(word: str, forms: PersonForms) -> bool:
    plural = word[:-1] if word.endswith("s") else word
    return word in forms.alone or plural in forms.alone or word in forms.digits


def _paired(found: Sequence[str], cased: Sequence[str], place: int, forms: PersonForms) -> bool:
    """Tell whether a word and one soon after it are two parts of one name.

    Two words of the language, such as Summer Long, are a name only with capitals and at most initials between them.
    """
    for other in range(place + 1, min(place + 1 + _NEAR, len(found))):
        if (found[place], found[other]) in forms.pairs:
            if not common_words() >= {found[place], found[other]}:
                return True
            capitals = len(cased) != len(found) or (cased[place][0].isupper() and cased[other][0].isupper())
            if capitals and all(len(word) == 1 for word in found[place + 1 : other]):
                return True
    return False
