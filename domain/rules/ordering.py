"""Which of several records of one registration counts, whatever order they arrive in (R11, R51, R52)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from domain.ids import SectionKey, SisPersonId
from domain.records import Registration, RegistrationStatus

_RANK = {RegistrationStatus.REGISTERED: 2, RegistrationStatus.WAITLISTED: 1}
_NEVER = datetime.min.replace(tzinfo=UTC)


def _version(registration: Registration) -> tuple[int, datetime]:
    return registration.sequence, registration.modified_at or _NEVER


def _standing_order(registration: Registration) -> tuple[int, int, datetime]:
    return (_RANK.get(registration.status, 0), *_version(registration))


def current_registration(records: Sequence[Registration]) -> Registration:
    """Return the record that counts among several for one student and section.

    The highest active one wins, so that a re-registration outlives its drop (R51); among equals the later sequence,
    then the later modification.
    """
    return max(records, key=_standing_order)


def is_newer(arrived: Registration, known: Registration) -> bool:
    """Tell whether an event tells something later than what is known; an older one is ignored (R52, S62)."""
    return _version(arrived) > _version(known)


def is_contradiction(records: Sequence[Registration]) -> bool:
    """Tell whether two records of one version disagree, so that no order can say which counts."""
    versions: dict[tuple[int, datetime], RegistrationStatus] = {}
    return any(versions.setdefault(_version(record), record.status) is not record.status for record in records)


def by_student_and_section(
    registrations: Iterable[Registration],
) -> dict[tuple[SectionKey, SisPersonId], list[Registration]]:
    """Group registrations by section and student; rows of two merged logins meet here and one of them wins (R11)."""
    grouped: dict[tuple[SectionKey, SisPersonId], list[Registration]] = defaultdict(list)
    for registration in registrations:
        grouped[registration.section, registration.person].append(registration)
    return dict(grouped)
