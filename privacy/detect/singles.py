"""Single names: of people in scope, of people anywhere, and names written as one word or in a script without spaces.

A capitalised English word counts for people in scope only; in lower case it never does (``will``, ``may``, ``long``).
"""

import re
from collections.abc import Iterator

from privacy.detect.candidates import absorb
from privacy.detect.found import Found, Step
from privacy.detect.lexicon import Word
from privacy.detect.reading import Reading
from privacy.detect.scope import Bearer
from privacy.directory.folding import UNSPACED, token_form
from privacy.directory.forms import FormKind
from privacy.directory.hashing import Space
from privacy.directory.segment import GIVEN, LAST
from privacy.vocabulary import Facet

SCOPED_SCORE, SINGLE_SCORE, GLUED_SCORE, WHOLE_SCORE = 0.9, 0.4, 0.8, 1.0
_SHORTEST_SINGLE = 3
_SHORTEST_TYPO = 5
_SHORTEST_GLUED = 4
_LONGEST_WHOLE = 8
_SHORTEST_WHOLE = 2
_LONGEST_TO_END = 40
_SMALL_GAP = re.compile(r"[ ·,、]{1,2}")
_MONTHS = frozenset({"april", "may", "june", "august"})
_DAY_BEFORE = re.compile(r"(?<![\d#.])\d{1,2}(?:st|nd|rd|th)?\.?(?: of)? \Z")
_DAY_AFTER = re.compile(r" (?:\d{1,2}(?:st|nd|rd|th)?|\d{4})(?![\d.]|-\d)")
_SEPARATORS = re.compile(r"[ ·,、]")


def find_scoped(reading: Reading) -> Iterator[Found]:
    """Yield single names of people in scope, also with one typo, and with the initial of their last name."""
    if not reading.scope.refs:
        return
    for at in reading.present:
        word = reading.words[at]
        if word is None or word.bare or word.is_letter or not (word.named or word.odd):
            continue
        bearers = reading.scope.bearers(word) if _counts(reading, at, word) else []
        reason = "name of someone in scope"
        if not bearers and word.odd and len(word.form) >= _SHORTEST_TYPO:
            bearers = reading.scope.near_bearers(reading.lexicon.near(word.form))
            reason = "name of someone in scope, with one typo"
        if bearers:
            refs = tuple(dict.fromkeys(bearer.ref for bearer in bearers))
            last = _with_initial(reading, at, bearers)
            first, last = absorb(reading, at, last)
            yield reading.found(first, last, Step.SCOPED, _facet(bearers), refs, SCOPED_SCORE, reason)


def find_unscoped(reading: Reading) -> Iterator[Found]:
    """Yield capitalised names that are no English word, with a capitalised unknown word beside them, as unlinked."""
    if reading.one_case:
        return
    for at in reading.named:
        word = reading.words[at]
        if word is None or not _stands_alone(reading, at, word):
            continue
        left, right = at, at
        if _unknown_name(reading, at + 1, at):
            right = at + 1
        elif word.roles & LAST and _unknown_name(reading, at - 1, at):
            left = at - 1
        facet = Facet.NAME if left < right else Facet.LAST if word.roles == LAST else Facet.FIRST
        left, right = absorb(reading, left, right)
        yield reading.found(
            left, right, Step.SINGLE, facet, (), SINGLE_SCORE, "a name that people in the directory have"
        )


def find_glued(reading: Reading) -> Iterator[Found]:
    """Yield words made of a whole name, as in a file name."""
    for at in reading.present:
        word = reading.words[at]
        if word is None or not word.odd or len(word.form) < _SHORTEST_GLUED:
            continue
        start, end = reading.span(at)
        spelt = reading.text[start:end]
        if refs := reading.lexicon.glued(word, joined=spelt[1:] not in {spelt[1:].lower(), spelt[1:].upper()}):
            people = reading.scope.preferred(refs)
            reason = "first and last name of someone in the directory, written as one word"
            first, last = absorb(reading, at, at)
            yield reading.found(first, last, Step.PAIR, Facet.NAME, people, GLUED_SCORE, reason)


def find_whole(reading: Reading) -> Iterator[Found]:
    """Yield names in Han, kana, Hangul or Thai, which stand in a text without spaces around them."""
    if reading.text.isascii():
        return
    for match in UNSPACED.finditer(reading.text):
        yield from _whole_names(reading, match.start(), match.end())


def _whole_names(reading: Reading, start: int, end: int) -> Iterator[Found]:
    """Look up every short stretch of a run; a space inside a name is read over."""
    gap = _SMALL_GAP.match(reading.text, end)
    following = UNSPACED.match(reading.text, gap.end()) if gap else None
    stop = following.end() if following else end
    letters = [at for at in range(start, stop) if at < end or gap is None or at >= gap.end()]
    stretches = [(letters[i], letters[j - 1] + 1) for i in range(end - start) for j in _name_ends(i, len(letters))]
    texts = [token_form(_SEPARATORS.sub("", reading.text[a:b])) for a, b in stretches]
    hashes = [reading.directory.hashed(Space.UNSPACED, text) for text in texts]
    for place, people in reading.directory.form_refs(hashes).items():
        refs = reading.scope.preferred(ref for ref, kind in people if kind is FormKind.WHOLE_NAME)
        reason = "name of someone in the directory"
        yield reading.found_at(*stretches[place], Step.PAIR, Facet.NAME, refs, WHOLE_SCORE, reason)
    if reading.scope.refs:
        yield from _scoped_parts(reading, stretches, texts)


def _name_ends(first: int, count: int) -> list[int]:
    """Where a name that starts at a letter may end: after two to eight letters, or with the run, as in Thai."""
    ends = list(range(first + _SHORTEST_WHOLE, min(first + _LONGEST_WHOLE, count) + 1))
    return ends if count in ends or count - first > _LONGEST_TO_END else [*ends, count]


def _scoped_parts(reading: Reading, stretches: list[tuple[int, int]], texts: list[str]) -> Iterator[Found]:
    for (start, end), text in zip(stretches, texts, strict=True):
        word = Word(text, (reading.directory.token(text),))
        if bearers := reading.scope.bearers(word):
            refs = tuple(dict.fromkeys(bearer.ref for bearer in bearers))
            reason = "name of someone in scope"
            yield reading.found_at(start, end, Step.SCOPED, Facet.FIRST, refs, SCOPED_SCORE, reason)


def _counts(reading: Reading, at: int, word: Word) -> bool:
    """Tell whether case lets a word be a single name."""
    if not word.ordinary:
        return True
    if not word.capital or reading.one_case or (word.form in _MONTHS and _is_dated(reading, at)):
        return False
    return reading.scope.strict or not reading.starts_sentence(at)


def _is_dated(reading: Reading, at: int) -> bool:
    """Tell whether a day or year stands right beside a word, as in ``4 May``."""
    start, end = reading.span(at)
    return bool(_DAY_BEFORE.search(reading.text[max(0, start - 6) : start]) or _DAY_AFTER.match(reading.text, end))


def _with_initial(reading: Reading, at: int, bearers: list[Bearer]) -> int:
    """The place of the initial of the last name, where it follows, as in ``Robert N.``; else the name's own."""
    following = reading.word(at + 1)
    if following is None or not following.is_letter or reading.between(at, at + 1).strip(" ."):
        return at
    initial = reading.directory.hashed.initial(following.form)
    return at + 1 if any(reading.scope.has_last_initial(bearer.ref, initial) for bearer in bearers) else at


def _facet(bearers: list[Bearer]) -> Facet:
    return Facet.LAST if all(bearer.is_last for bearer in bearers) else Facet.FIRST


def _stands_alone(reading: Reading, at: int, word: Word) -> bool:
    if not word.capital or word.ordinary or len(word.form) < _SHORTEST_SINGLE or not word.roles & (GIVEN | LAST):
        return False
    following = [reading.word(at + 1), reading.word(at + 2)]
    return not any(other is not None and other.cue == "place" and other.capital for other in following)


def _unknown_name(reading: Reading, at: int, beside: int) -> bool:
    word = reading.word(at)
    if word is None or not word.capital or word.ordinary or word.is_letter:
        return False
    gap = reading.between(min(at, beside), max(at, beside))
    return not gap.strip(" -'") and len(gap) <= _SHORTEST_WHOLE
