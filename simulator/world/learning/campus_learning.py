"""The coursework of a simulated campus: a book per course, none before somebody asks for it.

The world of real records uses this generator too: its registrations are real, its marks and clicks are not.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property

from simulator.banner.state import BannerState
from simulator.banner.tables import Section
from simulator.canvas.coursework import GradingStandard
from simulator.canvas.rows import Course, User
from simulator.canvas.state import CanvasState
from simulator.world.campus_world import World
from simulator.world.learning.course_plan import ACCOUNT_STANDARD, OWN_SCHEME, PER_COURSE, Style, draw_style
from simulator.world.learning.ground import Ground
from simulator.world.learning.plant import Item
from simulator.world.learning.planting import Planting
from simulator.world.learning.student_inbox import StudentInbox
from simulator.world.learning.taught_book import TaughtBook, standard_id
from simulator.world.practice import sis_course_id
from simulator.world.rehearsal import Rehearsed

OFF, CLEAN, PLANTED = "off", "clean", "planted"
"""Whether a campus teaches: not at all, without mishaps, or with what is to be found planted in it."""
KEPT_BOOKS = 128
"""How many books are kept; an older one is drawn again, the same, when it is asked for again."""


class CampusLearning:
    """Coursework for every course of the SIS; `made` counts the books drawn so far."""

    standards: Sequence[GradingStandard] = (ACCOUNT_STANDARD,)

    def __init__(
        self,
        banner: BannerState,
        canvas: CanvasState,
        seed: int,
        planting: Planting | None = None,
    ) -> None:
        """Teach from a Banner in a Canvas; `planting` says what departs from the ordinary, None that nothing does."""
        self._banner = banner
        self._canvas = canvas
        self._seed = seed
        self._planting = planting
        self._books: OrderedDict[int, TaughtBook] = OrderedDict()
        self._styles: dict[str, Style] = {}
        self._sections: dict[str, Section] = {}
        self._known = 0
        self._inbox = StudentInbox(banner, canvas, seed)
        self.made = 0

    def course_standards(self, course: Course, /) -> Sequence[GradingStandard]:
        """A scheme of the course's own, where the teacher made one."""
        style = self._style(course)
        if style is None or style.standard != "own":
            return ()
        number = course.id * PER_COURSE
        own = standard_id("own", course.id) or number
        return (GradingStandard(own, "Own scheme", "Course", course.id, OWN_SCHEME),)

    def standard_id(self, course: Course, /) -> int | None:
        """The scheme that a course grades by, without making its book."""
        style = self._style(course)
        return standard_id(style.standard, course.id) if style else None

    def weighted(self, course: Course, /) -> bool:
        """Whether a course weighs its groups, without making its book."""
        style = self._style(course)
        return bool(style and style.weighted)

    def course_of(self, assignment_id: int, /) -> int | None:
        """The number of the course that a part would be in."""
        return assignment_id // PER_COURSE

    def book(self, course: Course, /) -> TaughtBook | None:
        """The coursework of a course, None for one that the SIS does not teach."""
        if course.id in self._books:
            self._books.move_to_end(course.id)
            return self._books[course.id]
        section = self._section(course)
        if section is None or course.sis_course_id is None:
            return None
        book = TaughtBook(
            self._banner.calendar,
            self._seed,
            course.sis_course_id,
            section,
            course.id,
            twist=self._planting.twist_of(course.sis_course_id) if self._planting else None,
            key_of=self._key_of,
        )
        self.made += 1
        self._books[course.id] = book
        while len(self._books) > KEPT_BOOKS:
            self._books.popitem(last=False)
        return book

    def planted(self) -> list[Item]:
        """Everything planted, and the messages written since, for scoring after a run."""
        return [*(self._planting.items if self._planting else ()), *self._inbox.written]

    def write_in_distress(self) -> Item:
        """Let a student who studies in the running term write to the service user; returns who wrote what."""
        return self._inbox.write()

    def _style(self, course: Course) -> Style | None:
        if course.sis_course_id is None or self._section(course) is None:
            return None
        if course.sis_course_id not in self._styles:
            self._styles[course.sis_course_id] = draw_style(self._seed, course.sis_course_id)
        return self._styles[course.sis_course_id]

    def _section(self, course: Course) -> Section | None:
        """The section that a course was made for, new sections included."""
        offered = self._banner.offerings
        if self._known != len(offered):
            self._sections = {sis_course_id(each): each for each in offered.values()}
            self._known = len(offered)
        return self._sections.get(course.sis_course_id or "")

    @cached_property
    def _guids(self) -> dict[str, str]:
        """People by every id they have or had."""
        ids: dict[str, str] = {}
        for person in self._banner.persons.values():
            ids[person.banner_id] = person.guid
            ids.update(dict.fromkeys((prior for prior, _ in person.prior_ids), person.guid))
        return ids

    def _key_of(self, user: User) -> str:
        """A name for a student that no change of id or account touches."""
        key = self._canvas.person_key(user)
        return self._guids.get(key, key)


def teach(learning: str, world: World, rehearsed: Rehearsed, seed: int) -> CampusLearning | None:
    """Give a campus's Canvas its coursework, if it is to have any; ValueError for a word that is none of the three."""
    if learning not in (OFF, CLEAN, PLANTED):
        raise ValueError(f"There is no learning called {learning!r}; use {OFF}, {CLEAN} or {PLANTED}.")
    if learning == OFF:
        rehearsed.canvas.analytics = False
        return None
    ground = Ground(world, rehearsed.banner.persons, frozenset(rehearsed.causes), seed)
    planting = Planting(ground, seed, world.as_of) if learning == PLANTED else None
    campus = CampusLearning(rehearsed.banner, rehearsed.canvas, seed, planting)
    rehearsed.canvas.coursework = campus
    return campus
