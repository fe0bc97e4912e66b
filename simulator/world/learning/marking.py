"""What becomes of one student's work: handed in on time, late or never, and marked as its teacher marks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import exp
from random import Random

from simulator.canvas.coursework import SECOND, TEACHER, Mark, Work
from simulator.world.learning.course_plan import DISCUSSION, QUIZ, SURVEY, Column, Outline
from simulator.world.learning.learner import Learner
from simulator.world.learning.twists import CourseTwist, Twist

MEAN, BY_ABILITY, BY_EFFORT, NOISE = 76.0, 8.5, 4.5, 6.0
BY_RESOURCE = 12.0
PASSING = 60.0
EXCUSED, REGRADED, WORTHLESS = 0.1, 0.02, 0.003
"""Of work that was not handed in, of marks, and of work that was handed in."""
TOP = 100.0


class Marking:
    """One student's work in one course; draws are the same in number whatever they lead to."""

    def __init__(self, outline: Outline, learner: Learner, rng: Random, course: CourseTwist, twist: Twist) -> None:
        self._outline = outline
        self._learner = learner
        self._rng = rng
        self._course = course
        self._twist = twist

    def works(self) -> Iterator[tuple[int, Work]]:
        """Work by assignment id, for every column in which something happens."""
        for column in self._outline.columns:
            draws = _Draws(self._rng)
            if column.kind != SURVEY:
                yield column.assignment.id, self._work(column, draws)

    def _work(self, column: Column, draws: _Draws) -> Work:
        handed_in = self._handed_in(column, draws)
        if draws.excused < EXCUSED and handed_in is None and not self._twist.absent:
            at = column.assignment.due_at + timedelta(hours=20)
            return Work(marks=(Mark(at, None, TEACHER, excused=True),), posted_at=at)
        if handed_in is None:
            return self._missing(column)
        return self._marked(column, handed_in, draws)

    def _handed_in(self, column: Column, draws: _Draws) -> datetime | None:
        """When it is handed in, None for never."""
        effort, due_at = self._learner.effort, column.assignment.due_at
        early = timedelta(hours=min(9 * 24.0, draws.delay * 22), minutes=3)
        late = timedelta(hours=min(6 * 24.0, draws.delay * 20), minutes=1)
        at = due_at + late if draws.late < _chance(-2.3 - 0.8 * effort) else due_at - early
        at = max(at, self._outline.start + timedelta(hours=9 + draws.delay))
        stops_at = self._twist.stops_at
        if self._twist.absent or (stops_at is not None and at >= stops_at):
            return None
        if draws.misses < _chance(-2.8 - 1.1 * effort) and not self._twist.brilliant:
            return None
        return at.replace(second=int(draws.delay * 1000) % 60)

    def _missing(self, column: Column) -> Work:
        """Nothing was handed in: a zero where that is the teacher's way, once the marking is done."""
        if not self._outline.style.zeroes or column.kind == QUIZ or column.marked_at is None:
            return Work()
        return Work(marks=(Mark(column.marked_at, 0.0),), posted_at=column.shown_at or column.marked_at)

    def _marked(self, column: Column, handed_in: datetime, draws: _Draws) -> Work:
        assignment = column.assignment
        true = self._true_score(column, draws)
        deducted = None
        if handed_in > assignment.due_at and self._outline.style.penalty and column.kind != QUIZ:
            deducted = float(round(assignment.points_possible * self._outline.style.penalty))
            true = max(0.0, true - deducted)
        score = self._entered(column, true)
        grader, at = TEACHER, column.marked_at
        if at is None:
            grader, at = -(assignment.quiz_id or 1), handed_in
        elif at < handed_in:
            at = handed_in + timedelta(days=2)
        marks = [Mark(at, score, grader)]
        planted = column.number in self._twist.entered or column.number in self._course.mode_changed
        if draws.regrade < REGRADED and grader == TEACHER and not planted:
            marks.append(Mark(at + timedelta(hours=5), min(assignment.points_possible, score + 2.0)))
        if column.number in self._twist.changed:
            changed_at, changed = self._twist.changed[column.number]
            marks.append(Mark(changed_at, changed, SECOND))
        posted_at = max(at, column.shown_at) if column.shown_at is not None else at
        return Work(handed_in, tuple(marks), posted_at, deducted, column.essay)

    def _true_score(self, column: Column, draws: _Draws) -> float:
        """What the work is worth, in whole points."""
        learner, points = self._learner, column.assignment.points_possible
        percent = MEAN + BY_ABILITY * learner.ability + BY_EFFORT * learner.effort + NOISE * draws.noise
        percent -= self._outline.style.hardness + column.hardness
        if self._course.resources and learner.first_coin < 0.5:  # noqa: PLR2004
            percent += BY_RESOURCE
        if draws.zero < WORTHLESS:
            percent = 0.0
        percent = max(0.0, min(TOP, percent))
        if self._twist.brilliant:
            percent = 93.0 + percent * 0.06
        if column.kind == DISCUSSION and column.assignment.grading_type == "pass_fail":
            return points if percent >= PASSING - 20 else 0.0
        return float(round(percent * points / TOP))

    def _entered(self, column: Column, true: float) -> float:
        """What was entered instead, where something was planted."""
        if column.number in self._course.mode_changed:
            share = true / column.assignment.points_possible * TOP
            return TOP if share >= PASSING else 1.0 if int(true) % 2 else 0.0
        return self._twist.entered.get(column.number, true)


class _Draws:
    """The chances of one piece of work, drawn at once so that none shifts the next one's."""

    def __init__(self, rng: Random) -> None:
        self.misses, self.late, self.excused = rng.random(), rng.random(), rng.random()
        self.delay, self.noise = rng.expovariate(1.0), rng.gauss(0, 1)
        self.zero, self.regrade = rng.random(), rng.random()


def _chance(odds: float) -> float:
    return 1 / (1 + exp(-odds))
