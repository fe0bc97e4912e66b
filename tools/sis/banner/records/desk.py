"""What every reader of grades and student records shares: the way to sections and people, and careful questions.

A resource that the tenant does not offer, or not to this application, is not known; it is never taken for empty.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TypeVar

import structlog

from domain.errors import ConfigurationError, IncompleteFetch, ProvostError, RefusedBySystem
from domain.findings import Severity
from domain.ids import SectionKey
from domain.ports import Clock, IdentityResolver
from tools.sis.banner.finding import Finder
from tools.sis.banner.proxy import EthosProxy
from tools.sis.banner.records.people import ONE_BY_ONE, KnownPeople, RememberedIds
from tools.sis.banner.settings import EthosSettings, Params, Query
from tools.sis.banner.wire import Resource, SectionWire
from tools.sis.reading import Reading

R = TypeVar("R", bound=Resource)
NOT_OFFERED = (ConfigurationError, RefusedBySystem)
"""What a tenant answers where a resource is forbidden (403), unknown (404, 405) or of another version (406)."""
_log = structlog.get_logger("provost.banner.records")


@dataclass(frozen=True, slots=True)
class Desk:
    """One tenant as the readers of records ask it."""

    finder: Finder
    people: KnownPeople

    @property
    def proxy(self) -> EthosProxy:
        """The proxy of the reading application."""
        return self.finder.proxy

    @property
    def settings(self) -> EthosSettings:
        """How this tenant spells things."""
        return self.finder.proxy.settings

    @property
    def clock(self) -> Clock:
        """The campus clock."""
        return self.finder.clock

    def section_row(self, section: SectionKey, reading: Reading) -> SectionWire | None:
        """Return the record of a section; None where Banner does not have it."""
        return self.finder.find_row(section, self.finder.periods(reading), reading)

    def ask(self, model: type[R], resource: str, reading: Reading, params: Params = ()) -> dict[str, R] | None:
        """Read some rows by GUID; None, noted and not whole, where the tenant does not offer the resource."""
        try:
            return self.proxy.collect(model, resource, reading, params).rows
        except NOT_OFFERED as refusal:
            note_not_offered(resource, refusal, reading)
            return None

    def ask_about(
        self,
        model: type[R],
        resource: str,
        reading: Reading,
        *,
        query: Query,
        guids: Collection[str],
        whose: Callable[[R], str],
    ) -> list[R] | None:
        """Read the rows of some people: one query each where they are few, the whole collection otherwise.

        None, noted, where the tenant does not offer the resource. Rows of others are dropped.
        """
        questions = [query.params(id=guid) for guid in guids] if len(guids) <= ONE_BY_ONE else [()]
        found: dict[str, R] = {}
        for params in questions:
            rows = self.ask(model, resource, reading, params)
            if rows is None:
                return None
            found.update(rows)
        wanted = frozenset(guids)
        return [row for row in found.values() if whose(row) in wanted]

    def try_query(
        self, model: type[R], resource: str, reading: Reading, query: Query | None, guid: str
    ) -> dict[str, R] | None:
        """Read some rows with a query that a tenant may not know; None where it does not."""
        if query is None:
            return None
        own = Reading(reading.source)
        try:
            found = self.proxy.collect(model, resource, own, query.params(id=guid)).rows
        except RefusedBySystem:
            return None
        take_over(own, reading)
        return found


def open_desk(finder: Finder, resolver: IdentityResolver) -> Desk:
    """Return the desk over one tenant, on which people are asked for once and named by handle."""
    ids = RememberedIds(finder.people, finder.proxy.settings.reference_minutes)
    return Desk(replace(finder, people=ids), KnownPeople(finder.proxy, ids, resolver))


def take_over(own: Reading, reading: Reading) -> None:
    """Add what one part of a reading noted and lost to the whole."""
    reading.notes.extend(own.notes)
    if not own.complete:
        reading.lost_some(own.missing)


def note_not_offered(resource: str, refusal: ProvostError, reading: Reading) -> None:
    """Note that a resource cannot be read here, in the findings and in the log."""
    _log.info("resource_not_offered", resource=resource, code=refusal.code)
    reading.lost_some(0)
    reading.notes.add(
        IncompleteFetch,
        f"Ethos does not let this application read {resource}; what it would say is not known.",
        place=resource,
        fix=refusal.fix,
        severity=Severity.WARNING,
    )


def note_not_known(what: str, reading: Reading, why: str = "") -> None:
    """Log that a group of facts is not known: the reason in our words, and the codes of what was found."""
    codes = sorted({finding.code for finding in reading.notes.findings()})
    _log.info("not_known", what=what, why=why or "not everything could be read", codes=codes)
