"""Suspect marks as holds that a grader can answer: released, corrected or confirmed (S86, S88)."""

from collections.abc import Sequence
from decimal import Decimal

from agents.grades.anomalies.column_checks import column_middle
from agents.grades.anomalies.marks import Integers, Marks
from agents.grades.anomalies.model import MarkModel
from agents.grades.anomalies.suspicion import Suspicion, suspect
from domain.grades import MarkHold
from domain.ids import RecordHandle

HELD_SHARE = 0.01
"""Share of marks held; more than that wears out whoever looks (docs/grades.md has precision at both budgets)."""
LEAST_CHANCE = 0.2
"""Below this chance a mark is not held even when the budget has room: a clean gradebook raises few holds."""


def hold_suspects(
    marks: Marks,
    model: MarkModel,
    people: Sequence[RecordHandle],
    titles: Sequence[str],
    *,
    share: float = HELD_SHARE,
    least_chance: float = LEAST_CHANCE,
) -> tuple[MarkHold, ...]:
    """Return the most suspect marks, worst first: ``people`` by student number, ``titles`` by column number."""
    found = suspect(marks, model)
    rows = suspects_within(found, share, least_chance)
    middles = {column: column_middle(marks.score[marks.rows_of(column)]) for column in set(marks.column.tolist())}
    return tuple(
        MarkHold(
            person=people[int(marks.student[row])],
            column=titles[int(marks.column[row])],
            seen=Decimal(f"{marks.score[row]:g}"),
            expected=int(found.expected[row]),
            likelier=int(found.likelier[row]),
            cause=found.cause(row).value,
            chance=Decimal(f"{found.chance[row]:.3f}"),
            spreads=Decimal(f"{middles[int(marks.column[row])].distance(marks.score[row]):.1f}"),
        )
        for row in rows.tolist()
    )


def suspects_within(found: Suspicion, share: float, least_chance: float) -> Integers:
    """Return the positions of the most suspect marks, worst first: within the budget, and suspect enough."""
    top = found.top(share)
    return top[found.chance[top] >= least_chance]
