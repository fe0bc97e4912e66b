"""Who offers what: classes of each department by kind of resource; counted are classes, not people (S103)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from agents.insights.findings import Adoption
from agents.insights.observed import ClassObserved
from domain.learning import ResourceKind

_MOST = 0.5


def count_adoption(classes: Sequence[ClassObserved], smallest: int) -> tuple[Adoption, ...]:
    """Return the table by department and kind.

    ``opened_by_most`` is None where a class that offers the kind is too small to say it of, or was not read.
    """
    by_department: dict[str, list[ClassObserved]] = defaultdict(list)
    for one in classes:
        by_department[one.department].append(one)
    return tuple(
        row for department in sorted(by_department) for row in _rows(department, by_department[department], smallest)
    )


def _rows(department: str, classes: Sequence[ClassObserved], smallest: int) -> Iterator[Adoption]:
    kinds = sorted({offered.kind for one in classes for offered in one.offered})
    for kind in kinds:
        offering = [one for one in classes if any(each.kind is kind for each in one.offered)]
        can_tell = kind is not ResourceKind.MODULE and all(
            one.opened is not None and len(one.students) >= smallest for one in offering
        )
        opened = sum(_opened_by_most(one, kind) for one in offering) if can_tell else None
        yield Adoption(
            department=department, kind=kind, classes=len(classes), offering=len(offering), opened_by_most=opened
        )


def _opened_by_most(one: ClassObserved, kind: ResourceKind) -> bool:
    opened = one.opened or {}
    people = {
        person
        for each in one.offered
        if each.kind is kind
        for person, views in opened.get(each.id, {}).items()
        if views
    }
    return len(people & one.students) > _MOST * len(one.students)
