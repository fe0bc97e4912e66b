"""Whether a text still tells a secret, judged with means of its own: it shares no code with what hides them.

A secret counts as a whole word in any spelling a reader could undo: case, marks, entities, escapes, URL and base64
encoding, look-alike letters, letters spaced out. Longer secrets count inside words too, and those with digits also with
their separators taken out.
"""

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_plus

_CODE = re.compile(r"\[[A-Z_]+_[A-Z0-9]+(?:\.[a-z_]+)?\]")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_TOKEN = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_TAG = re.compile(r"<[^>]*>")
_STROKES = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "đ": "d", "ß": "ss", "’": "'"})
_ALIKE = str.maketrans("аеорсухкмтнвіјѕοανκετιρυ", "aeopcyxkmthbijsoavketipu")
_SPACED = re.compile(r"(?<=\b\w)[ -](?=\w\b)")
_INSIDE_FROM = 5


def tell_secrets(text: str, secrets: Iterable[str]) -> list[str]:
    """Return the secrets that a reader of the text could still learn."""
    readings = [_fold(reading) for reading in _readings(_CODE.sub(" ", text))]
    return [secret for secret in secrets if any(_tells(reading, _fold(secret)) for reading in readings)]


def lost_words(text: str, keep: Iterable[str]) -> list[str]:
    """Return what should have stayed in the text and did not."""
    folded = _fold(text)
    return [words for words in keep if _fold(words) not in folded]


def _readings(text: str) -> Iterator[str]:
    yield text
    plain = unquote_plus(html.unescape(_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)))
    yield plain
    yield _TAG.sub("", plain)
    yield plain.casefold().translate(_ALIKE)
    yield _SPACED.sub("", plain)
    yield from (decoded for token in _TOKEN.findall(text) if (decoded := _decoded(token)))


def _decoded(token: str) -> str:
    try:
        return base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_").decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold().translate(_STROKES)
    return "".join(
        letter for letter in decomposed if not unicodedata.combining(letter) and unicodedata.category(letter) != "Cf"
    )


def _tells(text: str, secret: str) -> bool:
    if re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", text):
        return True
    if any(unicodedata.category(letter) == "Lo" for letter in secret):
        return secret in text
    if any(letter.isdigit() for letter in secret):
        return len(_squeezed(secret)) >= _INSIDE_FROM and _squeezed(secret) in _squeezed(text)
    return len(secret) >= _INSIDE_FROM and secret.isalpha() and secret in text


def _squeezed(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())
