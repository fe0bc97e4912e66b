"""E-mail addresses, plain and obfuscated, and whose they are: by the whole address, the login in it, or the name.

The plain ones are read outwards from each at sign, so that no text can make the search slow.
"""

import re
from collections.abc import Iterator

from domain.identities import PersonKind
from privacy.detect.found import Found, Step
from privacy.detect.reading import Reading
from privacy.directory.folding import WORD, token_form
from privacy.directory.forms import email_form, written_form
from privacy.directory.hashing import Space
from privacy.directory.index import Ref
from privacy.vocabulary import Facet

MAIL_SCORE = 1.0
_LONGEST_LOCAL = 128
_DOMAIN = re.compile(r"\s?[\w\-]{1,64}(?:\.[\w\-]{1,64}){0,6}")
_AT = re.compile(r" ?[\[({<] ?at ?[\])}>] ?| at ", re.IGNORECASE)
_AT_TRIGGERS = (" at ", "at]", "at)", "at}", "at>", "at ]", "at )", "at }", "at >")
_DOT = re.compile(r" ?[\[({<] ?dot ?[\])}>] ?| dot ", re.IGNORECASE)
_BEFORE_AT = re.compile(r"[\w+\-]{1,64}(?:(?:\.| dot | ?[\[({<] ?dot ?[\])}>] ?)[\w+\-]{1,64}){0,4}$", re.IGNORECASE)
_AFTER_AT = re.compile(r"[\w\-]{1,64}(?:(?: ?[\[({<] ?dot ?[\])}>] ?| dot |\.)[\w\-]{2,64}){1,4}", re.IGNORECASE)
_LOOK_BACK = 96
_MAIL_ENDING = re.compile(r"\.(?:edu|com|org|net|gov|ac|uk|ca|us|io|info|mx|es|de|fr|in|cn|jp|kr|br|ru|co)$", re.I)


def find_mail(reading: Reading) -> Iterator[Found]:
    """Yield every e-mail address with its owner, where the directory knows one."""
    for start, end, address in [*_plain(reading.text), *_obfuscated(reading)]:
        refs = _owners(reading, address)
        reason = "e-mail address of someone in the directory" if refs else "an e-mail address"
        yield reading.found_at(start, end, Step.PATTERN, Facet.EMAIL, refs, MAIL_SCORE, reason)


def _plain(text: str) -> Iterator[tuple[int, int, str]]:
    at = text.find("@")
    while at >= 0:
        start = at
        while start > max(0, at - _LONGEST_LOCAL) and (text[start - 1].isalnum() or text[start - 1] in "._%+'-"):
            start -= 1
        while start < at and text[start] in ".'-":
            start += 1
        domain = _DOMAIN.match(text, at + 1)
        if domain and start < at and _is_domain(domain[0]):
            yield start, domain.end(), text[start : at + 1] + domain[0].strip()
        at = text.find("@", at + 1)


def _is_domain(text: str) -> bool:
    """``recall@20`` is no address; one word counts only directly after the sign."""
    return any(map(str.isalpha, text)) and ("." in text or not text[0].isspace())


def _obfuscated(reading: Reading) -> Iterator[tuple[int, int, str]]:
    """Addresses with words for the signs; a bare ``at`` counts before a spelled dot or an ending of the internet."""
    text = reading.text
    if not any(trigger in reading.lower for trigger in _AT_TRIGGERS):
        return
    for at in _AT.finditer(text):
        after = _AFTER_AT.match(text, at.end())
        base = max(0, at.start() - _LOOK_BACK)
        before = _BEFORE_AT.search(text[base : at.start()]) if after else None
        if after is None or before is None:
            continue
        address = _DOT.sub(".", f"{before[0]}@{after[0]}").replace(" ", "")
        if at[0] != " at " or _DOT.search(after[0]) or _MAIL_ENDING.search(address.lower()):
            yield base + before.start(), after.end(), address


def _owners(reading: Reading, address: str) -> tuple[Ref, ...]:
    """Whose address it is; a second account that the SIS does not know does not outweigh the owner of the login."""
    hashed, form = reading.directory.hashed, email_form(address)
    local = written_form(address.partition("@")[0]).partition("+")[0]
    whole, login = reading.lexicon.whose([hashed(Space.EMAIL, form or ""), hashed(Space.WRITTEN, local)])
    refs = whole.refs if whole else ()
    if login and all(reading.directory.kind(ref) is PersonKind.UNKNOWN for ref in refs):
        refs = tuple(dict.fromkeys((*refs, *login.refs)))
    return reading.scope.preferred(refs or _by_name(reading, local))


def _by_name(reading: Reading, local: str) -> tuple[Ref, ...]:
    """Whose name the local part is, as in ``robert.nguyen`` or ``rnguyen``."""
    joined = "".join(token_form(word) for word in WORD.findall(local))
    word = reading.lexicon.word(joined) if joined else None
    return reading.lexicon.glued(word) if word is not None else ()
