"""A few people, a finder that knows exactly their forms, and an access that keeps what it was asked."""

import re
from collections.abc import Collection

from domain.identities import Identity, KnownName, KnownPerson, NameUse, PersonKind
from domain.ids import PrincipalId, RecordHandle, SisPersonId
from domain.principals import Principal, PrincipalKind, Role
from privacy.vocabulary import LABEL_OF_KIND, Facet, Hit, Label, Scope

ANA, BOB, ROB, SAM, LEE, KIM = (RecordHandle(f"per_{name}") for name in ("ana", "bob", "rob", "sam", "lee", "kim"))
ADVISOR = Principal(id=PrincipalId("adv"), kind=PrincipalKind.PERSON, roles=frozenset({Role.ADVISOR}))


def person(handle: RecordHandle, sis_id: str, first: str, last: str, kind: PersonKind = PersonKind.STUDENT, **more):
    names = (KnownName(first=first, last=last, use=NameUse.LEGAL),)
    mail = f"{first[0]}{last}@campus.example".lower()
    identity = Identity(sis_id=SisPersonId(sis_id), kind=kind, names=names, emails=(mail,), **more)
    return KnownPerson(handle=handle, identity=identity)


PEOPLE = (
    person(ANA, "A00417722", "Ana", "Quispe", lms_ids=("88120",), logins=("aquispe7",)),
    person(BOB, "A00417723", "Robert", "Nguyen"),
    person(ROB, "A00417724", "Robert", "Okafor"),
    person(SAM, "A00417725", "Sam", "Lee"),
    person(LEE, "A00417726", "Sam", "Lee"),
    person(KIM, "E00000031", "Kim", "Haddad", PersonKind.INSTRUCTOR),
)
BY_HANDLE = {known.handle: known.identity for known in PEOPLE}


class ExactFinder:
    """Finds the exact names, ids and addresses of ``PEOPLE``, first names of those in scope, and any other address."""

    def __init__(self, people=PEOPLE) -> None:
        self.asked: list[Scope] = []
        self._people = people

    def find(self, text: str, scope: Scope) -> tuple[Hit, ...]:
        self.asked.append(scope)
        found = [hit for form, facet, owners in self._forms(scope) for hit in _hits(text, form, facet, owners)]
        found += [
            Hit(*match.span(), Label.EMAIL, Facet.EMAIL, (), "pattern", 0.9, "an e-mail address")
            for match in re.finditer(r"[\w.]+@[\w.]+\w", text)
        ]
        kept: list[Hit] = []
        for hit in sorted(found, key=lambda hit: (hit.start, -(hit.end - hit.start), not hit.people)):
            if not kept or hit.start >= kept[-1].end:
                kept.append(hit)
        return tuple(kept)

    def _forms(self, scope: Scope):
        forms: dict[tuple[str, Facet], list[KnownPerson]] = {}
        for known in self._people:
            name, identity = known.identity.names[0], known.identity
            own = [(f"{name.first} {name.last}", Facet.NAME), (f"{name.last}, {name.first}", Facet.NAME)]
            own += [(each, Facet.EMAIL) for each in identity.emails] + [(each, Facet.LOGIN) for each in identity.logins]
            own += [(str(identity.sis_id), Facet.ID), *((each, Facet.ID) for each in identity.lms_ids)]
            own += [(name.first, Facet.FIRST), (name.last, Facet.LAST)] if known.handle in scope.everyone else []
            for each in own:
                forms.setdefault(each, []).append(known)
        return [(form, facet, owners) for (form, facet), owners in forms.items()]


def _hits(text, form, facet, owners):
    label = LABEL_OF_KIND[owners[0].identity.kind]
    if len(owners) > 1:
        label = Label.AMBIGUOUS
    people = tuple(known.handle for known in owners)
    for match in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", text):
        yield Hit(*match.span(), label, facet, people, "exact form", 1.0, "a form on record")


class Access:
    """Lets a reader see these people's fields and keeps every question."""

    def __init__(self, *seen: RecordHandle, fields: Collection[str] = ()) -> None:
        self._seen, self._fields = frozenset(seen), frozenset(fields)
        self.asked: list[tuple[str, frozenset[RecordHandle], str, str]] = []

    def visible(self, reader, people, field, purpose):
        self.asked.append((str(reader.id), frozenset(people), field, purpose))
        return self._seen & frozenset(people) if not self._fields or field in self._fields else frozenset()


class Identities:
    """Handles and SIS ids of ``PEOPLE``."""

    def person(self, handle):
        return BY_HANDLE[handle].sis_id

    def handles(self, people):
        return {identity.sis_id: handle for handle, identity in BY_HANDLE.items() if identity.sis_id in people}

    def seal(self, value):
        return value
