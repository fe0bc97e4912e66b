"""Academic periods as terms and parts of term (R33)."""

from dataclasses import dataclass
from datetime import date, tzinfo

from domain.errors import InvalidRecord
from domain.findings import Severity
from domain.ids import TermCode
from domain.records import Term
from tools.sis.banner.dates import read_day
from tools.sis.banner.wire import PeriodWire
from tools.sis.reading import Reading

_PART = "subterm"
_YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """One academic period: the term it is or belongs to, the part it is, and its dates."""

    guid: str
    term: TermCode
    part: str | None
    title: str
    start_on: date
    end_on: date
    census_on: date | None
    registration_open: bool


def read_periods(rows: dict[str, PeriodWire], zone: tzinfo, reading: Reading) -> dict[str, Period]:
    """Return terms and parts of term by GUID; academic years are left out, a period without dates is noted."""
    found: dict[str, Period] = {}
    for guid, row in rows.items():
        start, end = read_day(row.start_on, zone), read_day(row.end_on, zone)
        if _kind(row) == _YEAR:
            continue
        if start is None or end is None:
            _note_undated(guid, reading)
            continue
        parent = _parent(row, rows)
        census = [day for day in (read_day(text, zone) for text in row.census_dates or ()) if day]
        found[guid] = Period(
            guid=guid,
            term=TermCode((parent or row).code),
            part=_part_code(row.code, parent.code) if parent else None,
            title=row.title,
            start_on=start,
            end_on=end,
            census_on=census[0] if census else None,
            registration_open=row.registration == "open",
        )
    return found


def list_terms(periods: dict[str, Period]) -> tuple[Term, ...]:
    """Return the whole terms, oldest first."""
    whole = sorted((period for period in periods.values() if period.part is None), key=lambda p: (p.start_on, p.term))
    return tuple(
        Term(code=p.term, title=p.title, start_on=p.start_on, end_on=p.end_on, registration_open=p.registration_open)
        for p in whole
    )


def periods_of(term: TermCode, periods: dict[str, Period]) -> tuple[Period, ...]:
    """Return a term and its parts, the term first."""
    return tuple(sorted((p for p in periods.values() if p.term == term), key=lambda p: (p.part is not None, p.guid)))


def _kind(row: PeriodWire) -> str:
    return row.category.type if row.category else ""


def _parent(row: PeriodWire, rows: dict[str, PeriodWire]) -> PeriodWire | None:
    """Return the term a part of term belongs to; None for a term itself."""
    if _kind(row) != _PART or row.category is None or row.category.parent is None:
        return None
    return rows.get(row.category.parent.guid or "")


def _part_code(code: str, term: str) -> str:
    """Return the part's own code, without the term code that some tenants put before it."""
    return code.removeprefix(term).lstrip("-*_. ") or code


def _note_undated(guid: str, reading: Reading) -> None:
    reading.notes.add(
        InvalidRecord,
        "An academic period has no readable start or end date; its sections cannot be read.",
        place=f"academic-periods {guid}",
        fix="Give the period both dates in Banner.",
        severity=Severity.STOP,
    )
