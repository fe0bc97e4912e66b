"""One spelling for the many ways a letter is written: the directory and the text to search fold alike.

Case is kept, since capitals tell the name Will from the word; ``token_form`` drops it.
"""

import re
import unicodedata

WORD = re.compile(r"[^\W\d_]+")
"""A run of letters in folded text; everything else separates."""

UNSPACED = re.compile(r"[\u0e01-\u0e2e\u0e30-\u0e3a\u0e40-\u0e4e\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]+")
"""A run of a script that is written without spaces, or that glues endings to names: Thai, kana, Han, Hangul."""

JAMO = re.compile(r"[\u1100-\u11ff]+")
"""Hangul letters that stand alone."""

_SPECIAL = {
    "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "æ": "ae",
    "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "n", "ß": "ss", "ẞ": "SS", "ə": "e", "Ə": "E",
    "‘": "'", "’": "'", "ʻ": "'", "ʼ": "'", "ʾ": "'", "ʿ": "'", "´": "'", "`": "'", "′": "'", "“": '"', "”": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-",
    "―": "-", "−": "-", "﹣": "-", "－": "-", "・": " ", "\u3000": " ",
    "ى": "ي",
    "ة": "ه", "ی": "ي", "ک": "ك", "ـ": "", "\u3164": "", "\u115f": "", "\u1160": "", "\uffa0": "",
}  # fmt: skip
_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјкорсухԁһӏԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧαινορυκχɡɑᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ",
    "ABESIJKMHOPCTYXaesijkopcyxdhlqwABEZHIKMNOPTYXaivopukxgaabcdeghijklmnoprtuvwyz",
)
_LETTER_TWINS = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "ñ": "ny"}
_cache: dict[str, str] = {}
_CACHE_LIMIT = 20_000


def listed(words: str) -> frozenset[str]:
    """A set of words, written with spaces between them."""
    return frozenset(words.split())


def fold(text: str) -> str:
    """Fold compatibility forms, marks, look-alike letters, invisible characters and foreign digits; case is kept."""
    return text if text.isascii() else "".join(map(fold_character, compose_jamo(text)))


def compose_jamo(text: str) -> str:
    """Put Hangul letters that were taken apart, as some file systems do, together again."""
    return JAMO.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)


def fold_character(character: str) -> str:
    """Fold one character: to nothing where it is invisible or a mark, to several where it stands for several."""
    folded = _cache.get(character)
    if folded is None:
        if len(_cache) > _CACHE_LIMIT:
            _cache.clear()
        folded = _cache[character] = _fold_character(character)
    return folded


def token_form(token: str) -> str:
    """The form under which a folded token is in the directory."""
    return token.lower() if token.isascii() else token.casefold()


def letter_twins(text: str) -> str:
    """Write umlauts and their kin as two letters, as ``Mueller`` for ``Müller``; unchanged where there are none."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text).casefold()
    return "".join(_LETTER_TWINS.get(character, character) for character in composed)


def _fold_character(character: str) -> str:
    if character.isascii():
        return character
    if character in _SPECIAL:
        return _SPECIAL[character]
    if unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf", "Cc"}:
        return ""
    if "\uac00" <= character <= "\ud7a3":
        return character
    decomposed = unicodedata.normalize("NFKD", character)
    if decomposed == character:
        return _fold_alone(character)
    return "".join(map(_fold_character, decomposed))


def _fold_alone(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if unicodedata.category(character) == "Zs":
        return " "
    return character.translate(_LOOKALIKES)
