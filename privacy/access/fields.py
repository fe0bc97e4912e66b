"""Every field of a person that can be asked about, and what kind of field it is.

The kinds carry what no file can change: what is never shown, and what no list of fields includes by accident.
"""

from enum import StrEnum

from privacy.vocabulary import Facet


class Kind(StrEnum):
    """What a field tells of a person; a rule of the access file may name a whole kind, but not the last two."""

    IDENTITY = "identity"
    CONTACT = "contact"
    RECORD = "record"
    SUPPORT = "support"
    DEMOGRAPHIC = "demographic"
    NEVER = "never"


FIELDS: dict[str, Kind] = {
    "name": Kind.IDENTITY,
    "sis_id": Kind.IDENTITY,
    "email": Kind.IDENTITY,
    "login": Kind.IDENTITY,
    "legal_name": Kind.CONTACT,
    "phone": Kind.CONTACT,
    "address": Kind.CONTACT,
    "birth_date": Kind.CONTACT,
    "enrolment": Kind.RECORD,
    "grade": Kind.RECORD,
    "attendance": Kind.RECORD,
    "activity": Kind.RECORD,
    "submission": Kind.RECORD,
    "gpa": Kind.RECORD,
    "history": Kind.RECORD,
    "hold": Kind.RECORD,
    "standing": Kind.RECORD,
    "program": Kind.RECORD,
    "advisor": Kind.RECORD,
    "risk": Kind.SUPPORT,
    "case": Kind.SUPPORT,
    "plan": Kind.SUPPORT,
    "note": Kind.SUPPORT,
    "ledger": Kind.SUPPORT,
    "first_generation": Kind.DEMOGRAPHIC,
    "pell": Kind.DEMOGRAPHIC,
    "race": Kind.DEMOGRAPHIC,
    "ethnicity": Kind.DEMOGRAPHIC,
    "gender": Kind.DEMOGRAPHIC,
    "counselling": Kind.NEVER,
    "disability": Kind.NEVER,
    "conduct": Kind.NEVER,
    "health": Kind.NEVER,
    "immigration": Kind.NEVER,
    "citizenship": Kind.NEVER,
    "national_id": Kind.NEVER,
    "private_note": Kind.NEVER,
    "guardian": Kind.NEVER,
}
"""R14 to R29: preferred name among peers, legal name apart; R28 never; R29 in aggregate only; R23, R24 no path to
parents; R27 private notes outside."""

NAMED_ALONE = frozenset({Kind.DEMOGRAPHIC, Kind.NEVER})
"""Kinds that a rule cannot name as a whole."""
_KINDS = {kind.value: kind for kind in Kind}
_SAME: dict[str, str] = {Facet.FIRST: "name", Facet.LAST: "name", Facet.ID: "sis_id"}


def field_named(word: str) -> str:
    """Return the field that a word means, the facets of a name and an id included; unknown words stay as they are."""
    return _SAME.get(word, word)


def kind_named(word: str) -> Kind | None:
    """Return the kind of that name, or None."""
    return _KINDS.get(word)


def fields_of(names: tuple[str, ...]) -> frozenset[str]:
    """Return the fields that a rule's list names, kinds resolved."""
    kinds = {_KINDS[name] for name in names if name in _KINDS} - NAMED_ALONE
    return frozenset(name for name in names if name in FIELDS) | {
        field for field, kind in FIELDS.items() if kind in kinds
    }
