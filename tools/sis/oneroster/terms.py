"""Academic sessions as terms and parts of term (R33)."""

from dataclasses import dataclass, field
from datetime import date

from domain.errors import InvalidRecord
from domain.findings import Severity
from domain.ids import TermCode
from domain.records import Term
from tools.sis.oneroster.delivery import Delivery, FileReading
from tools.sis.oneroster.rows import Row
from tools.sis.oneroster.settings import OneRosterSettings
from tools.sis.oneroster.tables import ACADEMIC_SESSIONS
from tools.sis.oneroster.values import RowStatus

_YEAR = "schoolyear"


@dataclass(frozen=True, slots=True)
class Session:
    """One academic session: the term it is or belongs to, the part it is, and its dates."""

    term: TermCode
    part: str | None
    title: str
    start_on: date
    end_on: date
    census_on: date | None = None


@dataclass(slots=True)
class Sessions:
    """All sessions by sourcedId."""

    by_id: dict[str, Session] = field(default_factory=dict)

    def terms(self) -> tuple[Term, ...]:
        """Return the sessions that are whole terms, oldest first."""
        whole = sorted((s for s in self.by_id.values() if s.part is None), key=lambda session: session.start_on)
        return tuple(Term(code=s.term, title=s.title, start_on=s.start_on, end_on=s.end_on) for s in whole)


def read_sessions(delivery: Delivery, reading: FileReading) -> Sessions:
    """Read every session that still stands: one without a parent is a term, others are parts of it.

    A session without dates is noted and left out; school years are no terms.
    """
    standing = {
        row.get("sourcedId"): row
        for row in delivery.rows(ACADEMIC_SESSIONS, reading)
        if row.get("type").lower() != _YEAR and reading.fields.status(row) is not RowStatus.REMOVED
    }
    sessions = Sessions()
    for guid, row in standing.items():
        session = _read_session(row, standing, delivery.settings, reading)
        if session is not None:
            sessions.by_id[guid] = session
    return sessions


def _read_session(
    row: Row, standing: dict[str, Row], settings: OneRosterSettings, reading: FileReading
) -> Session | None:
    start, end = reading.fields.day(row, "startDate"), reading.fields.day(row, "endDate")
    if start is None or end is None:
        _note_undated(row, reading)
        return None
    parent = standing.get(row.get("parentSourcedId"))
    return Session(
        term=_code(parent or row, settings),
        part=(row.get(settings.session_part) or _code(row, settings)) if parent else None,
        title=row.get("title"),
        start_on=start,
        end_on=end,
        census_on=reading.fields.day(row, settings.session_census),
    )


def _code(row: Row, settings: OneRosterSettings) -> TermCode:
    return TermCode(row.get(settings.term_code) or row.get("sourcedId"))


def _note_undated(row: Row, reading: FileReading) -> None:
    reading.lost(row.place)
    reading.notes.add(
        InvalidRecord,
        f"A session of {row.file} has no start or end date; it and its classes were left out.",
        place=row.place,
        fix="Give the session both dates.",
        severity=Severity.STOP,
    )
