"""What was read of one class: course grades, what is offered, who opened what, how much was clicked (S103, S104)."""

from collections.abc import Mapping
from typing import NamedTuple

from domain.ids import RecordHandle, ResourceId, SectionKey
from domain.learning import ResourceKind


class Offered(NamedTuple):
    """One published thing that students may open of their own accord; work that counts is left out of comparisons."""

    id: ResourceId
    title: str
    kind: ResourceKind
    counts: bool = False


class ClassObserved(NamedTuple):
    """One class; students are those registered for credit.

    ``scores`` are course grades in percent of those who have one; ``opened`` views by resource and student, None where
    it was not read whole; ``views`` all clicks by student, None likewise. ``weeks`` is how long the class has run.
    """

    section: SectionKey
    course: str
    department: str
    students: frozenset[RecordHandle]
    weeks: float
    offered: tuple[Offered, ...]
    scores: Mapping[RecordHandle, float]
    opened: Mapping[ResourceId, Mapping[RecordHandle, int]] | None
    views: Mapping[RecordHandle, int] | None
