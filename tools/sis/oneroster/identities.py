"""Everyone a OneRoster delivery names with all that identifies them, guardians included, for the privacy directory.

Rosters leave guardians outside (S220); text about a student names them all the same, so the directory must know them.
"""

from domain.identities import Identity, KnownName, NameUse, PersonKind
from domain.ids import SisPersonId
from tools.sis.oneroster.delivery import Delivery, FileReading
from tools.sis.oneroster.people import is_confidential, read_roles, sis_id_of
from tools.sis.oneroster.rows import Row
from tools.sis.oneroster.settings import OneRosterSettings
from tools.sis.oneroster.tables import USERS
from tools.sis.oneroster.values import RowStatus, split_list

_GUARDIANS = frozenset({"guardian", "parent", "relative"})


def read_identities(delivery: Delivery, reading: FileReading) -> list[Identity]:
    """Return every user who still stands, whatever their role."""
    roles = read_roles(delivery, reading)
    users = [row for row in delivery.rows(USERS, reading) if reading.fields.status(row) is not RowStatus.REMOVED]
    ids = {row.get("sourcedId"): sis_id_of(row, delivery.settings) for row in users}
    return [_identity(row, roles.get(row.get("sourcedId"), set()), ids, delivery.settings) for row in users]


def _identity(row: Row, roles: set[str], ids: dict[str, SisPersonId], settings: OneRosterSettings) -> Identity:
    kind = _kind(roles or {row.get("role").lower()})
    students = [ids[agent] for agent in split_list(row.get("agentSourcedIds")) if agent in ids]
    return Identity(
        sis_id=ids[row.get("sourcedId")],
        kind=kind,
        names=tuple(_names(row, settings)),
        prior_sis_ids=tuple(SisPersonId(part) for part in split_list(row.get(settings.prior_ids))),
        logins=_given(row.get("username")),
        emails=_given(row.get("email")),
        phones=_given(row.get("phone"), row.get("sms")),
        confidential=is_confidential(row, settings),
        related_to=students[0] if kind is PersonKind.GUARDIAN and students else None,
    )


def _kind(roles: set[str]) -> PersonKind:
    if "student" in roles:
        return PersonKind.STUDENT
    if "teacher" in roles:
        return PersonKind.INSTRUCTOR
    if roles & _GUARDIANS:
        return PersonKind.GUARDIAN
    return PersonKind.STAFF if roles - {""} else PersonKind.UNKNOWN


def _names(row: Row, settings: OneRosterSettings) -> list[KnownName]:
    first, middle, last = row.get("givenName"), row.get("middleName"), row.get("familyName")
    names = [KnownName(first=first, middle=middle, last=last)]
    chosen = row.get("preferredGivenName") or row.get(settings.preferred_given)
    family = row.get("preferredFamilyName")
    if chosen or family:
        names.append(KnownName(first=chosen or first, last=family or last, use=NameUse.PREFERRED))
    former = row.get(settings.former_family)
    if former:
        names.append(KnownName(first=first, middle=middle, last=former, use=NameUse.FORMER))
    return [name for name in names if name.first or name.last]


def _given(*values: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
