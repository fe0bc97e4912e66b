"""Which fields of SIS and LMS records identify someone, by their names (PRIVACY.md 2.4, step 0).

``sortable_name`` or ``login_id`` says what it holds whatever stands in it, so a value is replaced by its field before
anything is searched. ``name`` and ``id`` stand in courses too: they count only where the record is a person's.
"""

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from privacy.vocabulary import Facet

_FIELDS: Mapping[Facet, str] = {
    Facet.NAME: "sortable_name short_name full_name display_name preferred_name legal_name former_name maiden_name "
    "student_name person_name user_name_full pronounceable_name name_full formatted_name",
    Facet.FIRST: "first_name given_name given_names preferred_first_name first_or_given_name middle_name nickname "
    "legal_first_name",
    Facet.LAST: "last_name family_name surname preferred_last_name legal_last_name sis_last_name",
    Facet.EMAIL: "email email_address emails primary_email campus_email personal_email mail sis_email",
    Facet.ID: "sis_user_id sis_id sis_person_id banner_id student_id person_id user_id canvas_user_id spriden_id "
    "student_number employee_id pidm lis_person_sourcedid person_guid",
    Facet.LOGIN: "login login_id username user_name net_id netid sis_login_id eppn account_name",
    Facet.PHONE: "phone phone_number phones mobile telephone home_phone",
    Facet.NATIONAL_ID: "ssn social_security_number national_id tax_id passport_number",
    Facet.BIRTH_DATE: "birth_date birthdate date_of_birth dob born_on",
    Facet.ADDRESS: "address street street_address address_line1 address_line2 address_lines home_address "
    "mailing_address",
}
_FACET_OF = {name: facet for facet, names in _FIELDS.items() for name in names.split()}
_GENERIC = {"name": Facet.NAME, "full": Facet.NAME, "first": Facet.FIRST, "last": Facet.LAST} | dict.fromkeys(
    ("id", "external_id", "integration_id", "sourced_id", "unique_id", "guid"), Facet.ID
)
"""Fields that sections and terms have too."""
_PEOPLE = (
    "student user person people instructor teacher advisor adviser guardian parent staff member learner recipient "
    "sender author grader assistant professor faculty contact observer participant enrollee applicant"
)
_ROLE = re.compile(rf"^(?:{'|'.join(_PEOPLE.split())})s?$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BREAKS = re.compile(r"[\s\-.]+")
_NOT_OF_A_PERSON = frozenset({Facet.ID, Facet.ADDRESS})
"""Facets that courses, rooms and terms have too; they do not show by themselves that a record is a person's."""


class FieldMeaning(NamedTuple):
    """What a field holds of whom: ``owner`` tells apart the student and the advisor of one record."""

    facet: Facet
    owner: str


def field_meaning(name: str, *, of_person: bool) -> FieldMeaning | None:
    """Return what a field identifies; None where its name does not say; ``of_person`` lets ``id`` count."""
    plain = plain_field(name)
    if plain in _FACET_OF:
        return FieldMeaning(_FACET_OF[plain], "")
    if plain in _GENERIC:
        return FieldMeaning(_GENERIC[plain], "") if of_person else None
    owner, _, rest = plain.partition("_")
    if _ROLE.match(owner):
        facet = _FACET_OF.get(rest) or _GENERIC.get(rest)
        return FieldMeaning(facet, owner) if facet else None
    return None


def is_person(names: Collection[str], under: str) -> bool:
    """Tell whether a record with these fields, found under the key ``under``, is a person's."""
    if _ROLE.match(plain_field(under).rpartition("_")[2]):
        return True
    facets = {_FACET_OF.get(plain_field(name)) for name in names}
    return bool(facets - {None} - _NOT_OF_A_PERSON) or _has_person_id(names)


def plain_field(name: str) -> str:
    """Return a field name in one spelling: ``sortableName``, ``Sortable Name`` and ``sortable-name`` are one."""
    return _BREAKS.sub("_", _CAMEL.sub("_", name.strip())).lower()


def _has_person_id(names: Collection[str]) -> bool:
    plain = {plain_field(name) for name in names}
    return "sis_user_id" in plain or "pidm" in plain
