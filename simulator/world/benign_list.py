"""The benign differences of a campus: where Canvas differs from a plain reading of Banner, and rightly so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from simulator.banner.state import BannerState
from simulator.banner.tables import Registration, Section
from simulator.world.answer_key import section_keys
from simulator.world.calendar import CLOSED
from simulator.world.carriage import HandAction
from simulator.world.feed import Feed
from simulator.world.practice import enrollment_status, sis_section_id
from simulator.world.timetable import CANVAS

Entry = dict[str, object]


def _entry(kind: str, keys: Mapping[str, str], reason: str) -> Entry:
    return {"object": kind, "keys": dict(keys), "reason": reason}


class BenignList:
    """Finds every benign difference in Banner's records and among the things people did by hand."""

    def __init__(self, banner: BannerState, feed: Feed, actions: Sequence[HandAction]) -> None:
        self._banner = banner
        self._feed = feed
        self._actions = actions
        self._today = banner.calendar.local_day(banner.clock.now())

    def entries(self) -> Iterator[Entry]:
        """Every benign difference, with its reason."""
        yield from self._by_hand()
        yield from self._names()
        for section in self._banner.sections.values():
            yield from self._of_section(section)
        for place in self._banner.waitlist.values():
            keys = section_keys(sis_section_id(place.section.key)) | {"bannerId": place.person.banner_id}
            yield _entry("enrollment", keys, "waiting list, not enrolled")
        for row in self._banner.registrations.values():
            yield from self._of_registration(row)

    def _by_hand(self) -> Iterator[Entry]:
        for action in self._actions:
            for kind, *names in action.keys:
                yield _entry(kind, _action_keys(kind, names), action.what)

    def _names(self) -> Iterator[Entry]:
        for person in self._banner.persons.values():
            keys = {"bannerId": person.banner_id}
            if person.preferred and person.login:
                yield _entry("user", keys, "preferred name shown")
            if person.login and person.login != person.login.lower():
                yield _entry("user", keys, "login in mixed case")
        for hold in self._banner.holds.values():
            if hold.ended_on is None:
                yield _entry("user", {"bannerId": hold.person.banner_id}, f"{hold.category} hold")

    def _of_section(self, section: Section) -> Iterator[Entry]:
        keys = section_keys(sis_section_id(section.key))
        if section.platform != CANVAS:
            yield _entry("section", keys, "lives in another LMS")
        elif not self._feed.is_provisioned(section, self._today):
            yield _entry("section", keys, "schedule not published")
        elif section.status == "cancelled":
            yield _entry("section", keys, "cancelled and emptied")
        elif section.primary is not None:
            for assignment in self._banner.teachers_of(section.primary):
                if assignment.role == "primary":
                    person = {"bannerId": assignment.person.banner_id}
                    yield _entry("enrollment", keys | person, "primary instructor in a linked lab")

    def _of_registration(self, row: Registration) -> Iterator[Entry]:
        """The first reason that applies to one registration."""
        key, calendar = row.section.key, self._banner.calendar
        if row.person.login is None or not self._feed.seats_students(row.section, self._today):
            return
        keys = section_keys(sis_section_id(key)) | {"bannerId": row.person.banner_id}
        part = calendar.terms[key.term].part(row.section.part)
        if calendar.standing(key.term, self._today) == CLOSED:
            if row.status.registered:
                yield _entry("enrollment", keys, "left over from a closed term")
        elif row.section.status == "cancelled":
            return
        elif enrollment_status(row, part.census_on) == "inactive":
            yield _entry("enrollment", keys, "withdrawn and inactive")
        elif row.status.registered and row.audit:
            yield _entry("enrollment", keys, "auditor")
        elif row.status.registered and row.override:
            yield _entry("enrollment", keys, "override")
        elif row.status.registered and row.registered_on and row.registered_on >= part.start_on:
            yield _entry("enrollment", keys, "late add")


def _action_keys(kind: str, names: Sequence[str]) -> dict[str, str]:
    if kind == "enrollment":
        section, person = names
        who = "login" if person.startswith("login:") else "bannerId"
        return section_keys(section) | {who: person.removeprefix("login:")}
    if kind == "user":
        return {"bannerId": names[0]}
    return {"sisCourseId": names[0]} if kind == "course" else section_keys(names[0])


def list_benign(
    banner: BannerState, feed: Feed, actions: Sequence[HandAction], real: Sequence[Mapping[str, str]]
) -> list[Entry]:
    """The benign differences, without those whose keys are the keys of a real one."""
    taken = {tuple(sorted(_natural(keys).items())) for keys in real}
    entries = BenignList(banner, feed, actions).entries()
    return [entry for entry in entries if tuple(sorted(_natural(_keys_of(entry)).items())) not in taken]


def _keys_of(entry: Entry) -> Mapping[str, str]:
    keys = entry["keys"]
    assert isinstance(keys, dict)
    return keys


def _natural(keys: Mapping[str, str]) -> dict[str, str]:
    """The keys that name a thing, without what only describes it."""
    names = ("term", "crn", "bannerId") if "crn" in keys else ("bannerId", "sisCourseId")
    return {name: keys[name] for name in names if name in keys}
