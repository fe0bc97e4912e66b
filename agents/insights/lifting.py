"""Which resources go with higher grades: all that are opened by choice, each counted as a comparison (S108)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from agents.insights.findings import Adjusted, Lift
from agents.insights.observed import ClassObserved, Offered
from domain.ids import RecordHandle
from domain.learning import ResourceKind

MOST_FALSE = 0.10
"""Share of false findings that is put up with."""
FEWEST_OTHERS = 0.8
"""Share of a class whose standing elsewhere must be known before it is taken out."""
_NOT_OPENED_BY_CHOICE = frozenset({ResourceKind.MODULE, ResourceKind.GROUP, ResourceKind.ASSIGNMENT})
_STEP = "Look at what {title} does that the rest of {course} does not; try it with everybody in one class, and compare."
Standing = Mapping[tuple[str, RecordHandle], float]


class Lifts(NamedTuple):
    """All comparisons made, and how many could not be for want of students on either side (R29)."""

    lifts: tuple[Lift, ...]
    too_small: int


def find_lifts(classes: Sequence[ClassObserved], smallest: int) -> Lifts:
    """Compare every resource of every class, then say which stand after all comparisons are counted."""
    from agents.insights.comparing import share_of_false

    elsewhere = _standing_elsewhere(classes)
    made, too_small = list[Lift](), 0
    for one in classes:
        for offered in one.offered:
            if not _is_chosen(offered) or one.opened is None or one.views is None:
                continue
            lift = _compare(one, offered, elsewhere, smallest)
            too_small += lift is None
            made += [lift] if lift else []
    shares = share_of_false([lift.p for lift in made])
    return Lifts(tuple(_settled(lift, q) for lift, q in zip(made, shares, strict=True)), too_small)


def _is_chosen(offered: Offered) -> bool:
    """Tell whether students open it by choice; work that counts is a part of the grade it would be held against."""
    return offered.kind not in _NOT_OPENED_BY_CHOICE and not offered.counts


def _compare(one: ClassObserved, offered: Offered, elsewhere: Standing, smallest: int) -> Lift | None:
    """Return the comparison; None where either side is smaller than the smallest cell."""
    import numpy as np

    from agents.insights.comparing import compare

    assert one.opened is not None
    assert one.views is not None
    used = one.opened.get(offered.id, {})
    people = sorted(one.students & one.scores.keys())
    opened = np.array([float(used.get(person, 0) > 0) for person in people])
    if min(opened.sum(), len(people) - opened.sum()) < smallest:
        return None
    rest = np.log1p([max(0, one.views.get(person, 0) - used.get(person, 0)) for person in people])
    standing = [elsewhere.get((str(one.section), person)) for person in people]
    known = [value for value in standing if value is not None]
    columns = [rest]
    if len(known) >= FEWEST_OTHERS * len(people):
        middle = float(np.mean(known))
        columns.append(np.array([middle if value is None else value for value in standing]))
    scores = np.array([one.scores[person] for person in people])
    found = compare(scores, opened, np.column_stack(columns))
    return Lift(
        section=one.section,
        course=one.course,
        resource=offered.id,
        title=offered.title,
        kind=offered.kind,
        n=len(people),
        points=round(found.points, 2),
        low=round(found.low, 2),
        high=round(found.high, 2),
        p=found.p,
        q=1.0,
        adjusted=Adjusted.CLICKS_AND_STANDING if len(columns) > 1 else Adjusted.CLICKS,
    )


def _settled(lift: Lift, q: float) -> Lift:
    stands = q <= MOST_FALSE and lift.low > 0
    step = _STEP.format(title=lift.title, course=lift.course) if stands else ""
    return lift.model_copy(update={"q": q, "stands": stands, "next_step": step})


def _standing_elsewhere(classes: Sequence[ClassObserved]) -> Standing:
    """Return how far each student stands above their other classes' means, by class left out and student."""
    above: dict[RecordHandle, list[tuple[str, float]]] = defaultdict(list)
    for one in classes:
        for person, value in _above_mean(one):
            above[person].append((str(one.section), value))
    return {
        (section, person): sum(value for other, value in values if other != section) / (len(values) - 1)
        for person, values in above.items()
        if len(values) > 1
        for section, _ in values
    }


def _above_mean(one: ClassObserved) -> Iterator[tuple[RecordHandle, float]]:
    if one.scores:
        mean = sum(one.scores.values()) / len(one.scores)
        yield from ((person, score - mean) for person, score in one.scores.items())
