"""Everything about a section's marks that a person should look at before they reach the record (S86 to S88).

Holds keep a grade back until they are answered; questions are asked before the instructor attests and are counted
apart, since most such cases are simply so. What numbers cannot show is said in docs/grades.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

import numpy as np

from agents.grades.anomalies.activity import ACTIVE_BUT_FAILING, Mismatch, activity_mismatches
from agents.grades.anomalies.holds import HELD_SHARE, hold_suspects, suspects_within
from agents.grades.anomalies.late_changes import is_entitled, late_changes
from agents.grades.anomalies.marks import Integers, Marks
from agents.grades.anomalies.model import MarkModel
from agents.grades.anomalies.suspicion import suspect
from agents.grades.column_doubts import FEWEST_MARKS, changed_modes, look_at_columns, moved_columns
from agents.grades.gradebook import Gradebook, gradebook_of
from agents.grades.reading import GradeReading
from domain.grade_holds import GradeHold, HoldKind, hold_id, hold_late_change, hold_mark
from domain.grades import GradingPractice, MarkChange
from domain.ids import AssignmentId
from domain.rules.grades.scores import choose_grade
from store.grading import ColumnLook

FEWEST_HELD = 2
"""Marks that may be held in a section too small for a share of its marks to come to more."""
LEAST_CHANCE = 0.15
"""Below this chance a mark of one section is not held: its columns are short, and say less than a whole course's."""


class Doubts(NamedTuple):
    """What was found: holds, questions, and how each column is marked now."""

    holds: tuple[GradeHold, ...] = ()
    questions: tuple[GradeHold, ...] = ()
    looks: tuple[ColumnLook, ...] = ()


def find_doubts(
    reading: GradeReading,
    model: MarkModel,
    practice: GradingPractice,
    earlier: Mapping[AssignmentId, ColumnLook],
    closes_at: datetime | None,
) -> Doubts:
    """Look at a section's marks; ``earlier`` is how its columns were marked at the last look that was in order."""
    whole = gradebook_of(reading)
    looks = look_at_columns(whole, reading)
    changed = tuple(changed_modes(reading, whole, looks, earlier))
    quarantined = frozenset(assignment for assignment, _ in changed)
    looked_at = gradebook_of(reading, quarantined) if quarantined else whole
    holds = (
        *(hold for _, hold in changed),
        *_suspects(reading, looked_at, model),
        *moved_columns(reading, looked_at, model),
        *_late(reading, practice, closes_at),
    )
    ids = dict(changed)
    marked = tuple(
        look._replace(quarantined=ids[look.assignment].id if look.assignment in ids else "") for look in looks
    )
    return Doubts(_distinct(holds), tuple(_questions(reading, practice)), marked)


def settle_looks(
    looks: Sequence[ColumnLook], earlier: Mapping[AssignmentId, ColumnLook], released: frozenset[str]
) -> tuple[ColumnLook, ...]:
    """Return the looks to keep: a quarantined column keeps its earlier look until its hold is released."""
    return tuple(
        (earlier.get(look.assignment) or look)._replace(quarantined=look.quarantined)
        if look.quarantined and look.quarantined not in released
        else look._replace(quarantined="")
        for look in looks
    )


def _suspects(reading: GradeReading, book: Gradebook, model: MarkModel) -> Iterator[GradeHold]:
    """Yield the marks that are likelier a slip than right, in columns with enough marks to tell."""
    marks, _ = _enough_to_tell(book.marks)
    if not len(marks.score):
        return
    share = _budget(marks)
    for found in hold_suspects(marks, model, book.people, book.titles, share=share, least_chance=LEAST_CHANCE):
        yield hold_mark(reading.key, found)


def suspect_rows(marks: Marks, model: MarkModel) -> Integers:
    """Return the positions of the marks of one section that would be held, for measuring."""
    told, rows = _enough_to_tell(marks)
    if not len(rows):
        return rows
    return rows[suspects_within(suspect(told, model), _budget(told), LEAST_CHANCE)]


def _enough_to_tell(marks: Marks) -> tuple[Marks, Integers]:
    """Return the marks in columns that have enough of them, and where they stand among all."""
    counts = np.bincount(marks.column, minlength=len(marks.columns))
    rows = np.flatnonzero(counts[marks.column] >= FEWEST_MARKS)
    parts = {name: getattr(marks, name)[rows] for name in ("student", "column", "score", "lead")}
    return marks._replace(**parts), rows


def _budget(marks: Marks) -> float:
    return max(HELD_SHARE, FEWEST_HELD / len(marks.score))


def _late(reading: GradeReading, practice: GradingPractice, closes_at: datetime | None) -> Iterator[GradeHold]:
    """Yield posted marks that changed without an entitled author or a reason, each student and column once.

    A grader who puts a mark right soon after posting needs no reason.
    """
    if reading.section is None or closes_at is None:
        return
    graders, soon = reading.section.graders, timedelta(hours=practice.regrade_hours)
    for late in late_changes(_joined(reading.changes), closes_at=closes_at, graders=graders):
        change = late.change
        put_right = change.posted_at is not None and change.changed_at - change.posted_at <= soon
        if not is_entitled(change, graders) or not put_right:
            yield hold_late_change(reading.key, late)


def _joined(changes: Sequence[MarkChange]) -> tuple[MarkChange, ...]:
    """Return one change for each student and column: from the first mark to the last, by whoever changed it last."""
    ordered = sorted(changes, key=lambda one: (one.person, one.column, one.changed_at))
    joined = []
    for _, group in groupby(ordered, key=lambda one: (one.person, one.column)):
        after_posting = [one for one in group if one.posted_at is not None and one.changed_at > one.posted_at]
        if after_posting:
            joined.append(after_posting[-1].model_copy(update={"before": after_posting[0].before}))
    return tuple(joined)


def _questions(reading: GradeReading, practice: GradingPractice) -> Iterator[GradeHold]:
    """Yield whose activity and course grade disagree; unknown activity asks nothing (S87, R122)."""
    rows = [row for row in reading.rows if row.section == reading.key]
    if reading.activity is None:
        return
    chosen = [choose_grade(row, practice).score for row in rows]
    scores = np.array([float("nan") if score is None else float(score) for score in chosen])
    views = np.array([float(reading.activity.get(row.person, 0)) for row in rows])
    limits = {"failing_below": float(practice.asked_below), "high_from": float(practice.asked_from)}
    for found in activity_mismatches(scores, views, **limits):
        yield _question(reading, rows[found.row].person, found, chosen[found.row])


def _question(reading: GradeReading, person: str, found: Mismatch, score: Decimal | None) -> GradeHold:
    active = found.kind == ACTIVE_BUT_FAILING
    share = found.less_active if active else 1 - found.less_active
    how = f"more active than {share:.0%} of the class" if active else f"less active than {share:.0%} of the class"
    return GradeHold.model_validate(
        {
            "id": hold_id(reading.key, "activity", person, found.kind, score),
            "section": reading.key,
            "kind": HoldKind.ACTIVITY_MISMATCH,
            "reason": f"The student is {how}, and the course grade is {score} percent. Is that so?",
            "person": person,
            "seen": f"{score} percent",
            "expected": "a passing grade" if active else "a grade that fits the activity",
            "cause": "much activity, failing grade" if active else "little activity, high grade",
        }
    )


def _distinct(holds: Sequence[GradeHold]) -> tuple[GradeHold, ...]:
    return tuple({hold.id: hold for hold in holds}.values())
