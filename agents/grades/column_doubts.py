"""Columns about which somebody should be asked: marked in another way than before, slid by a row, pasted twice.

A doubt about a column is about everybody in it, so it keeps the section back until it is answered.
"""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

import numpy as np

from agents.grades.anomalies.column_checks import equal_columns, extreme_share, mode_changed
from agents.grades.anomalies.model import MarkModel
from agents.grades.anomalies.shifts import scan_shifts
from agents.grades.gradebook import Gradebook
from agents.grades.reading import GradeReading
from domain.grade_holds import GradeHold, HoldKind, hold_id
from domain.ids import AssignmentId
from store.grading import ColumnLook

FEWEST_MARKS = 8
"""A column of fewer marks does not show how it is marked."""
FEWEST_BESIDE = 2
"""Columns of the same kind from which it shows how such columns are marked here."""
SHUFFLES, ALARM = 999, 0.01
"""Rosters in random order that a column is compared with, and the share of untouched sections that may be held."""


def moved_columns(reading: GradeReading, book: Gradebook, model: MarkModel) -> Iterator[GradeHold]:
    """Yield columns that slid by a row, and pairs that hold the same marks; the alarm is shared by all columns."""
    alarm = ALARM / max(len(book.columns), 1)
    for stretch in scan_shifts(book.marks, model, shuffles=SHUFFLES, give_up_above=alarm):
        if stretch.surprise <= alarm:
            title, rows = book.titles[stretch.column], f"rows {stretch.first + 1} to {stretch.last + 1}"
            points = book.marks.score[book.marks.rows_of(stretch.column)]
            yield GradeHold(
                id=hold_id(reading.key, "shift", book.columns[stretch.column].id, points.tolist()),
                section=reading.key,
                kind=HoldKind.SHIFTED_ROWS,
                reason=f"{title}: the marks of {rows} of the roster fit the students one row away better.",
                column=title,
                seen=rows,
                expected="each mark in its own student's row",
                cause="a column pasted one row off",
            )
    for first, second in equal_columns(book.marks):
        yield GradeHold(
            id=hold_id(reading.key, "equal", book.columns[first].id, book.columns[second].id),
            section=reading.key,
            kind=HoldKind.EQUAL_COLUMNS,
            reason=f"{book.titles[first]} and {book.titles[second]} hold the same marks for the same students.",
            column=book.titles[second],
            seen=f"the marks of {book.titles[first]}",
            expected="marks of its own",
            cause="a column pasted twice",
        )


def look_at_columns(book: Gradebook, reading: GradeReading) -> tuple[ColumnLook, ...]:
    """Return how each column is marked now; those without points have no share of extremes."""
    place = {column.id: number for number, column in enumerate(book.columns)}
    looks = []
    for one in reading.assignments:
        number = place.get(one.id)
        scores = book.marks.score[book.marks.rows_of(number)] if number is not None else np.zeros(0)
        possible = book.marks.columns[number].possible if number is not None else 0
        looks.append(ColumnLook(one.id, one.grading, one.points, extreme_share(scores, possible), len(scores)))
    return tuple(looks)


def changed_modes(
    reading: GradeReading, book: Gradebook, looks: Sequence[ColumnLook], earlier: Mapping[AssignmentId, ColumnLook]
) -> Iterator[tuple[AssignmentId, GradeHold]]:
    """Yield the columns that are marked in another way than at the last look that was in order.

    A column that was never looked at is compared with those beside it of the same kind.
    """
    names = {one.id: one.name for one in reading.assignments}
    place = {column.id: number for number, column in enumerate(book.columns)}
    for look in looks:
        before, number = earlier.get(look.assignment), place.get(look.assignment)
        reworded = before is not None and bool(before.marks) and _reworded(before, look)
        usual = before.extreme_share if before and before.marks else _usual_beside(book, looks, number)
        if reworded or _is_ticked_off(book, number, usual):
            seen = look.grading if reworded else f"{look.extreme_share:.0%} of marks 0, 1 or full"
            expected = before.grading if before and reworded else f"about {usual or 0:.0%}"
            about = (seen, expected) if reworded else ("extremes",)
            yield look.assignment, _hold_mode(reading, look, names[look.assignment], (seen, expected), about)


def _reworded(before: ColumnLook, now: ColumnLook) -> bool:
    """Tell whether the LMS has another word for the marking than at the last look."""
    return bool(before.grading and now.grading) and before.grading != now.grading


def _is_ticked_off(book: Gradebook, number: int | None, usual: float | None) -> bool:
    """Tell whether a column holds little but 0, 1 and full, where that is not usual."""
    if number is None:
        return False
    scores = book.marks.score[book.marks.rows_of(number)]
    return mode_changed(scores, book.marks.columns[number].possible, usual, FEWEST_MARKS)


def _usual_beside(book: Gradebook, looks: Sequence[ColumnLook], number: int | None) -> float | None:
    """Return the middle share of extremes in the columns of the same kind, else in all; None where too few tell."""
    if number is None:
        return None
    own = book.columns[number].id
    shown = {one.assignment: one.extreme_share for one in looks if one.marks >= FEWEST_MARKS and one.assignment != own}
    kinds = {one.id: described.kind for one, described in zip(book.columns, book.marks.columns, strict=True)}
    others = [(kinds[assignment], share) for assignment, share in shown.items() if assignment in kinds]
    alike = [share for kind, share in others if kind == kinds[own]]
    shares = alike if len(alike) >= FEWEST_BESIDE else [share for _, share in others]
    return median(shares) if len(shares) >= FEWEST_BESIDE else None


def _hold_mode(
    reading: GradeReading, look: ColumnLook, name: str, said: tuple[str, str], about: tuple[str, ...]
) -> GradeHold:
    seen, expected = said
    return GradeHold(
        id=hold_id(reading.key, "mode", look.assignment, *about),
        section=reading.key,
        kind=HoldKind.MODE_CHANGED,
        reason=f"{name}: the way of marking changed; {seen}, where {expected} was expected.",
        column=name,
        seen=seen,
        expected=expected,
        cause="a changed way of marking",
    )
