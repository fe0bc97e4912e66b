"""Everyone Banner knows with all that identifies them, for the privacy directory (R14, R17, S229).

A person who lacks an id or a name here is noted: the directory cannot promise to find whom it was never told of.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from domain.errors import InvalidRecord
from domain.identities import Identity, KnownName, NameUse, PersonKind
from domain.ids import SisPersonId
from tools.sis.banner.people import is_confidential
from tools.sis.banner.settings import EthosSettings
from tools.sis.banner.wire import Credential
from tools.sis.banner.wire_identities import AddressWire, FullName, IdentityWire
from tools.sis.reading import Reading

_LEGAL = frozenset({"legal", "personal"})
_KINDS = (
    ("student", PersonKind.STUDENT),
    ("prospectiveStudent", PersonKind.STUDENT),
    ("instructor", PersonKind.INSTRUCTOR),
    ("advisor", PersonKind.STAFF),
    ("employee", PersonKind.STAFF),
)
"""Roles by weight: whoever studies is a student first."""


class IdentityReader:
    """Turns wire persons into identities."""

    def __init__(self, settings: EthosSettings, addresses: Mapping[str, AddressWire], reading: Reading) -> None:
        self._settings, self._addresses, self._reading = settings, addresses, reading

    def read(self, row: IdentityWire) -> Identity | None:
        """Return the identity; None, with a note, where the person has no id that anyone could be told by."""
        present = self._values(row, self._settings.id_type, ended=False)
        if not present:
            self._note_unnamed(row)
            return None
        return Identity(
            sis_id=SisPersonId(present[0]),
            kind=_kind(row),
            names=tuple(self._names(row.names or ())),
            prior_sis_ids=tuple(SisPersonId(value) for value in self._former(row, present[0])),
            logins=self._values(row, self._settings.login_type, ended=None),
            emails=tuple(dict.fromkeys(email.address for email in row.emails or () if email.address)),
            phones=tuple(dict.fromkeys(phone.number for phone in row.phones or () if phone.number)),
            national_ids=self._national(row),
            born_on=self._born(row),
            addresses=tuple(self._postal(row)),
            confidential=is_confidential(row.privacy_status),
        )

    def _names(self, names: Iterable[FullName]) -> Iterable[KnownName]:
        for name in names:
            known = KnownName(
                first=name.first_name or "",
                middle=name.middle_name or "",
                last=name.last_name or "",
                full=name.full_name or "",
                use=self._use(name),
            )
            if known.first or known.last or known.full:
                yield known

    def _use(self, name: FullName) -> NameUse:
        category = name.type.category if name.type else ""
        if category in _LEGAL:
            return NameUse.LEGAL
        return NameUse.PREFERRED if category in self._settings.preferred_names else NameUse.FORMER

    def _values(self, row: IdentityWire, kind: str, *, ended: bool | None) -> tuple[str, ...]:
        """Return the credentials of a type: present ones, ended ones, or both where ``ended`` is None."""
        found = (c for c in _credentials(row) if _kind_of(c) == kind and c.value)
        return tuple(dict.fromkeys(c.value for c in found if ended is None or bool(c.end_on) is ended))

    def _former(self, row: IdentityWire, present: str) -> tuple[str, ...]:
        other = [value for kind in self._settings.former_id_types for value in self._values(row, kind, ended=None)]
        ended = self._values(row, self._settings.id_type, ended=True)
        return tuple(dict.fromkeys(value for value in (*ended, *other) if value != present))

    def _national(self, row: IdentityWire) -> tuple[str, ...]:
        kinds = self._settings.national_id_types
        return tuple(dict.fromkeys(value for kind in kinds for value in self._values(row, kind, ended=None)))

    def _postal(self, row: IdentityWire) -> Iterable[str]:
        guids = (one.address.id for one in row.addresses or () if one.address)
        found = (self._addresses[guid].text for guid in guids if guid in self._addresses)
        return dict.fromkeys(text for text in found if text)

    def _born(self, row: IdentityWire) -> date | None:
        try:
            return date.fromisoformat((row.date_of_birth or "")[:10]) if row.date_of_birth else None
        except ValueError:
            what = "A birth date is not a date; the directory cannot look for it."
            self._reading.notes.add(InvalidRecord, what, place=f"persons {row.id}", fix="Correct it in Banner.")
            return None

    def _note_unnamed(self, row: IdentityWire) -> None:
        self._reading.lost(f"persons {row.id}")
        self._reading.notes.add(
            InvalidRecord,
            f"A person has no {self._settings.id_type}, so the privacy directory does not know them.",
            place=f"persons {row.id}",
            fix="Complete the record in Banner, or give the Ethos application this property.",
        )


def _kind(row: IdentityWire) -> PersonKind:
    held = {one.role for one in row.roles or ()}
    return next((kind for role, kind in _KINDS if role in held), PersonKind.UNKNOWN)


def _credentials(row: IdentityWire) -> tuple[Credential, ...]:
    return (*(row.credentials or ()), *(row.alternative_credentials or ()))


def _kind_of(credential: Credential) -> str:
    return credential.type if isinstance(credential.type, str) else credential.type.id
