"""Every spelling of a right code that models have been seen to write, and nothing that is merely like one.

Case, spaces, escapes, entities, full-width letters, invisible characters, a translated or missing label and missing
brackets are spelling; a symbol is not. What is read here still has to check out and to stand in the vault.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import regex

from privacy.vault import facet_of
from privacy.vault.symbols import LENGTH, SYMBOLS, checks_out
from privacy.vocabulary import Facet, Label

_STYLED = (range(0x30, 0x7B), range(0xFF10, 0xFF5B), range(0x2460, 0x24EA), range(0x1D400, 0x1D800))
"""Where letters and digits stand: plain, full-width, circled, mathematical."""


class Spelled(NamedTuple):
    """A code read from text at ``text[start:end]``; ``tail`` is what stood behind it inside the brackets."""

    start: int
    end: int
    symbols: str
    facet: str
    tail: str = ""


def _plain(text: str) -> str:
    kept = (char for char in unicodedata.normalize("NFKC", text) if char.isalnum())
    return "".join(kept).upper()


def _symbol_class() -> str:
    every = (chr(point) for block in _STYLED for point in block)
    return "".join(char for char in every if (plain := _plain(char)) and len(plain) == 1 and plain in SYMBOLS)


_PLAIN_OF = {point: _plain(chr(point)) for block in _STYLED[1:] for point in block} | {
    point: "" for point in range(0xFFFF) if unicodedata.category(chr(point)) == "Cf"
}
_STARTS = regex.compile(r"(?<![\p{L}\p{N}])[\p{L}\p{N}]")
_EIGHT = re.compile(rf"[{SYMBOLS + SYMBOLS.lower()}]{{4}}[ \-·]?[{SYMBOLS + SYMBOLS.lower()}]{{4}}")


def _either(mark: str, *others: str) -> str:
    """Return a pattern of one mark: as it is, escaped, full-width, as an entity, percent- or JSON-escaped."""
    point = ord(mark)
    wide = chr(point + 0xFEE0)
    spellings = (
        rf"\\{{0,2}}{regex.escape(mark)}",
        wide,
        rf"&\#0*{point};",
        rf"&\#x0*{point:x};",
        f"%{point:x}",
        rf"\\u00{point:x}",
        *(f"&{name};" for name in others),
    )
    return f"(?i:{'|'.join(spellings)})"


_HIDDEN = r"\p{Cf}*+"
_SYMBOL = f"[{_symbol_class()}]"
_HALF = LENGTH // 2
_HALVES = (
    rf"(?:{_SYMBOL}{_HIDDEN}){{{_HALF}}}",
    rf"(?:{_SYMBOL}{_HIDDEN}){{{_HALF - 1}}}{_SYMBOL}",
)
_OPEN = _either("[", "lbrack", "lsqb")
_CLOSE = _either("]", "rbrack", "rsqb")
_UNDERSCORE = _either("_", "lowbar", "UnderBar")
_STRESS = r"(?:\*{1,3}|_{1,2}|`)?"
_JOINT = rf"(?:{_HIDDEN}(?:{_UNDERSCORE}|[\s:#.\-‐-―])?\s?{_HIDDEN})"
_WORD = r"[\p{L}\p{M}]{1,20}"
_FACET = rf"(?:\s?(?:\\?\.|．)\s?|{_UNDERSCORE})(?P<facet>[\p{{L}}_]+\p{{N}}?)"

BRACKETED = regex.compile(
    rf"{_OPEN}\s?{_STRESS}(?:{_WORD}(?:{_JOINT}{_WORD}){{0,2}}{_JOINT})??{_HIDDEN}"
    rf"(?P<symbols>{_HALVES[0]}[ \-·]?{_HALVES[1]})"
    rf"(?:{_FACET})?(?P<tail>['’][sS])?{_HIDDEN}{_STRESS}\s?{_CLOSE}",
    regex.VERSION0,
)
"""A code between square brackets. It ends with its bracket, so that a stream knows when it is whole."""

_LABELS = "|".join(sorted((label.value for label in Label), key=len, reverse=True))
_NAMED = f"(?i:{_LABELS})"
_GLUE = rf"{_NAMED}{_HIDDEN}(?:\\?[-_＿.‐-―])?"
_FACETS = "|".join(sorted((facet.value for facet in Facet), key=len, reverse=True))

BARE = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}])(?:{_GLUE}{_HIDDEN})?(?P<symbols>{_HALVES[0]}{_HALVES[1]})"
    rf"(?:\\?[._](?P<facet>(?i:{_FACETS})\p{{N}}?)(?![\p{{L}}\p{{N}}]))?"
    rf"(?=(?:['’]?[sS])?(?![\p{{L}}\p{{N}}]))(?!\.\p{{Ll}})",
    regex.VERSION0,
)
"""A code inside a word, without brackets."""

_NUMBERED = r"(?=[\p{L}\p{N}]*\p{N})"
LOOK_ALIKE = regex.compile(
    rf"{_OPEN}\s?{_STRESS}{_NAMED}{_JOINT}(?:{_NUMBERED}|(?=\p{{Lu}}{{{LENGTH}}}))[\p{{L}}\p{{N}}]{{{LENGTH}}}"
    rf"(?:{_FACET})?\s?{_STRESS}\s?(?:{_CLOSE})?"
    rf"|(?<![\p{{L}}\p{{N}}])(?:{_LABELS})\\?[_＿](?:{_NUMBERED}[\p{{L}}\p{{N}}]{{{LENGTH}}}|{_SYMBOL}{{{LENGTH}}})"
    rf"(?:\.[A-Za-z_]+\d?)?(?![\p{{L}}\p{{N}}])",
    regex.VERSION0,
)
"""What looks like a code by its label, whatever its symbols."""


_LABELLED = re.compile(r"[_\[＿［]|&#|&l|%5b|\\u00", re.IGNORECASE)


def read_bracketed(match: "regex.Match[str]") -> Spelled | None:
    """Return what a match of BRACKETED spells; None where its checks do not hold or its facet is none."""
    return _read(match, match["tail"] or "")


def find_bare(text: str) -> Iterator[Spelled]:
    """Yield the codes in a run of text that holds no bracketed one."""
    if may_hold_code(text):
        for match in BARE.finditer(text):
            found = _read(match, "")
            if found:
                yield found


def settled(word: str) -> int:
    """Return how much of a growing word cannot become part of a code, whatever follows it."""
    for start in _STARTS.finditer(word):
        if BARE.match(word, start.start(), partial=True):
            return int(start.start())
    return len(word)


def find_all(text: str) -> Iterator[Spelled]:
    """Yield every code in ``text`` in order, whatever stands around it."""
    if not may_hold_code(text):
        return
    place = 0
    for match in BRACKETED.finditer(text):
        spelled = read_bracketed(match)
        if spelled:
            yield from _shifted(text[place : spelled.start], place)
            yield spelled
            place = spelled.end
    yield from _shifted(text[place:], place)


def find_look_alikes(text: str) -> Iterator["regex.Match[str]"]:
    """Yield what wears the label of a code, right or wrong: a person may type it, or a document hold it."""
    if _LABELLED.search(text):
        yield from LOOK_ALIKE.finditer(text)


def may_hold_code(text: str) -> bool:
    """Tell cheaply whether eight symbols stand together anywhere; prose has vowels, so it almost never does."""
    return _EIGHT.search(_unstyled(text)) is not None


def _unstyled(text: str) -> str:
    return text if text.isascii() else text.translate(_PLAIN_OF)


def _shifted(text: str, by: int) -> Iterator[Spelled]:
    for found in find_bare(text):
        yield found._replace(start=found.start + by, end=found.end + by)


def _read(match: "regex.Match[str]", tail: str) -> Spelled | None:
    symbols = _plain(match["symbols"])
    facet = unicodedata.normalize("NFKC", match["facet"] or "").lower()
    if not checks_out(symbols) or (facet and facet_of(facet) is None):
        return None
    return Spelled(match.start(), match.end(), symbols, facet, tail)
