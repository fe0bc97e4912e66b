"""A few invented people, each with a difficulty of their own, and the directory and scope that the tests look into."""

from datetime import date
from functools import cache

from domain.identities import Identity, KnownName, KnownPerson, NameUse, PersonKind
from domain.ids import RecordHandle, SisPersonId
from privacy.directory.index import Directory
from privacy.vocabulary import Scope

KEY = b"thirty-two bytes for tests only!"


def person(
    number: int, first: str, last: str, middle: str = "", kind: PersonKind = PersonKind.STUDENT, **fields: object
) -> KnownPerson:
    names = (KnownName(first=first, middle=middle, last=last),)
    known = {"sis_id": SisPersonId(f"A{71_000_000 + number}"), "kind": kind, "names": names, **fields}
    return KnownPerson(handle=RecordHandle(f"per_{number:04}"), identity=Identity.model_validate(known))


ROBERT = person(
    1,
    "Robert",
    "Nguyen",
    middle="Lee",
    sis_id="A00123456",
    prior_sis_ids=("X7788990",),
    lms_ids=("120400",),
    logins=("rnguyen4", "nguyen_r.lee"),
    emails=("robert.nguyen@campus.edu", "bobby.skates@example.com"),
    phones=("(555) 123-4567",),
    national_ids=("123-45-6789",),
    born_on=date(2004, 3, 14),
    addresses=("1204 Oak Street, Springfield, IL 62704",),
)
MARIA = person(2, "María José", "García López")
WILL = person(3, "Will", "Long")
XIAOMING = person(4, "小明", "王")
ANA = person(5, "Ana", "Diaz")
BOB = person(6, "Bob", "Lee")
SEAN = person(7, "Seán", "O'Brien", kind=PersonKind.INSTRUCTOR)
JURGEN = person(8, "Jürgen", "Müller", kind=PersonKind.STAFF)
TWIN_A, TWIN_B = person(9, "Priya", "Raman"), person(10, "Priya", "Raman")
AN = person(11, "An", "Nguyễn Thị")
KIM = person(12, "철수", "김")
OMAR = person(13, "محمد", "الأحمد")
GUARDIAN = person(14, "Ethelinda", "Nguyen", kind=PersonKind.GUARDIAN)
DEE = person(15, "Diederik", "van der Berg", logins=("chase",))
CHANGED = person(16, "Alexandra", "Stone")
RENAMED = KnownPerson(
    handle=CHANGED.handle,
    identity=CHANGED.identity.model_copy(
        update={"names": (*CHANGED.identity.names, KnownName(first="Sasha", last="Rivers", use=NameUse.PREFERRED))}
    ),
)
EVERYONE = (
    ROBERT, MARIA, WILL, XIAOMING, ANA, BOB, SEAN, JURGEN, TWIN_A, TWIN_B, AN, KIM, OMAR, GUARDIAN, DEE, RENAMED,
)  # fmt: skip
NOBODY = Scope()
ROSTER = Scope(people=frozenset(known.handle for known in (ROBERT, MARIA, WILL, TWIN_A, XIAOMING)))


@cache
def directory() -> Directory:
    return Directory.build(EVERYONE, KEY)
