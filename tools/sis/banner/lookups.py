"""Turns the GUIDs that every Ethos record speaks in into term codes, subjects, status codes and person ids.

A table is read once and kept for a while; a GUID it does not hold is asked for by itself, so a table that arrived
incomplete hides nothing.
"""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from domain.ids import SisPersonId
from tools.sis.banner.proxy import EthosProxy
from tools.sis.banner.wire import CodeItem, CourseWire, PeriodWire, Resource
from tools.sis.banner.wire_students import GradeWire, RegistrationStatusWire
from tools.sis.reading import Reading

R = TypeVar("R", bound=Resource)


class Lookup(Generic[R]):
    """One code table by GUID."""

    def __init__(self, proxy: EthosProxy, model: type[R], resource: str, clock: Callable[[], float]) -> None:
        self._proxy, self._model, self._resource, self._clock = proxy, model, resource, clock
        self._rows: dict[str, R] = {}
        self._until = 0.0

    def table(self, reading: Reading) -> dict[str, R]:
        """Return the whole table, read again once old; gaps are noted and filled one by one in ``get``."""
        if not self._rows or self._clock() >= self._until:
            own = Reading(reading.source)
            self._rows = self._proxy.collect(self._model, self._resource, own).rows
            self._until = self._clock() + self._proxy.settings.reference_minutes * 60
            reading.notes.extend(own.notes)
        return self._rows

    def get(self, guid: str | None, reading: Reading) -> R | None:
        """Return one row; None where the service does not have it either."""
        if not guid:
            return None
        rows = self.table(reading)
        if guid not in rows:
            found = self._proxy.find(self._model, self._resource, guid, reading)
            if found is None:
                return None
            rows[guid] = found
        return rows[guid]


class PersonIds:
    """Person ids by GUID; names are never kept here."""

    def __init__(self, find: Callable[[str], SisPersonId | None], minutes: int, clock: Callable[[], float]) -> None:
        self._find, self._seconds, self._clock = find, minutes * 60, clock
        self._ids: dict[str, SisPersonId] = {}
        self._until = 0.0

    @property
    def loaded(self) -> bool:
        """Whether everybody's id is at hand and fresh."""
        return bool(self._ids) and self._clock() < self._until

    def fill(self, ids: dict[str, SisPersonId]) -> None:
        """Take over the ids of everybody."""
        self._ids, self._until = dict(ids), self._clock() + self._seconds

    def get(self, guid: str) -> SisPersonId | None:
        """Return the id of one person, asking the service where it is not at hand."""
        if not self.loaded or guid not in self._ids:
            return self._find(guid)
        return self._ids[guid]


class Catalog:
    """The code tables that sections and registrations refer to."""

    def __init__(self, proxy: EthosProxy, clock: Callable[[], float] = time.monotonic) -> None:
        self.periods = Lookup(proxy, PeriodWire, "academic-periods", clock)
        self.courses = Lookup(proxy, CourseWire, "courses", clock)
        self.subjects = Lookup(proxy, CodeItem, "subjects", clock)
        self.platforms = Lookup(proxy, CodeItem, "instructional-platforms", clock)
        self.methods = Lookup(proxy, CodeItem, "instructional-methods", clock)
        self.units = Lookup(proxy, CodeItem, "educational-institution-units", clock)
        self.statuses = Lookup(proxy, RegistrationStatusWire, "section-registration-statuses", clock)
        self.grades = Lookup(proxy, GradeWire, "grade-definitions", clock)
        self.schemes = Lookup(proxy, CodeItem, "grade-schemes", clock)
        self.grade_types = Lookup(proxy, CodeItem, "section-grade-types", clock)
        self.levels = Lookup(proxy, CodeItem, "academic-levels", clock)
        self.programmes = Lookup(proxy, CodeItem, "academic-programs", clock)
        self.standings = Lookup(proxy, CodeItem, "academic-standings", clock)
        self.accounting = Lookup(proxy, CodeItem, "accounting-codes", clock)
        self.tags = Lookup(proxy, CodeItem, "student-tags", clock)
        self.cohorts = Lookup(proxy, CodeItem, "student-cohorts", clock)
