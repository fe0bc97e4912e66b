"""What the insights came to, by number; nobody is named, by handle either (S106 to S110, R29)."""

from enum import StrEnum

from pydantic import Field

from domain.ids import ResourceId, SectionKey, TermCode
from domain.learning import ResourceKind
from domain.records import Record

CONFOUNDERS = (
    "Compared are students who chose to open something with students who did not. Total clicks in the class, and the "
    "student's standing in other classes of the question where there are any, are taken out; motivation, prior "
    "knowledge and time at hand are not. It goes with higher grades; that it causes them is not shown."
)

SEED = 20_260
"""The seed of every resampling; it is a part of the method, so that the same data give the same numbers."""


class Adjusted(StrEnum):
    """What was taken out before the comparison."""

    CLICKS = "clicks"
    CLICKS_AND_STANDING = "clicks and standing in other classes"


class Lift(Record):
    """One resource of one class: how many points those who opened it stand above those who did not.

    ``n`` are all students compared; each side has at least the smallest cell, and their sizes are not told, as many
    such splits of one class together would be about few people (R29). ``low`` to ``high`` is the 95 percent interval
    by bootstrap; ``p`` by permutation; ``q`` the share of false findings expected among all that look at least so
    clear, over ``Insights.compared`` comparisons.
    """

    section: SectionKey
    course: str
    resource: ResourceId
    title: str
    kind: ResourceKind
    n: int
    points: float
    low: float
    high: float
    p: float
    q: float
    adjusted: Adjusted
    stands: bool = False
    next_step: str = ""


class Engagement(Record):
    """How much one class is used beside what it offers; ``quiet`` is little use of much."""

    section: SectionKey
    course: str
    n: int
    resources: int
    views_a_week: float
    low: float
    high: float
    quiet: bool = False
    next_step: str = ""


class Adoption(Record):
    """How many classes of a department offer something of a kind, and how many of them have it opened by most."""

    department: str
    kind: ResourceKind
    classes: int
    offering: int
    opened_by_most: int | None


class Numbers(Record):
    """A table that went through the door to numbers; None stands for hidden (R29)."""

    title: str
    rows: dict[str, int | None] = Field(default_factory=dict)
    hidden_because: str = ""


class Insights(Record):
    """One answer, with what it rests on and what it leaves out."""

    asked: str
    term: TermCode
    classes: int
    smallest: int
    smallest_chart: int = 150
    compared: int = 0
    too_small: int = 0
    lifts: tuple[Lift, ...] = ()
    engagement: tuple[Engagement, ...] = ()
    adoption: tuple[Adoption, ...] = ()
    numbers: tuple[Numbers, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def chart(self) -> Numbers | None:
        """The table whose distribution may be drawn; None where too few students are shown in it (R29)."""
        table = next(iter(self.numbers), None)
        shown = sum(value or 0 for value in table.rows.values()) if table else 0
        return table if shown >= max(self.smallest_chart, 1) else None

    @property
    def found(self) -> tuple[Lift, ...]:
        """The lifts that stand, clearest first."""
        return tuple(sorted((one for one in self.lifts if one.stands), key=lambda one: (one.p, -one.points)))

    @property
    def quiet(self) -> tuple[Engagement, ...]:
        """The classes that are little used beside much that they offer."""
        return tuple(one for one in self.engagement if one.quiet)
