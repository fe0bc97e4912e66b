"""Undoing what hides an identifier from a search: escapes, tags, broken lines, spread letters, wrong encodings.

Each rule has a cheap trigger, so that plain text pays nothing, and a bounded pattern, so that no text can stall it.
"""

import base64
import binascii
import html
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from privacy.detect.view import Rewrite, View
from privacy.directory.folding import JAMO, compose_jamo, fold_character

ROUNDS = 3
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_SPREAD = re.compile(r"(?<![^\W_])(?:[^\W_][ .\-_*|·]{1,3}){3,80}[^\W_](?![^\W_])")
_LEET = re.compile(r"(?<=[A-Za-z])[0134578$](?=[A-Za-z])")
_LEET_LETTERS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "$": "s"}
_MOJIBAKE = re.compile(r"[\u00c2-\u00ef](?:[\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]){1,3}")
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{16,8192}={0,2}")
_HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2}){8,4096}")
_SIMPLE_ESCAPES = {"n": "\n", "r": "\n", "t": "\t"}
_PRINTABLE_SHARE = 0.9


class Rule(NamedTuple):
    """Where ``trigger`` stands in the text, every match of ``pattern`` is rewritten."""

    trigger: str
    pattern: re.Pattern[str]
    rewrite: Rewrite


def _nothing(_: re.Match[str]) -> str:
    return ""


def _space(_: re.Match[str]) -> str:
    return " "


def _unquoted(match: re.Match[str]) -> str:
    return unquote(match[0].replace("=", "%"), errors="replace")


def _unicode_escape(match: re.Match[str]) -> str:
    units = [int(unit, 16) for unit in re.findall(r"\\u([0-9A-Fa-f]{4})", match[0])]
    return b"".join(unit.to_bytes(2, "big") for unit in units).decode("utf-16-be", "replace")


RULES = (
    Rule("<", re.compile(r"<!--.{0,2000}?-->", re.DOTALL), _nothing),
    Rule(
        "<",
        re.compile(
            r"</?(?:a|b|i|u|s|em|strong|span|font|mark|small|big|sub|sup|wbr|abbr|code|del|ins)\b[^<>]{0,500}>", re.I
        ),
        _nothing,
    ),
    Rule("<", re.compile(r"</?[A-Za-z][^<>]{0,500}>"), _space),
    Rule("&", re.compile(r"&#?\w{1,32};?"), lambda match: html.unescape(match[0])),
    Rule("%", re.compile(r"(?:%[0-9A-Fa-f]{2}){1,400}"), _unquoted),
    Rule("\\u", re.compile(r"(?:\\u[0-9A-Fa-f]{4}){1,400}"), _unicode_escape),
    Rule("\\x", re.compile(r"(?:\\x[0-9A-Fa-f]{2}){1,400}"), lambda match: unquote(match[0].replace("\\x", "%"))),
    Rule("\\", re.compile(r"\\([nrt/\"'\\_*])"), lambda match: _SIMPLE_ESCAPES.get(match[1], match[1])),
    Rule("=", re.compile(r"=\r?\n"), _nothing),
    Rule("=", re.compile(r"(?:=[0-9A-F]{2}){1,400}"), _unquoted),
    Rule("\n", re.compile(r"(?<=[^\W\d_])-[ \t]{0,4}\r?\n[ \t>]{0,20}(?=[^\W\d_])"), _nothing),
    Rule("*", re.compile(r"(?<=\w)\*{1,3}(?=\w)"), _nothing),
    Rule("~", re.compile(r"(?<=\w)~{1,2}(?=\w)"), _nothing),
    Rule("`", re.compile(r"(?<=\w)`(?=\w)"), _nothing),
    Rule("_", re.compile(r"(?<=\w)__(?=\w)"), _nothing),
)


def views_of(text: str) -> list[View]:
    """Return the folded text and, where something looks disguised, further readings of it; all with their origin."""
    plain = View(text)
    views = [folded(plain)]
    decoded = _decoded(plain)
    if decoded is not plain:
        views.append(folded(decoded))
    if not text.isascii() and (repaired := plain.rewritten(_MOJIBAKE, _repaired)).text != text:
        views.append(folded(repaired))
    return views


def loosened(view: View) -> list[View]:
    """Return a view with spread letters joined and one with digits for letters undone, where there are any."""
    joined = view.rewritten(_SPREAD, lambda match: re.sub(r"[ .\-_*|·]", "", match[0]))
    leet = view.rewritten(_LEET, lambda match: _LEET_LETTERS[match[0]])
    return [other for other in (joined, leet) if other is not view]


def hidden_texts(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, plain text) of every stretch that is text in base64 or hexadecimal."""
    for match in _ENCODED.finditer(text):
        found = _from_base64(match[0]) or (_HEXADECIMAL.fullmatch(match[0]) and _as_text(bytes.fromhex(match[0])))
        if found:
            yield match.start(), match.end(), found


def folded(view: View) -> View:
    """Return a view in the folded spelling of the directory."""
    if view.text.isascii():
        return view
    whole = view.rewritten(JAMO, lambda match: compose_jamo(match[0]))
    return whole.rewritten(_NOT_ASCII, lambda match: fold_character(match[0]), marks=True)


def _decoded(view: View) -> View:
    for _ in range(ROUNDS):
        before = view
        for rule in RULES:
            if rule.trigger in view.text:
                view = view.rewritten(rule.pattern, rule.rewrite)
        if view.text == before.text:
            return before
    return view


def _repaired(match: re.Match[str]) -> str:
    for encoding in ("cp1252", "latin-1"):
        try:
            return match[0].encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return match[0]


def _from_base64(token: str) -> str | None:
    padded = token.rstrip("=").replace("-", "+").replace("_", "/")
    for cut in range(4):
        body = padded[cut:]
        try:
            found = _as_text(base64.b64decode(body + "=" * (-len(body) % 4), validate=True))
        except binascii.Error:
            continue
        if found:
            return found
    return None


def _as_text(content: bytes) -> str | None:
    try:
        text = content.decode("utf-8")
    except UnicodeError:
        return None
    printable = sum(character.isprintable() or character in "\r\n\t" for character in text)
    return text if text and printable >= _PRINTABLE_SHARE * len(text) else None
