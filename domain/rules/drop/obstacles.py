"""What stands before a drop: an office that comes first, the last class, a pending case (R112, R113, R115)."""

from datetime import date
from enum import StrEnum

from domain.drop_policy import ConductPractice, PartDates, Population, SpecialPopulation
from domain.drops import Schedule
from domain.rules.drop.load import Load


class LastClass(StrEnum):
    """Whether the class is the student's last of the term."""

    NOT_LAST = "not_last"
    TERM_WITHDRAWAL = "term_withdrawal"
    SINGLE_DROP = "single_drop"
    UNKNOWN = "unknown"


class Conduct(StrEnum):
    """What a pending case means for the drop."""

    CLEAR = "clear"
    BARRED = "barred"
    WARNED = "warned"
    UNKNOWN = "unknown"


def offices_first(
    populations: frozenset[Population], after: Load | None, rows: tuple[SpecialPopulation, ...]
) -> tuple[SpecialPopulation, ...]:
    """Return the rows whose office is asked first, in the order of the table (R112).

    ``after`` is the load that remains; where it is not known, every office of the student's populations is asked.
    """
    full = after is Load.FULL_TIME
    return tuple(row for row in rows if row.population in populations and not (row.below_full_time_only and full))


def last_class(schedule: Schedule | None, left_on: date | None, dates: PartDates) -> LastClass:
    """Say whether the drop ends the student's last class of the term, which is another process (R113)."""
    if schedule is None:
        return LastClass.UNKNOWN
    if schedule.others:
        return LastClass.NOT_LAST
    free = dates.last_class_through_on
    if free is not None and left_on is not None and left_on <= free:
        return LastClass.SINGLE_DROP
    return LastClass.TERM_WITHDRAWAL


def conduct(pending: bool | None, practice: ConductPractice) -> Conduct:
    """Say what a pending case does, by the institution's switch; what nobody told is not clear (R115)."""
    if practice is ConductPractice.IGNORE:
        return Conduct.CLEAR
    if pending is None:
        return Conduct.UNKNOWN
    if not pending:
        return Conduct.CLEAR
    return Conduct.BARRED if practice is ConductPractice.BAR else Conduct.WARNED
