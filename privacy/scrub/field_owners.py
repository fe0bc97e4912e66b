"""Whom the fields of one record are about: its ids say it first, its names where no id does."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from domain.ids import RecordHandle
from privacy.scrub.field_names import FieldMeaning
from privacy.vocabulary import Facet, Hit, Label

_STRONG = frozenset({Facet.ID, Facet.LOGIN, Facet.EMAIL, Facet.NATIONAL_ID})
"""Facets that are one person's; a name or a phone may be shared."""


class Owner(NamedTuple):
    """The one person that a group of fields is about, with their label; ``person`` is None where that is open."""

    label: Label
    person: RecordHandle | None = None

    def of(self, facet: Facet, hits: Sequence[Hit]) -> tuple[Label, tuple[RecordHandle, ...]] | None:
        """Return whom a field means, by its own hits and its owner; None where neither says.

        An id speaks for itself; a name is the owner's, however many share it.
        """
        own = hits[0] if len(hits) == 1 else None
        if own and len(own.people) == 1 and facet in _STRONG:
            return own.label, own.people
        if self.person is not None:
            return self.label, (self.person,)
        return (own.label, own.people) if own and own.people else None


NOBODY = Owner(Label.PERSON)


def find_owners(
    record: Mapping[str, object], meanings: Mapping[str, FieldMeaning], find: Callable[[str, str], list[Hit]]
) -> dict[str, Owner]:
    """Return the owner of each group of fields: the one person all its ids mean, or else all its names."""
    strong: dict[str, dict[RecordHandle, Label]] = {}
    weak: dict[str, dict[RecordHandle, Label]] = {}
    for name, meaning in meanings.items():
        group = (strong if meaning.facet in _STRONG else weak).setdefault(meaning.owner, {})
        if meaning.facet is not Facet.ADDRESS:
            group |= {hit.people[0]: hit.label for hit in _hits(record[name], name, find) if len(hit.people) == 1}
    return {meaning.owner: _owner(meaning.owner, strong, weak) for meaning in meanings.values()}


def _owner(group: str, *found: Mapping[str, Mapping[RecordHandle, Label]]) -> Owner:
    for each in found:
        people = each.get(group, {})
        if people:
            return next(Owner(label, person) for person, label in people.items()) if len(people) == 1 else NOBODY
    return NOBODY


def _hits(value: object, name: str, find: Callable[[str, str], list[Hit]]) -> list[Hit]:
    if isinstance(value, list | tuple):
        return [hit for each in value for hit in _hits(each, name, find)]
    return [] if value is None or isinstance(value, bool) or value == "" else find(name, str(value))
