"""What a course gives its students to learn from: modules of readings, recordings, quizzes and its assignments."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from random import Random
from typing import NamedTuple

from simulator.canvas.coursework import Item, Module, Quiz, Reading, StudyGroup, Topic
from simulator.world.chance import happens
from simulator.world.learning.course_plan import (
    DISCUSSION,
    FIRST_GROUP,
    FIRST_ITEM,
    FIRST_MODULE,
    FIRST_QUIZ,
    FIRST_READING,
    FIRST_TOPIC,
    PER_COURSE,
    QUIZ,
    Column,
    Outline,
)

PLAIN_MODULES, RICH_MODULES = (4, 6), (10, 12)
GROUP_NAMES = ("Study group A", "Study group B", "Study group C")
HELPFUL, NEUTRAL = "Worked practice quiz", "Background reading"
"""The titles of the pair that is planted: one goes with higher marks, the other does not."""


class Materials(NamedTuple):
    """All of a course's materials; `helpful` and `neutral` are the planted pair, where there is one."""

    modules: tuple[Module, ...]
    quizzes: tuple[Quiz, ...]
    topics: tuple[Topic, ...]
    readings: tuple[Reading, ...]
    study_groups: tuple[StudyGroup, ...]
    helpful: Item | None
    neutral: Item | None


def gather_materials(seed: int, course: str, outline: Outline, course_id: int, *, rich: bool, pair: bool) -> Materials:
    """The materials of a course; a rich one has twice the modules, `pair` adds the two planted resources."""
    return _Gatherer(Random(f"materials {seed} {course}"), outline, course_id, pair=pair).gather(rich=rich)


class _Gatherer:
    """Fills the modules of one course in order."""

    def __init__(self, rng: Random, outline: Outline, course_id: int, *, pair: bool) -> None:
        self._rng = rng
        self._outline = outline
        self._base = course_id * PER_COURSE
        self._pair = pair
        self._items = count(self._base + FIRST_ITEM)
        self._quizzes = [_quiz_of(column) for column in outline.columns if column.kind == QUIZ]
        self._practice = count(self._base + FIRST_QUIZ + 20)
        self._readings: list[Reading] = []
        self._planted: dict[str, Item] = {}

    def gather(self, *, rich: bool) -> Materials:
        wanted = self._rng.randint(*(RICH_MODULES if rich else PLAIN_MODULES))
        modules = tuple(self._module(number, wanted) for number in range(wanted))
        return Materials(
            modules,
            tuple(self._quizzes),
            tuple(self._topics()),
            tuple(self._readings),
            tuple(self._study_groups()),
            self._planted.get(HELPFUL),
            self._planted.get(NEUTRAL),
        )

    def _module(self, number: int, modules: int) -> Module:
        title = f"Unit {number + 1}"
        items = [self._reading(f"{title}: lecture notes"), self._recording(f"{title}: recording")]
        if happens(self._rng, 0.5):
            items.append(self._practice_quiz(f"{title}: practice quiz"))
        if happens(self._rng, 0.6):
            items.append(self._reading(f"{title}: further reading"))
        if number == 0 and self._pair:
            self._planted = {HELPFUL: self._practice_quiz(HELPFUL), NEUTRAL: self._reading(NEUTRAL)}
            items += self._planted.values()
        columns = self._outline.columns
        due = columns[number * len(columns) // modules : (number + 1) * len(columns) // modules]
        items += [self._work_item(column) for column in due]
        return Module(self._base + FIRST_MODULE + number, title, tuple(items))

    def _item(self, title: str, kind: str, content: int | str) -> Item:
        return Item(next(self._items), title, kind, content)

    def _reading(self, title: str) -> Item:
        number = len(self._readings)
        slug = "".join(each if each.isalnum() else "-" for each in title.lower()).replace("--", "-")
        subject = self._outline.section.course.title
        body = f"<p>{title} for {subject}.</p>"
        self._readings.append(Reading(self._base + FIRST_READING + number, slug, title, body))
        return self._item(title, "Page", slug)

    def _recording(self, title: str) -> Item:
        number = len(self._readings)
        return self._item(title, "ExternalUrl", f"https://media.northfield.example/{self._base + number}")

    def _practice_quiz(self, title: str) -> Item:
        quiz = Quiz(next(self._practice), title, "practice_quiz", 10.0, 10, None, None)
        self._quizzes.append(quiz)
        return self._item(title, "Quiz", quiz.id)

    def _work_item(self, column: Column) -> Item:
        assignment = column.assignment
        if assignment.quiz_id is not None:
            return self._item(assignment.name, "Quiz", assignment.quiz_id)
        if assignment.topic_id is not None:
            return self._item(assignment.name, "Discussion", assignment.topic_id)
        return self._item(assignment.name, "Assignment", assignment.id)

    def _topics(self) -> Iterator[Topic]:
        start, base = self._outline.start, self._base + FIRST_TOPIC
        for column in self._outline.columns:
            if column.kind == DISCUSSION:
                message = "<p>Say what convinced you and what did not.</p>"
                yield Topic(base, column.assignment.name, message, column.assignment.unlock_at, column.assignment.id)
        yield Topic(base + 1, "Questions about the course", "<p>Ask here what others may ask too.</p>", start, None)

    def _study_groups(self) -> Iterator[StudyGroup]:
        wanted = self._rng.choice((0, 2, 3))
        for number in range(wanted):
            lower, upper = number * 0.6 / wanted, (number + 1) * 0.6 / wanted
            yield StudyGroup(self._base + FIRST_GROUP + number, GROUP_NAMES[number], lower, upper)


def _quiz_of(column: Column) -> Quiz:
    assignment = column.assignment
    return Quiz(
        assignment.quiz_id or 0,
        assignment.name,
        "assignment",
        assignment.points_possible,
        int(assignment.points_possible // 2),
        assignment.due_at,
        assignment.id,
    )
