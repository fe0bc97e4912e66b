"""Persons of Banner: legal and preferred names, present and former ids, login, opt-out (R3, R7, R14, R17).

What data privacy withheld is never taken for empty: a person on a restricted answer who lacks a name or a login is left
out and noted, because a login that was withheld is not a login that is missing.
"""

from collections.abc import Iterable

from domain.errors import InvalidRecord
from domain.findings import Severity
from domain.ids import SisPersonId
from domain.records import Person, PersonName
from tools.sis.banner.settings import EthosSettings
from tools.sis.banner.wire import Credential, Name, PersonWire, Privacy
from tools.sis.reading import Reading

_LEGAL = ("legal", "personal")


class PersonReader:
    """Turns wire persons into people."""

    def __init__(self, settings: EthosSettings, reading: Reading) -> None:
        self._settings, self._reading = settings, reading

    def read(self, row: PersonWire, *, withheld: bool) -> Person | None:
        """Return the person; None, with a note, where the id is missing or something needed was withheld."""
        sis_id = self.read_id(row)
        login = self._credential(row, self._settings.login_type)
        names = _choose_names(row.names or (), self._settings)
        if sis_id is None or names is None or (withheld and (not login or row.emails is None)):
            self._note_left_out(row, sis_id is None, names is None)
            return None
        return Person(
            sis_id=sis_id,
            legal_name=names[0],
            preferred_name=names[1],
            login=login,
            email=_choose_email(row, self._settings),
            prior_sis_ids=self._former_ids(row, sis_id),
            confidential=is_confidential(row.privacy_status) or (withheld and row.privacy_status is None),
        )

    def read_id(self, row: PersonWire) -> SisPersonId | None:
        """Return the person's present id."""
        value = self._credential(row, self._settings.id_type)
        return SisPersonId(value) if value else None

    def _credential(self, row: PersonWire, kind: str) -> str | None:
        """Return the credential of a type that has not ended."""
        found = [c.value for c in row.credentials or () if c.value and _kind(c) == kind and not c.end_on]
        return found[0] if found else None

    def _former_ids(self, row: PersonWire, present: SisPersonId) -> tuple[SisPersonId, ...]:
        """Return ids of earlier times, each once (R3)."""
        ended = (c.value for c in row.credentials or () if self._is_former(c))
        return tuple(dict.fromkeys(SisPersonId(value) for value in ended if value and value != present))

    def _is_former(self, credential: Credential) -> bool:
        return _kind(credential) in {self._settings.id_type, *self._settings.former_id_types}

    def _note_left_out(self, row: PersonWire, no_id: bool, no_name: bool) -> None:
        withheld = "lacks login or e-mail in a restricted answer"
        why = f"has no {self._settings.id_type}" if no_id else "has no name" if no_name else withheld
        self._reading.lost(f"persons {row.id}")
        self._reading.notes.add(
            InvalidRecord,
            f"A person {why} and was left out; absence of people proves nothing.",
            place=f"persons {row.id}",
            fix="Complete the record in Banner, or give the Ethos application these properties.",
            severity=Severity.STOP,
        )


def _kind(credential: Credential) -> str:
    return credential.type if isinstance(credential.type, str) else credential.type.id


def _choose_names(names: Iterable[Name], settings: EthosSettings) -> tuple[PersonName, PersonName | None] | None:
    """Return the legal name and the preferred one where it differs (R14)."""
    rows = [name for name in names if name.first_name or name.last_name or name.full_name]
    if not rows:
        return None
    legal = _first(rows, _LEGAL) or next((row for row in rows if row.preference == "preferred"), rows[0])
    chosen = _first(rows, settings.preferred_names)
    official = _word(legal, legal)
    shown = _word(chosen, legal) if chosen else official
    same = (shown.first, shown.last) == (official.first, official.last)
    return official, None if same else shown


def _first(rows: list[Name], categories: tuple[str, ...]) -> Name | None:
    found = [row for category in categories for row in rows if row.type and row.type.category == category]
    return found[0] if found else None


def _word(name: Name, legal: Name) -> PersonName:
    """Return a name; a preferred first name alone goes with the legal last name."""
    first, last = name.first_name or "", name.last_name or ""
    if name is not legal:
        first, last = first or legal.first_name or "", last or legal.last_name or ""
    return PersonName(first=first, last=last, full=name.full_name or f"{first} {last}".strip())


def _choose_email(row: PersonWire, settings: EthosSettings) -> str | None:
    addresses = [email for email in row.emails or () if email.address]
    primary = [email.address for email in addresses if email.preference == "primary"]
    typed = [e.address for kind in settings.email_types for e in addresses if e.type and e.type.email_type == kind]
    return next(iter([*primary, *typed, *(email.address for email in addresses)]), None)


def is_confidential(status: Privacy | str | None) -> bool:
    """Tell whether the person opted out of the directory; the flag has two shapes."""
    category = status.privacy_category if isinstance(status, Privacy) else status or ""
    return category == "restricted"
