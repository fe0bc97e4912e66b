"""Everything the SIS says that identifies a person: what the privacy directory is built from (R14 to R18, S229).

Read apart from the roster's ``Person``, so that a nightly comparison never holds a birth date. Fields that the scope
file leaves out arrive empty, dropped at the connector (S220, S221).
"""

from datetime import date
from enum import StrEnum

from domain.ids import RecordHandle, SisPersonId
from domain.records import Record


class PersonKind(StrEnum):
    """What a person is to the institution; it becomes the label of their handle in text."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"
    STAFF = "staff"
    GUARDIAN = "guardian"
    UNKNOWN = "unknown"


class NameUse(StrEnum):
    """What a name is used for; a former name still identifies."""

    LEGAL = "legal"
    PREFERRED = "preferred"
    FORMER = "former"
    UNKNOWN = "unknown"


class KnownName(Record):
    """One name of a person in parts; ``full`` is the name as written, for names that have no first and last part."""

    first: str = ""
    middle: str = ""
    last: str = ""
    full: str = ""
    use: NameUse = NameUse.LEGAL


class Identity(Record):
    """One person's identifying facts as the source gives them, before they have a record handle.

    ``lms_ids`` are the account numbers of the LMS; ``related_to`` names the student of a guardian.
    """

    sis_id: SisPersonId
    kind: PersonKind
    names: tuple[KnownName, ...] = ()
    prior_sis_ids: tuple[SisPersonId, ...] = ()
    lms_ids: tuple[str, ...] = ()
    logins: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    national_ids: tuple[str, ...] = ()
    born_on: date | None = None
    addresses: tuple[str, ...] = ()
    confidential: bool = False
    related_to: SisPersonId | None = None


class KnownPerson(Record):
    """An identity under its record handle, as the directory takes it in."""

    handle: RecordHandle
    identity: Identity


def widen(fresh: Identity, earlier: Identity) -> Identity:
    """Return the fresh identity with whatever an earlier, fuller reading knew besides (R70)."""
    joined = {
        name: tuple(dict.fromkeys([*getattr(fresh, name), *getattr(earlier, name)]))
        for name, value in fresh
        if isinstance(value, tuple)
    }
    born, related = fresh.born_on or earlier.born_on, fresh.related_to or earlier.related_to
    confidential = fresh.confidential or earlier.confidential
    return fresh.model_copy(update={**joined, "born_on": born, "related_to": related, "confidential": confidential})
