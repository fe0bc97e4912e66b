"""Cuts a reply into pieces that can be restored one by one, so that a stream and the whole give the same (S230).

Each piece is decided by its own characters alone. Where text has only begun to arrive, the last piece may still grow
and is held back; everything before it is final. Codes are not restored inside an address, an image, the target of a
link, the attributes of a tag, or code that names an address: a name put there would leave with the next click or the
next picture that is loaded.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import regex

from privacy.scrub.spelling import BRACKETED, Spelled, find_all, find_bare, read_bracketed, settled

_FENCE = re.compile(r"(`{2,}|~{3,})(?P<inside>[\s\S]*?)(?:\1|\Z)")
_TICKED = re.compile(r"`(?P<inside>[^`\n]*)(?:`|\n|\Z)")
_TAG = re.compile(r"<(?=[A-Za-z/!]|\Z)(?P<inside>[^>]*)(?:>|\Z)")
_PROGRAM = re.compile(
    r"<(?P<kind>script|style|svg|iframe|object)\b(?P<inside>[\s\S]*?)(?:</(?P=kind)\s*>|\Z)", re.IGNORECASE
)
_ANYTHING = re.compile("")
_IMAGE_TEXT = re.compile(r"!\[(?:[^\[\]]|\[[^\[\]]*(?:\]|\Z))*")
_TARGET = re.compile(r"\([^)]*(?:\)|\Z)")
_SCHEMES = "https?|ftp|mailto|tel|sms|data|javascript|vbscript|file|blob|intent|wss?"
_ADDRESS = re.compile(rf"//\S*|(?:{_SCHEMES}):\S*|www\.\S*|[a-z0-9\-]+(?:\.[a-z0-9\-]+)+/\S*|\]\(\S*", re.IGNORECASE)
_ANY_ADDRESS = re.compile(
    rf"//|(?<![a-z])(?:{_SCHEMES}):|www\.|[a-z0-9\-]\.[a-z0-9\-]+/|\d+\.\d+\.\d+\.\d+"
    r"|(?<![a-z])(?:curl|wget|fetch|nc|nslookup|dig|ping|invoke-\w+)(?![a-z])",
    re.IGNORECASE,
)
_ATTRIBUTES = re.compile(r"[=:/?]")
_OPENED = {
    "`": ((_FENCE, _ANY_ADDRESS), (_TICKED, _ANY_ADDRESS)),
    "~": ((_FENCE, _ANY_ADDRESS),),
    "<": ((_PROGRAM, _ANYTHING), (_TAG, _ATTRIBUTES)),
}
"""What opens with this character, and what makes its inside dangerous."""
_WORD = regex.compile(
    r"(?:[[\p{L}\p{M}\p{N}]--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]]|[_＿\-.\\‐-―]|\p{Cf})+", regex.VERSION1
)
_OPENING = "[\\&%［"
"""What a bracketed code may begin with: the bracket, or an escape of it."""
_RUN = re.compile(r"~+|\s+")


class Piece(NamedTuple):
    """A stretch of a reply: plain text, a code to restore, or (``guarded``) text in which nothing is restored."""

    text: str
    code: Spelled | None = None
    guarded: bool = False


class Cut(NamedTuple):
    """The pieces that are final, where the text begins that may still grow, and how much of that is sure to stay."""

    pieces: list[Piece]
    held_from: int
    sure: int = 0


class _Unit(NamedTuple):
    """The smallest stretch that is decided on its own: its end, its pieces, and how it begins whatever follows."""

    end: int
    pieces: list[Piece]
    sure: int = 0
    closed: bool = False


def cut(text: str, *, final: bool = True) -> Cut:
    """Cut ``text`` into pieces; unless it is ``final``, its last piece is held back where it may still grow."""
    pieces: list[Piece] = []
    place = 0
    while place < len(text):
        unit = _unit(text, place, final=final)
        if unit.end == len(text) and not final and not unit.closed:
            return Cut(pieces, place, unit.sure)
        pieces.extend(unit.pieces)
        place = unit.end
    return Cut(pieces, place)


def _unit(text: str, place: int, *, final: bool) -> _Unit:
    """Return the unit that begins at ``place``; its first character says which it can be."""
    first = text[place]
    for pattern, danger in _OPENED.get(first, ()):
        match = pattern.match(text, place)
        if match:
            grows = match.end() == len(text) and not final
            return _Unit(match.end(), [] if grows else _opened(match, danger))
    if first == "!" and (end := _image_end(text, place)):
        return _Unit(end, [Piece(text[place:end], guarded=True)])
    address = _ADDRESS.match(text, place) if first.isascii() and (first.isalnum() or first in "/]-") else None
    if address:
        return _Unit(address.end(), [Piece(address.group(), guarded=True)], sure=len(address.group()))
    return _code_or_text(text, place, final=final)


def _code_or_text(text: str, place: int, *, final: bool) -> _Unit:
    opens = text[place] in _OPENING
    bracketed = BRACKETED.match(text, place, partial=not final) if opens else None
    if bracketed and bracketed.partial:
        return _Unit(len(text), [])
    spelled = read_bracketed(bracketed) if bracketed else None
    if spelled:
        return _Unit(spelled.end, [Piece(text[place : spelled.end], spelled)])
    word = _WORD.match(text, place)
    if word:
        grows = word.end() == len(text) and not final and not opens
        return _Unit(word.end(), list(_pieces(word.group())), sure=settled(word.group()) if grows else 0)
    run = _RUN.match(text, place)
    if run:
        return _Unit(run.end(), [Piece(run.group())], closed=run.group().isspace())
    return _Unit(place + 1, [Piece(text[place])], closed=text[place].isalpha())


def _pieces(word: str) -> Iterator[Piece]:
    place = 0
    for spelled in find_bare(word):
        if spelled.start > place:
            yield Piece(word[place : spelled.start])
        yield Piece(word[spelled.start : spelled.end], spelled)
        place = spelled.end
    if place < len(word):
        yield Piece(word[place:])


def _opened(match: "re.Match[str]", danger: "re.Pattern[str]") -> list[Piece]:
    """Guard what is inside as a whole where it is dangerous; else cut it on its own."""
    inside, whole = match["inside"], match.group()
    if danger.search(_without_codes(inside)):
        return [Piece(whole, guarded=True)]
    begin = match.start("inside") - match.start()
    return [Piece(whole[:begin]), *cut(inside).pieces, Piece(whole[begin + len(inside) :])]


def _without_codes(text: str) -> str:
    kept, place = [], 0
    for spelled in find_all(text):
        kept.append(text[place : spelled.start])
        place = spelled.end
    return " ".join([*kept, text[place:]])


def _image_end(text: str, place: int) -> int:
    """Return the end of an image that begins here, or of what has come of it; 0 where none begins."""
    image = _IMAGE_TEXT.match(text, place)
    if image is None:
        return 0
    end = image.end()
    if end >= len(text) - 1:
        return len(text)
    target = _TARGET.match(text, end + 1) if text[end] == "]" else None
    return target.end() if target else 0
