"""How the second check sees a text: decoded, unmarked, folded to plain letters, and without codes.

It keeps no map of places: what it finds is reported by kind, and the call stops.
"""

import html
import re
import unicodedata
from urllib.parse import unquote

_ROUNDS = 2
_UNICODE_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_BREAK_ESCAPE = re.compile(r"\\[nrtbf]")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
_CODE = re.compile(
    r"(?:(?<![\w.+%-])@)?\[[A-Z_]{3,20}_(?=[0-9]{0,7}[A-Z])[2-9CDFHJKMNPQRTVWX]{8}(?:\.[a-z_]{2,12}[0-9]{0,3})?\]"
)
"""A canonical code, with the at sign of a mention. Its symbols hold no vowel, so no name hides in one, and a letter, so
no id does."""
_LIKE = str.maketrans(
    "аеіјорсухѕһԁԛԝкмтвнαεικνορτυχηµßøđłæœıð’‘´`ʼ",
    "aeijopcyxshdqwkmtbhaeiknoptuxnusodlaoid'''''",
)
_LETTERS = re.compile(r"(?<![^\W_])(?:[^\W\d_][\s.\-_*]){3,}[^\W\d_](?![^\W_])")


def decoded(text: str) -> str:
    """Return ``text`` with escapes resolved, hidden characters and marks gone and codes left out; case is kept."""
    seen = _BREAK_ESCAPE.sub(" ", _CODE.sub(" ", text))
    for _ in range(_ROUNDS):
        seen = unquote(html.unescape(_UNICODE_ESCAPE.sub(lambda match: chr(int(match[1], 16)), seen)))
    seen = unicodedata.normalize("NFKD", _TAG.sub("", seen))
    return "".join(char for char in seen if unicodedata.category(char) not in ("Mn", "Me", "Cf"))


def plain(text: str) -> str:
    """Return ``text`` as the check reads it: decoded, in one case, letters that look alike made one."""
    return decoded(text).casefold().translate(_LIKE)


def words(text: str) -> list[str]:
    """Return the runs of letters and digits of a plain text."""
    return re.findall(r"[^\W_]+", text)


def letter_parts(word: str) -> list[str]:
    """Return the runs of letters in a word that has digits too, such as ``quispe`` of ``quispe88``."""
    return re.findall(r"[^\W\d_]+", word) if not (word.isalpha() or word.isdigit()) else []


def spelled_out(text: str) -> list[str]:
    """Return what is spelled with a space, dot or hyphen between its letters, such as ``n g u y e n``."""
    return [re.sub(r"[^\w]|_", "", match) for match in _LETTERS.findall(text)]
