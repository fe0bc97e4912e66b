"""What a course asks of its students: five to eight assignments over the term, and how its teacher goes about marking.

Everything is drawn from the seed and the course's own SIS id, so a course is the same whenever it is first looked
at. Numbers are the course's own; ids on the campus are made of them and of the course's number.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple

from simulator.banner.tables import Section
from simulator.canvas.coursework import Assignment, AssignmentGroup, GradingStandard
from simulator.world.calendar import Calendar, PartOfTerm
from simulator.world.chance import happens

PER_COURSE = 1_000
"""Ids of a course's parts lie between its number times this and the next course's."""
FIRST_ASSIGNMENT, FIRST_QUIZ, FIRST_TOPIC, FIRST_READING = 11, 101, 201, 301
FIRST_MODULE, FIRST_ITEM, FIRST_GROUP, OWN_STANDARD = 401, 501, 951, 999

ACCOUNT_STANDARD = GradingStandard(
    1,
    "Northfield letter grades",
    "Account",
    1,
    (
        *(("A", 0.94), ("A-", 0.90), ("B+", 0.87), ("B", 0.83), ("B-", 0.80)),
        *(("C+", 0.77), ("C", 0.70), ("D", 0.60), ("F", 0.0)),
    ),
)
OWN_SCHEME = (*(("A", 0.92), ("A-", 0.88), ("B+", 0.85), ("B", 0.80)), *(("C", 0.70), ("D", 0.55), ("F", 0.0)))

GROUPS = (
    AssignmentGroup(1, "Assignments", 1, 60.0),
    AssignmentGroup(2, "Quizzes", 2, 30.0),
    AssignmentGroup(3, "Participation", 3, 10.0),
)
HOMEWORK, QUIZ, DISCUSSION, SURVEY, PRACTICE = "homework", "quiz", "discussion", "survey", "practice"
TURNS = (HOMEWORK, QUIZ, SURVEY, HOMEWORK, DISCUSSION, PRACTICE, QUIZ, HOMEWORK)
FULL_MARKS = 100.0


class Style(NamedTuple):
    """How a course is run.

    `standard` is "account", "own" or "" for none. `lag` is days until work is marked. `zeroes`: what is missing is
    marked zero. `penalty` is the share taken off late work. `unmarked`: one column is left unmarked to the end.
    """

    standard: str
    weighted: bool
    lag: int
    zeroes: bool
    penalty: float
    overrides: bool
    unmarked: bool
    hardness: float


def draw_style(seed: int, course: str) -> Style:
    """The style of a course, by its SIS id."""
    rng = Random(f"style {seed} {course}")
    return Style(
        standard=rng.choices(("account", "own", ""), (85, 8, 7))[0],
        weighted=happens(rng, 0.5),
        lag=rng.randint(2, 8),
        zeroes=happens(rng, 0.4),
        penalty=0.1 if happens(rng, 0.3) else 0.0,
        overrides=happens(rng, 0.25),
        unmarked=happens(rng, 0.05),
        hardness=rng.gauss(0, 4),
    )


class Column(NamedTuple):
    """An assignment with what is known about it to its teacher only.

    `number` is the course's own, `kind` what it is, `hardness` how many points it costs everybody, `marked_at` when
    it is marked (None: when it is handed in), `shown_at` when marks are posted, None for as soon as they are given.
    """

    number: int
    kind: str
    assignment: Assignment
    hardness: float
    marked_at: datetime | None
    shown_at: datetime | None
    essay: bool


class Outline(NamedTuple):
    """A course as planned: its part of term, its style and its columns by due date."""

    section: Section
    part: PartOfTerm
    style: Style
    columns: tuple[Column, ...]
    start: datetime
    end: datetime


def part_of(calendar: Calendar, section: Section) -> PartOfTerm:
    """The part of term in which a section is taught."""
    return calendar.terms[section.key.term].part(section.part)


def draw_outline(calendar: Calendar, seed: int, course: str, section: Section, course_id: int) -> Outline:
    """Plan a course, by its SIS id and the section it is made for."""
    rng, part, style = Random(f"plan {seed} {course}"), part_of(calendar, section), draw_style(seed, course)
    kinds = _draw_kinds(rng)
    planner = _Planner(rng, calendar, part, style, course_id)
    columns = tuple(planner.column(number, kind, len(kinds)) for number, kind in enumerate(kinds))
    start, end = calendar.at(part.start_on, time(0)), calendar.at(part.end_on, time(23, 59))
    return Outline(section, part, style, columns, start, end)


def _draw_kinds(rng: Random) -> list[str]:
    """Five to eight kinds in the order in which they are due; a survey and a practice set are always among them."""
    left = {
        HOMEWORK: rng.randint(2, 3),
        QUIZ: rng.randint(1, 2),
        DISCUSSION: int(happens(rng, 0.6)),
        SURVEY: 1,
        PRACTICE: 1,
    }
    kinds: list[str] = []
    for kind in TURNS:
        if left[kind]:
            left[kind] -= 1
            kinds.append(kind)
    return kinds


class _Planner:
    """Draws the columns of one course."""

    def __init__(self, rng: Random, calendar: Calendar, part: PartOfTerm, style: Style, course_id: int) -> None:
        self._rng = rng
        self._calendar = calendar
        self._part = part
        self._style = style
        self._course_id = course_id
        self._base = course_id * PER_COURSE
        self._seen: dict[str, int] = {}

    def column(self, position: int, kind: str, columns: int) -> Column:
        """One column, due at its place in the term, the last minute of a day."""
        self._seen[kind] = self._seen.get(kind, 0) + 1
        days = (self._part.end_on - self._part.start_on).days
        due_on = self._part.start_on + timedelta(days=round((position + 0.5) / columns * (days - 6)))
        due_at = self._calendar.at(due_on, time(23, 59))
        essay, manual = kind == QUIZ and happens(self._rng, 0.15), kind == HOMEWORK and happens(self._rng, 0.25)
        marked_at = self._marked_at(kind, due_on, last=position == columns - 1, essay=essay)
        return Column(
            number=FIRST_ASSIGNMENT + position,
            kind=kind,
            assignment=self._assignment(position, kind, due_at, manual=manual),
            hardness=self._rng.gauss(0, 4),
            marked_at=marked_at,
            shown_at=self._shown_at(marked_at) if manual else None,
            essay=essay,
        )

    def _marked_at(self, kind: str, due_on: date, *, last: bool, essay: bool) -> datetime | None:
        """When the teacher sits down to mark; a quiz without an essay marks itself."""
        lag, minute = self._style.lag + self._rng.randint(0, 2), self._rng.randrange(60)
        if kind == QUIZ and not essay:
            return None
        if last and self._style.unmarked:
            return self._calendar.at(self._part.grades_due_on + timedelta(days=30), time(12))
        return self._calendar.at(due_on + timedelta(days=lag), time(self._rng.randint(9, 21), minute))

    def _shown_at(self, marked_at: datetime | None) -> datetime | None:
        """When hidden marks are posted: some days after marking, or only when the course is long over."""
        days, never = self._rng.randint(1, 9), happens(self._rng, 0.3)
        if marked_at is None:
            return None
        return marked_at + (timedelta(days=400) if never else timedelta(days=days))

    def _assignment(self, position: int, kind: str, due_at: datetime, *, manual: bool) -> Assignment:
        number, group, points, grading_type, submission_type, title = self._terms_of(kind)
        return Assignment(
            id=self._base + FIRST_ASSIGNMENT + position,
            course_id=self._course_id,
            group_id=self._base + group,
            position=position + 1,
            name=f"{title} {number}" if kind in (HOMEWORK, QUIZ) else title,
            created_at=self._calendar.at(self._part.start_on - timedelta(days=7), time(9)),
            unlock_at=due_at - timedelta(days=11),
            due_at=due_at,
            points_possible=points,
            grading_type=grading_type,
            submission_type=submission_type,
            omit_from_final_grade=kind == PRACTICE,
            post_manually=manual,
            quiz_id=self._base + FIRST_QUIZ + number - 1 if kind == QUIZ else None,
            topic_id=self._base + FIRST_TOPIC if kind == DISCUSSION else None,
        )

    def _terms_of(self, kind: str) -> tuple[int, int, float, str, str, str]:
        """Number of its kind, group, points, grading type, submission type and title."""
        number = self._seen[kind]
        quiz_points, mode = float(self._rng.choice((20, 50))), self._rng.choice(("points", "pass_fail"))
        if kind == HOMEWORK:
            return number, 1, FULL_MARKS, "points", "online_upload", "Assignment"
        if kind == QUIZ:
            return number, 2, quiz_points, "points", "online_quiz", "Quiz"
        if kind == DISCUSSION:
            return number, 3, 10.0, mode, "discussion_topic", "Discussion of the reading"
        if kind == SURVEY:
            return number, 3, 0.0, "not_graded", "not_graded", "How is the course going?"
        return number, 1, 20.0, "points", "online_text_entry", "Practice problems"
