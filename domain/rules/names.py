"""Names as shown: which name peers see, when two spellings are one name, and when a difference is left alone.

Rules R14, R15 and R16; S248.
"""

import re
import unicodedata
from typing import Literal

from domain.lms import LmsUser
from domain.records import Person, PersonName

NameField = Literal["name", "sortable_name"]
"""The fields of an account that hold a name."""
_MARKS = re.compile(r"[^\w\s]|_")


def shown_name(person: Person) -> str:
    """Return the name that peers see in the LMS, the preferred one where there is one (R14)."""
    return written(person.display_name)


def sortable_name(person: Person) -> str:
    """Return the shown name in the order of a class list, ``Last, First``; a single name stands alone (R14)."""
    name = person.display_name
    if name.first and name.last:
        return f"{name.last}, {name.first}"
    return name.last or name.first or name.full


def written(name: PersonName) -> str:
    """Return one name in reading order."""
    return f"{name.first} {name.last}".strip() or name.full


def normalised(text: str) -> tuple[str, ...]:
    """Return the words of a name without case, diacritics, punctuation, order and spacing (R15).

    >>> normalised("MULLER, Zoe") == normalised("Zoë Müller")
    True
    """
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    for letter, spelled in _SPELLED.items():
        plain = plain.replace(letter, spelled)
    return tuple(sorted(_MARKS.sub(" ", plain.casefold()).split()))


_SPELLED = {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "AE", "œ": "oe", "ı": "i"}


def is_format_difference(shown: str, expected: str, *, accepted: tuple[str, ...] = ()) -> bool:
    """Tell whether two spellings are one name written differently (R15, S248).

    A spelling in ``accepted`` (the legal name, R15) is left alone, and so is any other name: the owner may have
    edited it, and an edit by hand is not overridden (R16).
    """
    if shown == expected or shown in accepted:
        return False
    return normalised(shown) == normalised(expected) or normalised(shown) in {normalised(name) for name in accepted}


def legal_sortable_name(person: Person) -> str:
    """Return the legal name in the order of a class list."""
    legal = person.legal_name
    return f"{legal.last}, {legal.first}" if legal.first and legal.last else written(legal)


def name_fields_to_correct(person: Person, account: LmsUser) -> tuple[NameField, ...]:
    """Return the name fields of an account that are the right name in the wrong form (R15, R16)."""
    legal = person.legal_name
    fields: list[NameField] = []
    if is_format_difference(account.name, shown_name(person), accepted=(written(legal), legal.full)):
        fields.append("name")
    listed = account.sortable_name
    if listed and is_format_difference(listed, sortable_name(person), accepted=(legal_sortable_name(person),)):
        fields.append("sortable_name")
    return tuple(fields)


def is_outdated(person: Person, account: LmsUser) -> bool:
    """Tell whether the account still lists a name the person no longer has (R14).

    The class-list name follows the SIS and its owner does not edit it, so another one there is a change of name that
    never arrived; a nickname in the shown name alone is the owner's own (R16).
    """
    if account.sortable_name == sortable_name(person):
        return False
    names = (sortable_name(person), legal_sortable_name(person), person.legal_name.full, person.display_name.full)
    known = {normalised(name) for name in names}
    return bool(account.sortable_name) and normalised(account.sortable_name) not in known
