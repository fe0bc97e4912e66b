"""The registrar's calendar: terms, parts of term and the dates on which a departure changes its meaning.

A census date belongs to a part of term and not to a term (R33): a student who leaves on the census date or
before it has *dropped*, one who leaves later has *withdrawn*. Term codes are Banner's: a year and 10 for
spring, 40 for summer, 80 for fall, so 202680 is Fall 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FULL, FIRST_HALF, SECOND_HALF = "F", "1", "2"
SEASONS = {"10": "Spring", "40": "Summer", "80": "Fall"}
SEASON_CODES = ("10", "40", "80")
CURRENT, CLOSED, FUTURE = "current", "closed", "future"


@dataclass(frozen=True, slots=True)
class PartOfTerm:
    """A stretch of a term with its own deadlines; all dates are local and inclusive."""

    code: str
    title: str
    start_on: date
    end_on: date
    add_drop_end_on: date
    census_on: date
    withdraw_deadline_on: date
    grades_open_on: date
    grades_due_on: date

    @property
    def interim_freeze_on(self) -> date:
        """The last day of interim grades, which are taken from the first day of class: the eve of final grading."""
        return self.grades_open_on - timedelta(days=1)

    def published(self) -> dict[str, str]:
        """The part as the registrar's web page states it."""
        return {
            "code": self.code,
            "title": self.title,
            "startOn": self.start_on.isoformat(),
            "endOn": self.end_on.isoformat(),
            "addDropEndOn": self.add_drop_end_on.isoformat(),
            "censusOn": self.census_on.isoformat(),
            "withdrawDeadlineOn": self.withdraw_deadline_on.isoformat(),
            "gradesOpenOn": self.grades_open_on.isoformat(),
            "gradesDueOn": self.grades_due_on.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Term:
    """A term with its parts; `schedule_published_on` is when sections may be provisioned (R35)."""

    code: str
    title: str
    parts: tuple[PartOfTerm, ...]
    schedule_published_on: date

    @property
    def start_on(self) -> date:
        """The first day of classes."""
        return self.parts[0].start_on

    @property
    def end_on(self) -> date:
        """The last day of the term."""
        return self.parts[0].end_on

    def part(self, code: str) -> PartOfTerm:
        """The part of term with this code; KeyError when the term has none such."""
        for part in self.parts:
            if part.code == code:
                return part
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Every term the campus knows, its zone, and the term that is running."""

    zone: ZoneInfo
    terms: dict[str, Term]
    current: str

    def at(self, day: date, clock_time: time) -> datetime:
        """A local day and time as an aware UTC moment."""
        return datetime.combine(day, clock_time, self.zone).astimezone(UTC)

    def local_day(self, at: datetime) -> date:
        """The campus day on which a moment falls; deadlines are compared by this."""
        return at.astimezone(self.zone).date()

    def standing(self, term: str, on: date) -> str:
        """Whether a term is `closed`, `current` (running on that day) or `future`."""
        if self.terms[term].end_on < on:
            return CLOSED
        return FUTURE if self.terms[term].start_on > on and term != self.current else CURRENT

    def is_settled(self, term: str, part: str, on: date) -> bool:
        """Whether grades of a part of term were due before that day, after which nobody corrects its rosters (R33)."""
        return self.terms[term].part(part).grades_due_on < on

    def is_published(self, term: str, on: date) -> bool:
        """Whether the schedule of a term was published on that day."""
        return self.terms[term].schedule_published_on <= on

    def published(self, on: date) -> dict[str, object]:
        """The calendar as the registrar publishes it on a day, for whoever must configure deadlines."""
        return {
            "timeZone": self.zone.key,
            "currentTerm": self.current,
            "terms": [self._published_term(term, on) for term in self.terms.values()],
        }

    def _published_term(self, term: Term, on: date) -> dict[str, object]:
        return {
            "code": term.code,
            "title": term.title,
            "standing": self.standing(term.code, on),
            "startOn": term.start_on.isoformat(),
            "endOn": term.end_on.isoformat(),
            "schedulePublished": self.is_published(term.code, on),
            "partsOfTerm": [part.published() for part in term.parts],
        }


def preceding_term(code: str, steps: int = 1) -> str:
    """The term code so many terms earlier (a negative count looks ahead)."""
    ordinal = int(code[:4]) * 3 + SEASON_CODES.index(code[4:]) - steps
    return f"{ordinal // 3}{SEASON_CODES[ordinal % 3]}"


def term_title(code: str) -> str:
    """The name people use, such as "Fall 2026"; ValueError for a code that is not year and season."""
    if len(code) != len("202680") or not code.isdigit() or code[4:] not in SEASONS:
        raise ValueError(f"{code!r} is not a term code; use a year and 10, 40 or 80, such as 202680.")
    return f"{SEASONS[code[4:]]} {code[:4]}"


def _nth_monday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(7 - first.weekday()) % 7 + 7 * (nth - 1))


def _first_day(code: str) -> date:
    year = int(code[:4])
    month, nth = {"10": (1, 2), "40": (5, 3), "80": (8, 4)}[code[4:]]
    return _nth_monday(year, month, nth)


def _part(code: str, title: str, first_day: date, offsets: tuple[int, ...]) -> PartOfTerm:
    return PartOfTerm(code, title, *(first_day + timedelta(days=offset) for offset in offsets))


def college_term(code: str) -> Term:
    """The usual shape of a college term: fall and spring have two halves besides, summer stands whole."""
    title, first_day = term_title(code), _first_day(code)
    if code.endswith("40"):
        parts = [_part(FULL, "Full term", first_day, (0, 81, 4, 9, 53, 77, 88))]
        return Term(code, title, tuple(parts), first_day - timedelta(days=120))
    parts = [
        _part(FULL, "Full term", first_day, (0, 109, 11, 21, 67, 105, 116)),
        _part(FIRST_HALF, "First half", first_day, (0, 51, 4, 11, 32, 47, 58)),
        _part(SECOND_HALF, "Second half", first_day, (52, 109, 56, 63, 85, 105, 116)),
    ]
    lead = 145 if code.endswith("80") else 60
    return Term(code, title, tuple(parts), first_day - timedelta(days=lead))


def college_calendar(current: str, zone: str = "America/New_York") -> Calendar:
    """The term asked for, the three before it and the next one; ValueError for a malformed term code."""
    term_title(current)
    codes = [preceding_term(current, steps) for steps in (3, 2, 1, 0, -1)]
    return Calendar(ZoneInfo(zone), {code: college_term(code) for code in codes}, current)
