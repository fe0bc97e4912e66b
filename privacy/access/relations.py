"""How a reader stands to people, read from the SIS and believed for a few minutes only (R21).

What a read did bring is a fact and counts; what it did not bring counts for nothing. A failed read, an unknown person
behind the reader, or an answer grown old gives no relationship. Where absence is what would permit (nobody advises, not
opted out), only a whole answer counts.
"""

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

import structlog

from domain.access import Relationship
from domain.errors import ProvostError
from domain.ids import RecordHandle, SectionKey, SisPersonId
from domain.ports import Clock, Fetch, IdentityResolver, RelationshipReader
from domain.principals import Principal
from domain.records import Registration, RegistrationStatus
from privacy.access.rules import RelationshipSettings

DEPARTMENT = "department:"
"""How a scope of a chair names the department, as in ``department:MATH``."""
_IN_CLASS = frozenset({RegistrationStatus.REGISTERED, RegistrationStatus.WITHDRAWN})
"""Whom an instructor still answers for: a withdrawal needs a last day of attendance, a drop leaves no record (R48)."""
_ASKED_ONE_BY_ONE = 50
log = structlog.get_logger(__name__)


@dataclass
class KeptAnswers:
    """Answers by question, with the moment of each."""

    seconds: float
    monotonic: Callable[[], float]
    _answers: dict[tuple[str, ...], tuple[float, frozenset[RecordHandle]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, key: tuple[str, ...], read: Callable[[], frozenset[RecordHandle]]) -> frozenset[RecordHandle]:
        """Return the fresh answer, or read it; a failed read is not kept and gives nobody."""
        with self._lock:
            at, people = self._answers.get(key, (0.0, frozenset()))
        if key in self._answers and self.monotonic() - at < self.seconds:
            return people
        try:
            found = read()
        except ProvostError as failure:
            log.warning("relationship_not_read", relationship=key[0], code=failure.code)
            return frozenset()
        with self._lock:
            now = self.monotonic()
            self._answers = {old: kept for old, kept in self._answers.items() if now - kept[0] < self.seconds}
            self._answers[key] = (now, found)
        return found


class Relations:
    """Answers who stands to a reader in a relationship; ``reader`` is opened when first needed."""

    def __init__(
        self,
        reader: Callable[[], RelationshipReader],
        identities: IdentityResolver,
        settings: RelationshipSettings,
        *,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reader, self._identities, self._settings, self._clock = reader, identities, settings, clock
        self._kept = KeptAnswers(settings.keep_seconds, monotonic)

    def related(
        self,
        principal: Principal,
        relationship: Relationship,
        people: Collection[RecordHandle],
        section: SectionKey | None = None,
    ) -> frozenset[RecordHandle]:
        """Return those of ``people`` to whom the principal stands so; ``section`` narrows to that one class (S256)."""
        asked = frozenset(people)
        match relationship:
            case Relationship.ANY:
                return asked
            case Relationship.SELF:
                return asked & ({principal.person} if principal.person else set())
            case Relationship.ADVISOR:
                return asked & self._advisees(principal)
            case Relationship.INSTRUCTOR:
                return asked & self._students(principal, section)
            case Relationship.CHAIR:
                return asked & self._department(principal)
            case Relationship.UNADVISED:
                return self._unadvised(asked)

    def opted_out(self, people: Collection[RecordHandle]) -> frozenset[RecordHandle]:
        """Return those who opted out of the directory; where that cannot be told, everyone (R17)."""
        asked = frozenset(people)
        try:
            known = self._people(asked)
            found = self._reader().read_confidential(list(known))
        except ProvostError as failure:
            log.warning("relationship_not_read", relationship="opt-out", code=failure.code)
            return asked
        return self._handles(found.rows) & asked if found.complete else asked

    def _advisees(self, principal: Principal) -> frozenset[RecordHandle]:
        who = principal.person
        if who is None:
            return frozenset()
        read = lambda: self._handles(self._reader().read_advisees(self._identities.person(who)).rows)  # noqa: E731
        return self._kept.get((Relationship.ADVISOR, who), read)

    def _students(self, principal: Principal, section: SectionKey | None) -> frozenset[RecordHandle]:
        who = principal.person
        if who is None:
            return frozenset()
        named = str(section) if section else ""
        return self._kept.get((Relationship.INSTRUCTOR, who, named), lambda: self._read_students(who, section))

    def _read_students(self, who: RecordHandle, section: SectionKey | None) -> frozenset[RecordHandle]:
        taught = self._reader().read_taught(self._identities.person(who), self._oldest_end())
        keys = [one.key for one in taught.rows if section in (None, one.key)]
        rosters = [self._reader().read_roster(key) for key in keys]
        return self._in_class(rosters)

    def _department(self, principal: Principal) -> frozenset[RecordHandle]:
        codes = [scope.removeprefix(DEPARTMENT) for scope in principal.scopes if scope.startswith(DEPARTMENT)]
        answers = [self._kept.get((Relationship.CHAIR, code), self._department_reader(code)) for code in codes]
        return frozenset().union(*answers)

    def _department_reader(self, code: str) -> Callable[[], frozenset[RecordHandle]]:
        return lambda: self._in_class([self._reader().read_department(code, self._oldest_end())])

    def _unadvised(self, asked: frozenset[RecordHandle]) -> frozenset[RecordHandle]:
        if len(asked) > _ASKED_ONE_BY_ONE:
            return frozenset()
        return frozenset(who for who in asked if who in self._kept.get((Relationship.UNADVISED, who), self._alone(who)))

    def _alone(self, who: RecordHandle) -> Callable[[], frozenset[RecordHandle]]:
        def read() -> frozenset[RecordHandle]:
            found = self._reader().read_advisors(self._identities.person(who))
            return frozenset({who}) if found.complete and not found.rows else frozenset()

        return read

    def _in_class(self, rosters: Iterable[Fetch[Registration]]) -> frozenset[RecordHandle]:
        return self._handles(row.person for roster in rosters for row in roster.rows if row.status in _IN_CLASS)

    def _oldest_end(self) -> date:
        return self._clock.now().date() - self._settings.after_end

    def _handles(self, people: Iterable[SisPersonId]) -> frozenset[RecordHandle]:
        return frozenset(self._identities.handles(sorted(set(people))).values())

    def _people(self, handles: Iterable[RecordHandle]) -> set[SisPersonId]:
        return {self._identities.person(handle) for handle in handles}
