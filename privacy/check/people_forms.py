"""The forms under which the second check looks for those in scope, built from their identities alone."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from domain.identities import Identity, KnownName
from privacy.check.normal import plain, words

SHORTEST_NAME = 4
SHORTEST_ID = 5
SHORTEST_DIGITS = 7
_NOT_DIGITS = re.compile(r"\D")


class PersonForms(NamedTuple):
    """What identifies people: ``alone`` wherever it stands, ``names`` and ``common`` words beside one another."""

    alone: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    digits: frozenset[str]
    dates: frozenset[str]


NO_FORMS = PersonForms(frozenset(), frozenset(), frozenset(), frozenset())


@cache
def common_words() -> frozenset[str]:
    """Return the English words that are names too."""
    lines = (files("privacy.check") / "common_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def forms_of(people: Iterable[Identity]) -> PersonForms:
    """Return the forms of these people, put together."""
    each = [_person(identity) for identity in people]
    return PersonForms(*(frozenset().union(*group) for group in zip(*each, strict=True))) if each else NO_FORMS


def _person(identity: Identity) -> PersonForms:
    names = [_parts(name) for name in identity.names]
    tokens = {token for parts in names for token in parts}
    alone = {token for token in tokens if len(token) >= SHORTEST_NAME and token.isalpha()} - common_words()
    alone |= {"".join(parts) for parts in names if len("".join(parts)) > SHORTEST_ID and len(parts) > 1}
    alone |= {word for text in _named(identity) if len(word := _joined(text)) >= SHORTEST_ID}
    pairs = _pairs(names)
    alone |= {one + two for one, two in pairs if len(one + two) > SHORTEST_ID}
    born = {identity.born_on.strftime(form) for form in _DATES} if identity.born_on else set()
    return PersonForms(
        frozenset(alone), frozenset(pairs), frozenset(_digits(identity)), frozenset(born | _unpadded(identity))
    )


_DATES = ("%Y-%m-%d", "%Y%m%d", "%m/%d/%Y", "%d.%m.%Y", "%m-%d-%Y", "%d/%m/%Y")


def _unpadded(identity: Identity) -> set[str]:
    born = identity.born_on
    if born is None:
        return set()
    month = born.strftime("%B").lower()
    day, year = born.day, born.year
    written = {f"{month} {day}, {year}", f"{month} {day} {year}", f"{day} {month} {year}", f"{month[:3]} {day}, {year}"}
    return written | {f"{born.month}/{day}/{year}", f"{day}.{born.month}.{year}"}


def _parts(name: KnownName) -> list[str]:
    return words(plain(f"{name.first} {name.middle} {name.last} {name.full}"))


def _named(identity: Identity) -> list[str]:
    locals_ = [mail.partition("@")[0] for mail in identity.emails]
    ids = [str(identity.sis_id), *map(str, identity.prior_sis_ids)]
    return [*ids, *identity.logins, *locals_]


def _joined(text: str) -> str:
    return "".join(words(plain(text)))


def _pairs(names: Iterable[list[str]]) -> set[tuple[str, str]]:
    """Return every two parts of a name, in both orders; ``de la`` of a longer name is no name."""
    pairs: set[tuple[str, str]] = set()
    for parts in names:
        whole = [part for part in dict.fromkeys(parts) if len(part) > 1]
        long = {part for part in whole if len(part) >= SHORTEST_NAME} or set(whole)
        pairs |= {(one, two) for one in whole for two in whole if one != two and not long.isdisjoint((one, two))}
    return pairs


def _digits(identity: Identity) -> set[str]:
    every = [*identity.phones, *identity.national_ids, str(identity.sis_id), *map(str, identity.prior_sis_ids)]
    plain_digits = {_NOT_DIGITS.sub("", text) for text in every}
    return {digits for digits in plain_digits if len(digits) >= SHORTEST_DIGITS} | {
        digits[-10:]
        for digits in plain_digits
        if len(digits) > 10  # noqa: PLR2004 a number without its country
    }
