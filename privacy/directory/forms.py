"""The one written form of an identifier under which both the directory and a text look it up.

Numbers lose separators, a letter prefix and leading zeros; phones keep their last nine digits, which the national and
the international spelling share; e-mail addresses lose case and a plus tag; addresses keep house number and street.
"""

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from domain.identities import Identity
from privacy.directory.folding import WORD, fold, listed, token_form
from privacy.directory.hashing import Space
from privacy.vocabulary import Facet

FEWEST_DIGITS = 5
PHONE_DIGITS = 9
_NUMBER_CORE = re.compile(r"[a-z@#]{0,3}(\d+)[a-z]?")
_STREET_WORDS = listed(
    "n s e w ne nw se sw north south east west apt unit suite no st saint the of rd ave blvd dr ln po box"
)


class FormKind(IntEnum):
    """What an identifier in the index is; at most 16, they share 32 bits with the row of the person."""

    SIS_ID = 0
    LMS_ID = 1
    LOGIN = 2
    EMAIL = 3
    PHONE = 4
    NATIONAL_ID = 5
    ADDRESS = 6
    WHOLE_NAME = 7


FACET_OF_FORM = {
    FormKind.SIS_ID: Facet.ID,
    FormKind.LMS_ID: Facet.ID,
    FormKind.LOGIN: Facet.LOGIN,
    FormKind.EMAIL: Facet.EMAIL,
    FormKind.PHONE: Facet.PHONE,
    FormKind.NATIONAL_ID: Facet.NATIONAL_ID,
    FormKind.ADDRESS: Facet.ADDRESS,
    FormKind.WHOLE_NAME: Facet.NAME,
}


class Form(NamedTuple):
    """One identifier ready to be hashed."""

    kind: FormKind
    space: Space
    value: str


def written_form(value: str) -> str:
    """A login or an id of letters: folded, lower case, no surrounding space."""
    return token_form(fold(value)).strip()


def number_form(value: str) -> str | None:
    """The digits of an id without separators, prefix and leading zeros; None where it is no number of five digits."""
    match = _NUMBER_CORE.fullmatch(re.sub(r"[\s\-./_]", "", written_form(value)))
    if match is None or len(match[1]) < FEWEST_DIGITS:
        return None
    return match[1].lstrip("0")


def phone_form(value: str) -> str | None:
    """The last nine digits of a phone number; None where it has fewer."""
    digits = re.sub(r"\D", "", fold(value).lower().split("x")[0])
    return digits[-PHONE_DIGITS:] if len(digits) >= PHONE_DIGITS else None


def email_form(value: str) -> str | None:
    """An address in lower case without a plus tag; None where there is no at sign."""
    local, at, domain = written_form(value).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if at else None


def address_form(value: str) -> str | None:
    """House number and first telling word of the street; None where the line has no number or no street."""
    folded = token_form(fold(value))
    number = re.search(r"\d+", folded)
    words = [word for word in WORD.findall(folded) if len(word) > 1 and word not in _STREET_WORDS]
    return street_key(number[0], words[0]) if number and words else None


def street_key(number: str, word: str) -> str:
    """The key of a house number and a street word."""
    return f"{number.lstrip('0')} {word}"


def is_street_word(word: str) -> bool:
    """Tell whether a lower-case word can stand for a street: a direction or ``apt`` cannot."""
    return len(word) > 1 and word not in _STREET_WORDS


def identity_forms(identity: Identity) -> Iterator[Form]:
    """Every identifier of a person but the names, each once; an address that begins with the login is found by that."""
    numbered: tuple[tuple[FormKind, Sequence[str]], ...] = (
        (FormKind.SIS_ID, (identity.sis_id, *identity.prior_sis_ids)),
        (FormKind.LMS_ID, identity.lms_ids),
        (FormKind.NATIONAL_ID, identity.national_ids),
    )
    for kind, values in numbered:
        for value in values:
            yield from _id_forms(kind, value)
    for login in identity.logins:
        if (written := written_form(login)) and (number_form(written) is None or written[0].isalpha()):
            yield Form(FormKind.LOGIN, Space.WRITTEN, written)
        else:
            yield from _id_forms(FormKind.LOGIN, login)
    logins = {written_form(login) for login in identity.logins}
    mails = (email_form(value) for value in identity.emails)
    yield from _found(
        FormKind.EMAIL, Space.EMAIL, (mail for mail in mails if mail and mail.split("@")[0] not in logins)
    )
    yield from _found(FormKind.PHONE, Space.PHONE, (phone_form(value) for value in identity.phones))
    yield from _found(FormKind.ADDRESS, Space.ADDRESS, (address_form(value) for value in identity.addresses))


def _id_forms(kind: FormKind, value: str) -> Iterator[Form]:
    number = number_form(value)
    if number:
        yield Form(kind, Space.NUMBER, number)
    elif written := written_form(value):
        yield Form(kind, Space.WRITTEN, written)


def _found(kind: FormKind, space: Space, values: Iterator[str | None]) -> Iterator[Form]:
    for value in dict.fromkeys(values):
        if value:
            yield Form(kind, space, value)
