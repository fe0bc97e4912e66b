"""Academic sessions as terms and parts of term (R33)."""

import re
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

_TERM_TYPES = frozenset({"term", "semester"})


@dataclass(frozen=True, slots=True)
class Session:
    """One academic session: the term it is or belongs to, the part it is, and its dates."""

    term: TermCode
    part: str | None
    title: str
    start_on: date
    end_on: date


@dataclass(slots=True)
class Sessions:
    """All sessions by sourcedId."""

    by_id: dict[str, Session] = field(default_factory=dict)

    def terms(self) -> tuple[Term, ...]:
        """Return the sessions that are whole terms, oldest first."""
        whole = sorted((s for s in self.by_id.values() if s.part is None), key=lambda session: session.start_on)
        return tuple(Term(code=s.term, title=s.title, start_on=s.start_on, end_on=s.end_on) for s in whole)


def read_sessions(delivery: Delivery, reading: FileReading) -> Sessions:
    """Read every session that still stands; one without dates is noted and left out."""
    rows = [
        row
        for row in delivery.rows(ACADEMIC_SESSIONS, reading)
        if row.get("type").lower() != "schoolyear" and reading.fields.status(row) is not RowStatus.REMOVED
    ]
    codes = {row.get("sourcedId"): TermCode(row.get(delivery.settings.term_code)) for row in rows}
    sessions = Sessions()
    for row in rows:
        session = _read_session(row, codes, delivery.settings, reading)
        if session is not None:
            sessions.by_id[row.get("sourcedId")] = session
    return sessions


def _read_session(
    row: Row, codes: dict[str, TermCode], settings: OneRosterSettings, reading: FileReading
) -> Session | None:
    start, end = reading.fields.day(row, "startDate"), reading.fields.day(row, "endDate")
    if start is None or end is None:
        _note_undated(row, reading)
        return None
    own = codes[row.get("sourcedId")]
    if row.get("type").lower() in _TERM_TYPES:
        return Session(own, None, row.get("title"), start, end)
    parent = codes.get(row.get("parentSourcedId"), own)
    return Session(parent, _part(own, settings), row.get("title"), start, end)


def _part(code: str, settings: OneRosterSettings) -> str:
    match = re.match(settings.part_pattern, code)
    return match["part"] if match else code


def _note_undated(row: Row, reading: FileReading) -> None:
    reading.lost(row.place)
    reading.notes.add(
        InvalidRecord,
        f"A session of {row.file} has no start or end date; it and its classes were left out.",
        place=row.place,
        fix="Give the session both dates.",
        severity=Severity.STOP,
    )
