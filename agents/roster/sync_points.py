"""Where mismatches arise, ranked: what a read-only phase shows about the best points to synchronise (S32, S72)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping

from agents.roster.detected import Detection
from domain.findings import Discrepancy, DiscrepancyType, Handling
from domain.ids import SectionKey
from domain.records import Record


class SyncPoint(Record):
    """One kind of disagreement: how often, how much of it rules settle alone, and where it clusters."""

    type: DiscrepancyType
    count: int
    share: float
    settled_by_rule: int
    departments: dict[str, int]


DepartmentOf = Callable[[SectionKey], str]
"""Names the department of a section."""
_ALONE = frozenset({Handling.CORRECT, Handling.PROVISION})
SHOWN = 5


def rank_sync_points(detection: Detection, department_of: DepartmentOf) -> tuple[SyncPoint, ...]:
    """Return the kinds of disagreement by volume, the largest first."""
    by_type: dict[DiscrepancyType, list[Discrepancy]] = defaultdict(list)
    for discrepancy in detection.discrepancies:
        by_type[discrepancy.type].append(discrepancy)
    total = max(len(detection.discrepancies), 1)
    points = (_point(kind, found, total, department_of) for kind, found in by_type.items())
    return tuple(sorted(points, key=lambda point: (-point.count, point.type)))


def _point(kind: DiscrepancyType, found: list[Discrepancy], total: int, department_of: DepartmentOf) -> SyncPoint:
    places: Mapping[str, int] = Counter(department_of(each.section) for each in found if each.section)
    return SyncPoint(
        type=kind,
        count=len(found),
        share=len(found) / total,
        settled_by_rule=sum(each.handling in _ALONE for each in found),
        departments=dict(Counter(places).most_common(SHOWN)),
    )


def automatic_share(detection: Detection) -> float:
    """Return the share of discrepancies that rules settle without a person, between 0 and 1 (S72)."""
    handled = [discrepancy.handling in _ALONE for discrepancy in detection.discrepancies]
    return sum(handled) / len(handled) if handled else 1.0
