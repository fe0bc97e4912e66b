"""Where little is used of much: a class with enough resources that its students hardly open (S109).

Each class is held against the others of the question, so there must be some: a class alone is never quiet.
"""

from collections.abc import Sequence
from statistics import median

from agents.insights.findings import SEED, Engagement
from agents.insights.observed import ClassObserved
from domain.learning import ResourceKind

FEWEST_CLASSES = 5
"""Other classes that a class is held against."""
LITTLE = 0.5
"""A class is quiet where even the upper end of its interval is below this share of the others' middle."""
_RESAMPLES = 2_000
_STEP = (
    "Ask the instructor of {course} how students are led to its {resources} resources; look at whether they are linked "
    "from the work that counts."
)


def find_quiet_classes(classes: Sequence[ClassObserved], smallest: int) -> tuple[Engagement, ...]:
    """Return the use of each class that is large enough, and which of them are quiet."""
    rows = [_engagement(one) for one in classes if _can_tell(one, smallest)]
    return tuple(_settled(row, [other for other in rows if other is not row]) for row in rows)


def _can_tell(one: ClassObserved, smallest: int) -> bool:
    """Tell whether a class is large and old enough; one that nobody ever opened does not use the LMS (R117)."""
    return bool(one.views) and len(one.students) >= smallest and one.weeks >= 1


def _engagement(one: ClassObserved) -> Engagement:
    """Return views per student and week, as a mean with its bootstrap interval; who opened nothing counts as zero."""
    import numpy as np

    assert one.views is not None
    views = np.array([one.views.get(person, 0) / one.weeks for person in sorted(one.students)])
    drawn = np.random.default_rng(SEED).choice(views, (_RESAMPLES, len(views))).mean(axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Engagement(
        section=one.section,
        course=one.course,
        n=len(views),
        resources=sum(each.kind is not ResourceKind.MODULE for each in one.offered),
        views_a_week=round(float(views.mean()), 2),
        low=round(float(low), 2),
        high=round(float(high), 2),
    )


def _settled(row: Engagement, others: Sequence[Engagement]) -> Engagement:
    if len(others) < FEWEST_CLASSES:
        return row
    usual, offered = median(other.views_a_week for other in others), median(other.resources for other in others)
    quiet = row.resources >= offered and row.high < LITTLE * usual
    step = _STEP.format(course=f"{row.course} ({row.section})", resources=row.resources) if quiet else ""
    return row.model_copy(update={"quiet": quiet, "next_step": step})
