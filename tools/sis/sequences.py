"""Orders several registrations of one person in one section, so that the rules can tell the latest from the rest.

A student who registered, dropped and came back has more than one row (R51), and a waitlist entry may stand beside
either. Every row is kept; ``sequence`` says which came later.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from domain.ids import SectionKey, SisPersonId
from domain.records import Registration, RegistrationStatus

_ENDED, _WAITING, _SEATED = 0, 1, 2


def order_registrations(registrations: Iterable[Registration]) -> tuple[Registration, ...]:
    """Give rows of one (term, CRN, person) the sequences 1, 2, …, latest highest; single rows keep theirs (R52)."""
    rows = list(registrations)
    places: dict[tuple[SectionKey, SisPersonId], list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        places[row.section, row.person].append(index)
    for group in places.values():
        if len(group) > 1:
            _number(rows, group)
    return tuple(rows)


def _number(rows: list[Registration], group: list[int]) -> None:
    waits = any(rows[index].status is RegistrationStatus.WAITLISTED for index in group)
    ordered = sorted(group, key=lambda index: _lateness(rows[index], index, waits))
    for sequence, index in enumerate(ordered, start=1):
        rows[index] = rows[index].model_copy(update={"sequence": sequence})


def _lateness(row: Registration, index: int, waits: bool) -> tuple[int, int, date, date, int]:
    """Rank by the source's own sequence and dates; waiting comes after an ended row and before a seat."""
    rank = _rank(row.status) if waits else _ENDED
    return rank, row.sequence, row.registered_on or date.min, row.status_on or date.min, index


def _rank(status: RegistrationStatus) -> int:
    if status is RegistrationStatus.WAITLISTED:
        return _WAITING
    return _SEATED if status is RegistrationStatus.REGISTERED else _ENDED
