"""What is taught and done in a course, as the Canvas face reads it: nothing here is stored among the rows.

A `Coursework` gives one `Book` per course, made when it is first asked for, and a book gives one `Story` per
student: everything that student will ever hand in, be marked with or look at. What of it is to be seen at a
moment is worked out by `gradebook` and `activity`, so that the campus clock alone makes a week pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple, Protocol

from simulator.canvas.rows import Course, User

TEACHER = 0
"""The grader of a mark that the course's teacher entered; SECOND is another teacher, below zero a quiz's own count."""
SECOND = 1


class GradingStandard(NamedTuple):
    """A grading scheme; `scheme` is from the best letter down, each with its lower bound as a fraction of one."""

    id: int
    title: str
    context_type: str
    context_id: int
    scheme: tuple[tuple[str, float], ...]

    def letter(self, score: float | None) -> str | None:
        """The letter of a score in percent."""
        if score is None:
            return None
        return next((name for name, bound in self.scheme if score >= bound * 100), self.scheme[-1][0])


class AssignmentGroup(NamedTuple):
    """A group of assignments; `weight` is in percent and counts where the course weighs its groups."""

    id: int
    name: str
    position: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One column of the gradebook; `submission_type` is how work is handed in, `quiz_id` and `topic_id` where."""

    id: int
    course_id: int
    group_id: int
    position: int
    name: str
    created_at: datetime
    unlock_at: datetime
    due_at: datetime
    points_possible: float
    grading_type: str = "points"
    submission_type: str = "online_upload"
    omit_from_final_grade: bool = False
    post_manually: bool = False
    quiz_id: int | None = None
    topic_id: int | None = None

    @property
    def is_graded(self) -> bool:
        """Whether marks are given at all."""
        return self.grading_type != "not_graded"


class Quiz(NamedTuple):
    """A quiz; a practice quiz has no assignment."""

    id: int
    title: str
    kind: str
    points_possible: float
    questions: int
    due_at: datetime | None
    assignment_id: int | None


class Topic(NamedTuple):
    """A discussion topic, with its assignment when it is graded."""

    id: int
    title: str
    message: str
    posted_at: datetime
    assignment_id: int | None


class Item(NamedTuple):
    """One entry of a module. `kind` is Canvas's type, `content` the id or, for a page, the slug it leads to."""

    id: int
    title: str
    kind: str
    content: int | str


class Module(NamedTuple):
    """A module with its items in order."""

    id: int
    name: str
    items: tuple[Item, ...]


class Reading(NamedTuple):
    """A page of text; `slug` names it in the course."""

    id: int
    slug: str
    title: str
    body: str


class StudyGroup(NamedTuple):
    """A group of students who learn together; `share` of one decides who is in it."""

    id: int
    name: str
    lower: float
    upper: float


class Mark(NamedTuple):
    """A mark entered at a moment; each later one replaces it."""

    at: datetime
    score: float | None
    grader: int = TEACHER
    excused: bool = False


class Work(NamedTuple):
    """What becomes of one student's work on one assignment: handed in, marked, and shown to the student."""

    submitted_at: datetime | None = None
    marks: tuple[Mark, ...] = ()
    posted_at: datetime | None = None
    deducted: float | None = None
    review: bool = False


class Entry(NamedTuple):
    """A contribution to a discussion."""

    id: int
    topic_id: int
    at: datetime
    message: str


class View(NamedTuple):
    """One page view: the item looked at (None for the course's own pages) and whether it counts as taking part."""

    at: datetime
    item: Item | None
    seconds: float
    took_part: bool


class Presence(NamedTuple):
    """When a student was in a course: nothing is done before `since` nor after `until`."""

    since: datetime
    until: datetime | None


class Story(Protocol):
    """One student's whole term in one course."""

    @property
    def share(self) -> float:
        """A number from zero to one that stays the same and sorts the student into study groups."""

    @property
    def works(self) -> Mapping[int, Work]:
        """Work by assignment id; an assignment that is missing here was never handed in nor marked."""

    def views(self, since: datetime, until: datetime, /) -> Sequence[View]:
        """Page views from one moment to another, by time."""

    def glance(self, since: datetime, until: datetime, /) -> tuple[datetime | None, int]:
        """When the last page was looked at between two moments, and how many seconds all of them took."""

    @property
    def entries(self) -> Sequence[Entry]:
        """Contributions by time."""

    @property
    def override(self) -> tuple[datetime, float] | None:
        """A total that the teacher set by hand, and when."""


class Book(Protocol):
    """One course's coursework. Ids are unique on the whole campus and do not depend on what was asked before."""

    standard_id: int | None
    weighted: bool
    groups: Sequence[AssignmentGroup]
    assignments: Sequence[Assignment]
    quizzes: Sequence[Quiz]
    topics: Sequence[Topic]
    modules: Sequence[Module]
    readings: Sequence[Reading]
    study_groups: Sequence[StudyGroup]

    def story(self, user: User, /) -> Story:
        """The story of a student, who may have come late or left early; that is for the reader to heed."""


class Coursework(Protocol):
    """The coursework of a campus."""

    @property
    def standards(self) -> Sequence[GradingStandard]:
        """The grading schemes of the account."""

    def course_standards(self, course: Course, /) -> Sequence[GradingStandard]:
        """The grading schemes of one course."""

    def standard_id(self, course: Course, /) -> int | None:
        """The scheme that a course grades by, without making its book."""

    def weighted(self, course: Course, /) -> bool:
        """Whether a course weighs its groups, without making its book."""

    def book(self, course: Course, /) -> Book | None:
        """The coursework of a course, None for one in which nothing is taught."""

    def course_of(self, assignment_id: int, /) -> int | None:
        """The number of the course that an assignment would be in."""


class EmptyBook:
    """The book of a course in which nothing is taught; nobody has a story in it."""

    standard_id: int | None = None
    weighted: bool = False
    groups: Sequence[AssignmentGroup] = ()
    assignments: Sequence[Assignment] = ()
    quizzes: Sequence[Quiz] = ()
    topics: Sequence[Topic] = ()
    modules: Sequence[Module] = ()
    readings: Sequence[Reading] = ()
    study_groups: Sequence[StudyGroup] = ()

    def story(self, _user: User, /) -> Story:
        """Nothing at all."""
        return EmptyStory()


class EmptyStory:
    """Nothing was done."""

    share: float = 0.0
    works: Mapping[int, Work] = MappingProxyType({})
    entries: Sequence[Entry] = ()
    override: tuple[datetime, float] | None = None

    def views(self, _since: datetime, _until: datetime, /) -> Sequence[View]:
        """Nothing was looked at."""
        return ()

    def glance(self, _since: datetime, _until: datetime, /) -> tuple[datetime | None, int]:
        """Nothing was looked at."""
        return None, 0


class NoCoursework:
    """A campus on which nobody teaches anything."""

    standards: Sequence[GradingStandard] = ()

    def course_standards(self, _course: Course, /) -> Sequence[GradingStandard]:
        """None."""
        return ()

    def standard_id(self, _course: Course, /) -> int | None:
        """None."""
        return None

    def weighted(self, _course: Course, /) -> bool:
        """No."""
        return False

    def book(self, _course: Course, /) -> Book | None:
        """None."""
        return None

    def course_of(self, _assignment_id: int, /) -> int | None:
        """None."""
        return None


NO_COURSEWORK = NoCoursework()
