"""Changes of accounts in the LMS."""

from typing import ClassVar, Literal

from domain.changes.base import BaseChange, Reversibility, Risk
from domain.ids import RecordHandle


class CreatePerson(BaseChange):
    """Make the LMS account of a person the SIS knows; names and login are read from the SIS at apply time (S63).

    ``without_email`` leaves out an address that another account has (R6).
    """

    domain: ClassVar[str] = "person"
    reversibility: ClassVar[Reversibility] = Reversibility.COMPENSABLE

    kind: Literal["create_person"] = "create_person"
    person: RecordHandle
    without_email: bool = False

    @property
    def natural_key(self) -> str:
        """The person's account."""
        return f"{self.target}:person:{self.person}"


class UpdatePersonField(BaseChange):
    """Write one field of an LMS account from the SIS; the value itself is read from the SIS at apply time (S252)."""

    domain: ClassVar[str] = "person"

    kind: Literal["update_person_field"] = "update_person_field"
    person: RecordHandle
    field: Literal["name", "sortable_name", "short_name", "login", "email"]

    @property
    def natural_key(self) -> str:
        """The person's account and the field."""
        return f"{self.target}:person:{self.person}:{self.field}"


class ChangeSisId(BaseChange):
    """Give an LMS account the person's new SIS id in place of an earlier one, before any other row of theirs (R3)."""

    domain: ClassVar[str] = "person"
    risk: ClassVar[Risk] = Risk.HIGH

    kind: Literal["change_sis_id"] = "change_sis_id"
    person: RecordHandle

    @property
    def natural_key(self) -> str:
        """The person's account and its SIS id."""
        return f"{self.target}:person:{self.person}:sis_id"
