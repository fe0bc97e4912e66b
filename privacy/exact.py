"""A finder of exact forms: the names, ids, logins, addresses and phones of known people as they are written.

It knows no disguises, typos or strangers and vouches for nothing beyond its list; the directory's detector does.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from domain.identities import KnownPerson
from domain.ids import RecordHandle
from privacy.vocabulary import LABEL_OF_KIND, Facet, Hit, Label, Scope

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_SHORTEST = 3
Owners = dict[str, list[tuple[Facet, RecordHandle]]]
Forms = Callable[[KnownPerson], Iterator[tuple[str, Facet]]]


class ExactFinder:
    """Fits ``vocabulary.Finder``; single names count for those in scope only."""

    def __init__(self, people: Iterable[KnownPerson]) -> None:
        self._people = {known.handle: known for known in people}
        self._forms = _index(self._people.values(), _forms)
        self._pattern = _pattern(self._forms)

    def find(self, text: str, scope: Scope) -> tuple[Hit, ...]:
        """Return disjoint hits in order of their place, the longest first where two begin together."""
        singles = _index((self._people[each] for each in scope.everyone if each in self._people), _singles)
        found = [*self._hits(text, self._forms, self._pattern), *self._hits(text, singles, _pattern(singles))]
        found += [
            Hit(match.start(), match.end(), Label.EMAIL, Facet.EMAIL, (), "pattern", 0.9, "an e-mail address")
            for match in _MAIL.finditer(text)
        ]
        kept: list[Hit] = []
        for hit in sorted(found, key=lambda hit: (hit.start, hit.start - hit.end, not hit.people)):
            if not kept or hit.start >= kept[-1].end:
                kept.append(hit)
        return tuple(kept)

    def _hits(self, text: str, forms: Owners, pattern: "re.Pattern[str] | None") -> Iterator[Hit]:
        for match in pattern.finditer(text) if pattern else ():
            owners = forms.get(match.group().casefold(), [])
            if not owners:
                continue
            people = tuple(sorted({handle for _, handle in owners}))
            label = LABEL_OF_KIND[self._people[people[0]].identity.kind] if len(people) == 1 else Label.AMBIGUOUS
            yield Hit(match.start(), match.end(), label, owners[0][0], people, "exact form", 1.0, "a form on record")


def _index(people: Iterable[KnownPerson], forms: Forms) -> Owners:
    owners: Owners = {}
    for known in people:
        for form, facet in forms(known):
            if len(form) >= _SHORTEST:
                owners.setdefault(form.casefold(), []).append((facet, known.handle))
    return owners


def _pattern(owners: Owners) -> "re.Pattern[str] | None":
    longest_first = sorted(owners, key=len, reverse=True)
    either = "|".join(re.escape(form) for form in longest_first)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE) if owners else None


def _forms(known: KnownPerson) -> Iterator[tuple[str, Facet]]:
    identity = known.identity
    for name in identity.names:
        if name.first and name.last:
            yield f"{name.first} {name.last}", Facet.NAME
            yield f"{name.last}, {name.first}", Facet.NAME
        yield name.full, Facet.NAME
    for facet, texts in (
        (Facet.ID, (identity.sis_id, *identity.prior_sis_ids, *identity.lms_ids)),
        (Facet.LOGIN, identity.logins),
        (Facet.EMAIL, identity.emails),
        (Facet.PHONE, identity.phones),
        (Facet.NATIONAL_ID, identity.national_ids),
        (Facet.ADDRESS, identity.addresses),
    ):
        yield from ((str(text), facet) for text in texts)


def _singles(known: KnownPerson) -> Iterator[tuple[str, Facet]]:
    for name in known.identity.names:
        yield name.first, Facet.FIRST
        yield name.last, Facet.LAST
