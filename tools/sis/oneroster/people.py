"""Users as people: names, login, earlier ids and the directory opt-out; guardians stay outside (S220).

Version 1.1 names the role in users.csv, version 1.2 in roles.csv; only 1.2 has preferred names of its own.
"""

from collections import defaultdict
from dataclasses import dataclass

from domain.errors import InvalidRecord
from domain.findings import Severity
from domain.ids import SisPersonId
from domain.records import Person, PersonName
from tools.sis.oneroster.delivery import Delivery, FileReading
from tools.sis.oneroster.rows import Row
from tools.sis.oneroster.settings import OneRosterSettings
from tools.sis.oneroster.tables import ROLES, USER_ROLES, USERS
from tools.sis.oneroster.values import RowStatus, split_list


@dataclass(frozen=True, slots=True)
class People:
    """The people to read, and the SIS id of every user, removed ones included, by sourcedId."""

    rows: tuple[Person, ...]
    sis_ids: dict[str, SisPersonId]


def read_people(delivery: Delivery, reading: FileReading) -> People:
    """Read every user who still stands and holds a role in scope."""
    users = delivery.rows(USERS, reading)
    roles = read_roles(delivery, reading)
    ids = {row.get("sourcedId"): sis_id_of(row, delivery.settings) for row in users}
    people = tuple(
        _person(row, ids[row.get("sourcedId")], delivery.settings, reading)
        for row in users
        if reading.fields.status(row) is not RowStatus.REMOVED and _in_scope(row, roles, delivery.settings, reading)
    )
    return People(people, ids)


def sis_id_of(row: Row, settings: OneRosterSettings) -> SisPersonId:
    """Return the SIS id of a user; the sourcedId where the delivery gives no other."""
    return SisPersonId(row.get(settings.person_id) or row.get("sourcedId"))


def is_confidential(row: Row, settings: OneRosterSettings) -> bool:
    """Tell whether the user opted out of the directory (R17)."""
    return row.get(settings.confidential).lower() in settings.confidential_words


def read_roles(delivery: Delivery, reading: FileReading) -> dict[str, set[str]]:
    """Return the roles of each user by sourcedId; empty in version 1.1."""
    roles: dict[str, set[str]] = defaultdict(set)
    if delivery.version == "1.1":
        return roles
    for row in delivery.rows(ROLES, reading, may_be_empty=True):
        if reading.fields.status(row) is not RowStatus.REMOVED:
            roles[row.get("userSourcedId")].add(_known_role(row, reading))
    return roles


def _known_role(row: Row, reading: FileReading) -> str:
    role = row.get("role").lower()
    if role and role not in USER_ROLES and not role.startswith("ext:"):
        fix = "Use a role of the standard, or one that begins with ext:."
        reading.fields.bad(row, "role", f"has the unknown role '{role}'; the person was kept", fix)
        return "unknown"
    return role


def _in_scope(row: Row, roles: dict[str, set[str]], settings: OneRosterSettings, reading: FileReading) -> bool:
    held = roles.get(row.get("sourcedId")) or {_known_role(row, reading)}
    return not held or bool(held & {*settings.people_roles, "", "unknown"}) or any(r.startswith("ext:") for r in held)


def _person(row: Row, sis_id: SisPersonId, settings: OneRosterSettings, reading: FileReading) -> Person:
    legal = PersonName(first=row.get("givenName"), last=row.get("familyName"), full=_full(row))
    if not legal.first and not legal.last:
        _note_nameless(row, reading)
    return Person(
        sis_id=sis_id,
        legal_name=legal,
        preferred_name=_preferred(row, legal, settings),
        login=row.get("username") or None,
        email=row.get("email") or None,
        prior_sis_ids=tuple(SisPersonId(part) for part in split_list(row.get(settings.prior_ids))),
        confidential=is_confidential(row, settings),
    )


def _full(row: Row) -> str:
    parts = (row.get("givenName"), row.get("middleName"), row.get("familyName"))
    return " ".join(part for part in parts if part)


def _preferred(row: Row, legal: PersonName, settings: OneRosterSettings) -> PersonName | None:
    """Return the preferred name where the source has one that differs; a missing half is the legal one (R14)."""
    first = row.get("preferredGivenName") or row.get(settings.preferred_given)
    last = row.get("preferredFamilyName")
    if not first and not last:
        return None
    name = PersonName(first=first or legal.first, last=last or legal.last)
    if (name.first, name.last) == (legal.first, legal.last):
        return None
    return name.model_copy(update={"full": f"{name.first} {name.last}".strip()})


def _note_nameless(row: Row, reading: FileReading) -> None:
    reading.notes.add(
        InvalidRecord,
        f"A user of {row.file} has neither givenName nor familyName.",
        place=row.place,
        fix="Give the user a name at the source.",
        severity=Severity.WARNING,
    )
