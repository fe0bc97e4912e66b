"""The answer key: every real difference with its cause, and the benign ones that must stay silent.

Nobody writes a discrepancy: the list is what a comparison of the faithful twin with the campus's Canvas finds,
besides the people who are registered and cannot be provisioned because no login was issued to them. It is for
scoring after a run and for nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from simulator.banner.state import BannerState
from simulator.banner.tables import SectionKey
from simulator.world.carriage import Key
from simulator.world.difference import Difference, State
from simulator.world.feed import Feed
from simulator.world.practice import sis_section_id
from simulator.world.rehearsal import Cause

Identity = tuple[str, tuple[tuple[str, str], ...]]
UNEXPLAINED = Cause({}, "unexplained")


class Item(NamedTuple):
    """One real difference. `kind` is enrollment, section, user or course; `keys` are natural keys.

    `before` is the state that should be, `after` the state found, None for what does not exist.
    """

    kind: str
    keys: Mapping[str, str]
    operation: Mapping[str, object]
    fault: str
    before: State
    after: State

    def to_json(self) -> dict[str, object]:
        """The item as the answer key prints it."""
        return {
            "object": self.kind,
            "keys": dict(self.keys),
            "operation": dict(self.operation),
            "fault": self.fault,
            "before": self.before,
            "after": self.after,
        }

    @property
    def identity(self) -> Identity:
        """What makes two items the same one; a section is the same one under whatever id it was found."""
        named = {name: value for name, value in self.keys.items() if self.kind != "section" or "from" not in name}
        return self.kind, tuple(sorted(named.items()))


class ItemWriter:
    """Words differences as items, with the campus's keys and the cause of each."""

    def __init__(self, banner: BannerState, causes: Mapping[Key, Cause]) -> None:
        self._causes = causes
        self._by_email = {person.email.lower(): person for person in banner.persons.values()}
        self._by_id = {person.banner_id: person for person in banner.persons.values()}

    def write(self, differences: Sequence[Difference]) -> list[Item]:
        """One item per difference, in the same order."""
        return [self._item(difference) for difference in differences]

    def _item(self, difference: Difference) -> Item:
        cause = next((self._causes[key] for key in _candidates(difference) if key in self._causes), UNEXPLAINED)
        return Item(
            difference.kind,
            self._keys(difference),
            cause.operation,
            cause.fault,
            difference.before,
            difference.after,
        )

    def _keys(self, difference: Difference) -> dict[str, str]:
        keys: dict[str, str] = {}
        if section := difference.keys.get("section"):
            keys |= section_keys(section)
        if origin := difference.keys.get("from_section"):
            keys |= {"fromCrn": origin.partition("-")[2], "fromSisSectionId": origin}
        if course := difference.keys.get("course"):
            keys["sisCourseId"] = course
            keys.setdefault("term", course.rpartition("-")[2])
        if person := difference.keys.get("person"):
            keys |= self._person_keys(person)
            former = (difference.after or {}).get("sis_user_id")
            if difference.kind == "user" and isinstance(former, str) and former != person:
                keys["priorBannerId"] = former
        return keys

    def _person_keys(self, person: str) -> dict[str, str]:
        if not person.startswith("login:"):
            known = self._by_id.get(person)
            return {"bannerId": person, "login": (known.login if known else None) or ""}
        login = person.removeprefix("login:")
        owner = self._by_email.get(login)
        return {"login": login} | ({"bannerId": owner.banner_id} if owner else {})


def section_keys(section: str) -> dict[str, str]:
    """The keys of a section from its SIS id."""
    term, _, crn = section.partition("-")
    return {"term": term, "crn": crn, "sisSectionId": section}


def _candidates(difference: Difference) -> Iterator[Key]:
    """Keys under which a cause may be noted, the closest first."""
    keys = difference.keys
    section, origin, person = keys.get("section"), keys.get("from_section"), keys.get("person")
    for place in (section, origin):
        if place and person:
            yield ("enrollment", place, person)
    if person:
        yield ("user", person)
    if section:
        yield ("section", section)
    if "course" in keys:
        yield ("course", keys["course"])


def write_without_login(banner: BannerState, feed: Feed) -> list[Item]:
    """People registered in the running term whom nothing can provision, because they have no login (R7)."""
    today = banner.calendar.local_day(banner.clock.now())
    items: list[Item] = []
    for person in banner.persons.values():
        if person.login is not None:
            continue
        seats = [
            row.section.key
            for row in banner.registrations_of[person.guid]
            if row.status.registered
            and row.section.key.term == banner.calendar.current
            and row.section.status != "cancelled"
            and feed.seats_students(row.section, today)
            and not banner.calendar.is_settled(row.section.key.term, row.section.part, today)
        ]
        if seats:
            items.append(_without_login(person.banner_id, person.guid, seats))
    return items


def _without_login(banner_id: str, guid: str, seats: Sequence[SectionKey]) -> Item:
    sections = [sis_section_id(key) for key in seats]
    operation = {"kind": "registered", "person": guid, "sections": ["-".join(key) for key in seats]}
    keys = {"term": seats[0].term, "bannerId": banner_id}
    return Item("user", keys, operation, "no login issued", {"sections": sections}, None)
