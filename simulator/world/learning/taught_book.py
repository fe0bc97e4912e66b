"""One course's coursework, drawn when it is first asked for, and the stories of its students, each drawn on its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from random import Random

from simulator.banner.tables import Section
from simulator.canvas.coursework import (
    Assignment,
    AssignmentGroup,
    Entry,
    Module,
    Quiz,
    Reading,
    StudyGroup,
    Topic,
    View,
    Work,
)
from simulator.canvas.rows import User
from simulator.world.calendar import Calendar
from simulator.world.learning.clicking import Clicking
from simulator.world.learning.course_plan import (
    ACCOUNT_STANDARD,
    GROUPS,
    OWN_STANDARD,
    PER_COURSE,
    draw_outline,
)
from simulator.world.learning.learner import Learner, draw_learner
from simulator.world.learning.marking import Marking
from simulator.world.learning.materials import gather_materials
from simulator.world.learning.speaking import Speaking
from simulator.world.learning.trace import Click, Trace
from simulator.world.learning.twists import NO_TWIST, CourseTwist


class TaughtBook:
    """The coursework of one course; `twist` is what was planted in it."""

    groups: Sequence[AssignmentGroup]
    assignments: Sequence[Assignment]
    quizzes: Sequence[Quiz]
    topics: Sequence[Topic]
    modules: Sequence[Module]
    readings: Sequence[Reading]
    study_groups: Sequence[StudyGroup]

    def __init__(
        self,
        calendar: Calendar,
        seed: int,
        course: str,
        section: Section,
        course_id: int,
        *,
        twist: CourseTwist | None = None,
        key_of: Callable[[User], str] = str,
    ) -> None:
        """Plan a course by its SIS id; `key_of` names a student whatever the account's ids are at the moment."""
        self.seed, self.course, self.twist = seed, course, twist or CourseTwist()
        self.outline = draw_outline(calendar, seed, course, section, course_id)
        self.materials = gather_materials(
            seed, course, self.outline, course_id, rich=self.twist.rich, pair=self.twist.resources
        )
        style, base = self.outline.style, course_id * PER_COURSE
        self.standard_id = standard_id(style.standard, course_id)
        self.weighted = style.weighted
        self.groups = tuple(each._replace(id=base + each.id) for each in GROUPS)
        self.assignments = tuple(column.assignment for column in self.outline.columns)
        self.quizzes, self.topics = self.materials.quizzes, self.materials.topics
        self.modules, self.readings = self.materials.modules, self.materials.readings
        self.study_groups = self.materials.study_groups
        self._key_of = key_of
        self._stories: dict[int, StudentStory] = {}

    def story(self, user: User, /) -> StudentStory:
        """The story of a student."""
        if user.id not in self._stories:
            self._stories[user.id] = self.story_of(self._key_of(user), user.id)
        return self._stories[user.id]

    def story_of(self, person: str, user_id: int) -> StudentStory:
        """The story of a person by key, drawn anew; the user id only numbers what is said."""
        return StudentStory(self, person, user_id)


def standard_id(standard: str, course_id: int) -> int | None:
    """The number of the grading scheme that a course grades by."""
    own = course_id * PER_COURSE + OWN_STANDARD
    return {"account": ACCOUNT_STANDARD.id, "own": own}.get(standard)


class StudentStory:
    """Everything one student does in one course. Work is drawn at first sight, clicks only when they are wanted."""

    def __init__(self, book: TaughtBook, person: str, user_id: int) -> None:
        self._book = book
        self._person = person
        self._user_id = user_id
        self._twist = book.twist.students.get(person, NO_TWIST)
        self._trace = Trace()
        self._weeks = 0

    @cached_property
    def _learner(self) -> Learner:
        return draw_learner(self._book.seed, self._person, self._book.course)

    def _rng(self, what: str) -> Random:
        return Random(f"{what} {self._book.seed} {self._person} {self._book.course}")

    @property
    def share(self) -> float:
        """What sorts the student into a study group."""
        return self._learner.share

    @cached_property
    def works(self) -> Mapping[int, Work]:
        """Work by assignment id."""
        book = self._book
        return dict(Marking(book.outline, self._learner, self._rng("work"), book.twist, self._twist).works())

    @cached_property
    def entries(self) -> Sequence[Entry]:
        """Contributions by time."""
        book = self._book
        speaking = Speaking(book.outline, book.materials, self._learner, book.twist, self._twist)
        return speaking.entries(self._rng("words"), self.works, self._user_id)

    @cached_property
    def _clicking(self) -> Clicking:
        book = self._book
        return Clicking(book.outline, book.materials, self._learner, book.twist, self._twist)

    @cached_property
    def _set_clicks(self) -> Sequence[Click]:
        return self._clicking.set_clicks(self._rng("parts"), self.works, self.entries)

    def _between(self, since: datetime, until: datetime) -> Trace:
        """Page views between two moments; weeks are drawn as they are reached."""
        for week in range(self._weeks, self._clicking.weeks_until(until)):
            self._trace.extend(self._clicking.week(self._rng(f"clicks {week}"), week, self._set_clicks))
            self._weeks = week + 1
        return self._trace.between(since, until)

    def views(self, since: datetime, until: datetime, /) -> Sequence[View]:
        """Page views by time, unfolded anew each time because they take much room."""
        return self._between(since, until).unfold(self._clicking.items)

    def glance(self, since: datetime, until: datetime, /) -> tuple[datetime | None, int]:
        """When the last page was looked at, and how long all of them were."""
        return self._between(since, until).glance()

    @cached_property
    def override(self) -> tuple[datetime, float] | None:
        """A total set by hand near the end, by teachers who do that, for one student in thirty."""
        rng, outline = self._rng("override"), self._book.outline
        chosen, score = rng.random(), float(rng.randint(70, 95))
        return (outline.end - timedelta(days=2), score) if outline.style.overrides and chosen < 1 / 30 else None
