"""Turns person GUIDs into record handles and back, so that nothing beyond this connector sees an id."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping

from domain.ids import RecordHandle, SisPersonId
from domain.ports import IdentityResolver
from tools.sis.banner.lookups import PersonIds
from tools.sis.banner.people import PersonReader
from tools.sis.banner.proxy import EthosProxy
from tools.sis.banner.wire import PersonWire
from tools.sis.reading import Reading

ONE_BY_ONE = 25
"""Up to so many people are asked about one by one rather than all of a collection being read."""


class RememberedIds(PersonIds):
    """Person ids by GUID, each asked for once in the minutes that the settings name; a class is looked at often."""

    def __init__(self, people: PersonIds, minutes: int, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(people.get, minutes, clock)

    def get(self, guid: str) -> SisPersonId | None:
        """Return the id of one person."""
        if self._clock() >= self._until:
            self.fill({})
        if guid not in self._ids:
            found = self._find(guid)
            if found is None:
                return None
            self._ids[guid] = found
        return self._ids[guid]


class KnownPeople:
    """People by GUID and by handle; nobody's name is ever kept."""

    def __init__(self, proxy: EthosProxy, ids: RememberedIds, resolver: IdentityResolver) -> None:
        self._proxy, self._ids, self._resolver = proxy, ids, resolver

    def handles(self, guids: Iterable[str], reading: Reading) -> Mapping[str, RecordHandle]:
        """Return the handle of everyone who can be read; whoever cannot counts as lost."""
        found: dict[str, SisPersonId] = {}
        for guid in dict.fromkeys(guids):
            person = self._ids.get(guid)
            if person is None:
                reading.lost(f"persons {guid}")
            else:
                found[guid] = person
        handles = self.handles_of(found.values())
        return {guid: handles[person] for guid, person in found.items()}

    def handles_of(self, people: Iterable[SisPersonId]) -> Mapping[SisPersonId, RecordHandle]:
        """Return the handles of people whose ids are known already."""
        return self._resolver.handles(list(dict.fromkeys(people)))

    def guids(self, people: Collection[RecordHandle], reading: Reading) -> Mapping[str, RecordHandle]:
        """Return the GUIDs behind handles: one by one where they are few, from everybody's records otherwise."""
        if len(people) <= ONE_BY_ONE:
            found = {guid: person for person in people if (guid := self.guid(person, reading))}
        else:
            wanted, everybody = frozenset(people), self._everybody(reading)
            handles = self.handles_of(everybody.values())
            found = {guid: handles[one] for guid, one in everybody.items() if handles[one] in wanted}
        for person in set(people) - set(found.values()):
            reading.lost(f"handle {person}")
        return found

    def _everybody(self, reading: Reading) -> dict[str, SisPersonId]:
        reader = PersonReader(self._proxy.settings, reading)
        rows = self._proxy.collect(PersonWire, "persons", reading).rows
        ids = {guid: person for guid, row in rows.items() if (person := reader.read_id(row))}
        self._ids.fill(ids)
        return ids

    def guid(self, person: RecordHandle, reading: Reading) -> str | None:
        """Return the GUID behind a handle; None, with the reading incomplete, where Banner does not know the id."""
        sis_id, settings = self._resolver.person(person), self._proxy.settings
        query = settings.person_by_id.params(type=settings.id_type, id=sis_id)
        reader = PersonReader(settings, reading)
        for guid, row in self._proxy.collect(PersonWire, "persons", reading, query).rows.items():
            if reader.read_id(row) == sis_id:
                return guid
        reading.lost("persons")
        return None
