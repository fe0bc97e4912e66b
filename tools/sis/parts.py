"""Which part of term a section runs in, and whether its term's schedule is released, by the institution's calendar."""

from datetime import date

from domain.ids import TermCode
from domain.institution import Institution

WHOLE_TERM = "full"


def find_part(institution: Institution, term: TermCode, code: str | None, start_on: date, end_on: date) -> str:
    """Return the part-of-term code the calendar knows: the SIS code where it has it, else the part with those dates.

    Census and deadlines hang on the part (R33), so a code the calendar lacks is returned as it is and never replaced
    by a neighbour.
    """
    calendar = institution.calendar(term)
    if calendar is None or (code is not None and calendar.part(code) is not None):
        return code or WHOLE_TERM
    same_dates = [part.code for part in calendar.parts if (part.start_on, part.end_on) == (start_on, end_on)]
    return same_dates[0] if same_dates else code or WHOLE_TERM


def find_census(institution: Institution, term: TermCode, part: str) -> date | None:
    """Return the census date of a part of term as published, or None where the calendar has no such part."""
    calendar = institution.calendar(term)
    found = calendar.part(part) if calendar else None
    return found.census_on if found else None


def is_published(institution: Institution, term: TermCode) -> bool:
    """Tell whether the schedule of a term is released; a term without a calendar is not (R35)."""
    calendar = institution.calendar(term)
    return calendar is not None and calendar.published


def name_platform(institution: Institution, *names: str) -> str:
    """Return the institution's own name for its LMS where the SIS means it, else the name the SIS gives (R43)."""
    given = [name for name in names if name]
    if not given or institution.lms_platform.casefold() in {name.casefold() for name in given}:
        return institution.lms_platform
    return given[0]
