"""People of a small campus: an SIS that knows them, and the handles that stand for them in changes."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from domain.errors import InvalidRecord
from domain.ids import RecordHandle, SectionKey, SisPersonId, TermCode
from domain.ports import Capabilities, Fetch
from domain.records import AcademicHistory, Hold, Person, PersonName, Registration, Section, Term

AS_OF = datetime(2026, 9, 21, 13, 0, tzinfo=UTC)


def person(number: int, first: str, last: str, *, login: str | None = "", **more: object) -> Person:
    """Return a person with the id ``A`` and eight digits."""
    name = PersonName(first=first, last=last, full=f"{first} {last}")
    known = {"login": f"{first.lower()}{number}" if login == "" else login, "email": f"{first.lower()}@example.edu"}
    return Person(sis_id=SisPersonId(f"A{number:08d}"), legal_name=name, **{**known, **more})


ANN = person(1, "Ann", "Quartermaine")
BOB = person(2, "Bob", "Villanueva")
CID = person(3, "Cid", "Ostrander")
DEE = person(4, "Dee", "Featherstone")
EVE = person(5, "Eve", "Lindqvist")
FAY = person(6, "Fay", "Abernathy")
GIL = person(7, "Zoë", "Ångström", preferred_name=PersonName(first="Gil", last="Ångström", full="Gil Ångström"))
NEW_ADMIT = person(8, "Hal", "Nolan", login=None)
IDA = person(9, "Ida", "Prendergast", prior_sis_ids=(SisPersonId("A00000909"),))
TESS = person(10, "Tess", "Oyelaran")
EVERYONE = (ANN, BOB, CID, DEE, EVE, FAY, GIL, NEW_ADMIT, IDA, TESS)


class SmallSis:
    """A student information system of which only the people matter here."""

    def __init__(self, people: Sequence[Person] = EVERYONE) -> None:
        self.people = {one.sis_id: one for one in people}

    def read_person(self, person: SisPersonId) -> Person | None:
        return self.people.get(person)

    def read_people(self) -> Fetch[Person]:
        return Fetch(source="sis", rows=tuple(self.people.values()), complete=True, read_at=AS_OF)

    def capabilities(self) -> Capabilities:
        return Capabilities(system="sis", version="1", reads=frozenset({"people"}))

    def read_terms(self) -> Fetch[Term]:
        raise NotImplementedError

    def read_sections(self, term: TermCode) -> Fetch[Section]:
        raise NotImplementedError

    def read_registrations(self, term: TermCode) -> Fetch[Registration]:
        raise NotImplementedError

    def read_section_registrations(self, section: SectionKey) -> Fetch[Registration]:
        raise NotImplementedError

    def read_section(self, section: SectionKey) -> Section | None:
        raise NotImplementedError

    def read_holds(self) -> Fetch[Hold]:
        raise NotImplementedError

    def read_histories(self) -> Fetch[AcademicHistory]:
        raise NotImplementedError


class OpenHandles:
    """Handles that a test can read: ``per_`` and a digest; sealed values are digests too."""

    def __init__(self) -> None:
        self._people: dict[RecordHandle, SisPersonId] = {}

    def handle(self, one: Person | SisPersonId) -> RecordHandle:
        sis_id = one.sis_id if isinstance(one, Person) else one
        handle = RecordHandle(f"per_{self.seal(sis_id)}")
        self._people[handle] = sis_id
        return handle

    def handles(self, people: Sequence[SisPersonId]) -> Mapping[SisPersonId, RecordHandle]:
        return {one: self.handle(one) for one in people}

    def person(self, handle: RecordHandle) -> SisPersonId:
        if handle not in self._people:
            raise InvalidRecord("A record handle is unknown here.", field=f"handle {handle}")
        return self._people[handle]

    def seal(self, value: str) -> str:
        return hashlib.sha256(f"pepper {value}".encode()).hexdigest()[:32]


class FrozenClock:
    """The campus time, held still."""

    def now(self) -> datetime:
        return AS_OF


def planted_words() -> tuple[str, ...]:
    """Every name, login, address and id that must not show in an image, a receipt or a log."""
    words = {word for one in EVERYONE for word in (one.sis_id, one.legal_name.last, one.login or "", one.email or "")}
    return tuple(sorted(words - {""}))
