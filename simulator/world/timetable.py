"""What a term offers: sections with CRNs, linked labs, cross-lists, and what lives outside Canvas.

A student registers for a `Choice`: one section, or a lecture together with one of its labs. CRNs start at
10001 in every term, so the same CRN means another class next term (R31).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import NamedTuple

from simulator.banner.tables import Course, Section, SectionKey, guid_of
from simulator.world.calendar import FIRST_HALF, FULL, SECOND_HALF
from simulator.world.chance import happens

LECTURE, LAB, INDEPENDENT = "LEC", "LAB", "IND"
CANVAS, OTHER_LMS = "CANVAS", "MOODLE"
FIRST_CRN = 10_001
GROUP_SIZES = (2, 2, 2, 3)
"""How many sections are taught together, in turn."""


class Kind(NamedTuple):
    """How a course is offered in a term."""

    name: str
    part: str = FULL
    platform: str = CANVAS


PLAIN = Kind("plain")
LINKED = Kind("linked")
STUDY = Kind("independent")
ELSEWHERE = Kind("plain", FULL, OTHER_LMS)
FIRST = Kind("plain", FIRST_HALF)
SECOND = Kind("plain", SECOND_HALF)
ROUND = (
    *(PLAIN, LINKED, FIRST, PLAIN, SECOND, STUDY, PLAIN, PLAIN, FIRST, ELSEWHERE, PLAIN, LINKED),
    *(PLAIN, SECOND, PLAIN, PLAIN, FIRST, PLAIN, PLAIN, SECOND, PLAIN, PLAIN, PLAIN, PLAIN),
)
"""The mix of a term: courses take these kinds in turn, so even a small campus has each."""


class Choice(NamedTuple):
    """What a student registers for at once; the last section is the one with the seat that counts."""

    sections: tuple[Section, ...]

    @property
    def course(self) -> Course:
        """The course taken."""
        return self.sections[0].course

    @property
    def seat(self) -> Section:
        """The section whose seats run out."""
        return self.sections[-1]

    @property
    def keys(self) -> tuple[SectionKey, ...]:
        """The natural keys of the sections."""
        return tuple(section.key for section in self.sections)


@dataclass(slots=True)
class Timetable:
    """The sections of one term and what students may choose among them."""

    term: str
    sections: list[Section] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    crosslists: list[tuple[SectionKey, ...]] = field(default_factory=list)
    cancelled: list[SectionKey] = field(default_factory=list)


class TimetableMaker:
    """Fills a term with sections until it has the number asked for."""

    def __init__(self, rng: Random, term: str, *, halves: bool, spread: int) -> None:
        self._rng = rng
        self._crns = count(FIRST_CRN)
        self._halves = halves
        self._counts = (1, 1, 2 * spread, 2 * spread, 3 * spread, 4 * spread)
        self.timetable = Timetable(term)

    def offer(self, course: Course, kind: Kind) -> None:
        """Offer a course in one of the ways of `ROUND`."""
        kind = kind if self._halves else kind._replace(part=FULL)
        if kind.name == "linked":
            self._offer_linked(course, kind)
        elif kind.name == "independent":
            for sequence in range(1, self._rng.randint(2, 3) + 1):
                self._choose(self._open(course, kind, sequence, INDEPENDENT, 3))
        else:
            for sequence in range(1, self._rng.choice(self._counts) + 1):
                tight = happens(self._rng, 0.08)
                capacity = self._rng.randint(8, 12) if tight else self._rng.choice((28, 30, 32, 36, 45))
                self._choose(self._open(course, kind, sequence, LECTURE, capacity))

    def _offer_linked(self, course: Course, kind: Kind) -> None:
        """One lecture whose students sit in two to four labs (R41)."""
        labs = self._rng.randint(2, 4)
        lecture = self._open(course, kind, 1, LECTURE, labs * 24)
        lecture.has_labs = True
        for number in range(1, labs + 1):
            lab = self._open(course, kind, number + 50, LAB, 24)
            lab.primary = lecture.key
            self._choose(lecture, lab)

    def _open(self, course: Course, kind: Kind, sequence: int, method: str, capacity: int) -> Section:
        key = SectionKey(self.timetable.term, str(next(self._crns)))
        section = Section(
            guid=guid_of("sections", *key),
            key=key,
            part=kind.part,
            course=course,
            sequence=f"{sequence:03d}",
            method=method,
            platform=kind.platform,
            capacity=capacity,
            waitlist_capacity=10,
        )
        self.timetable.sections.append(section)
        return section

    def _choose(self, *sections: Section) -> None:
        self.timetable.choices.append(Choice(sections))


def _lone_sections(timetable: Timetable) -> Iterator[Section]:
    """Plain Canvas lectures of the full term that are the only section of their course."""
    offered: dict[str, int] = {}
    for section in timetable.sections:
        offered[section.course.code] = offered.get(section.course.code, 0) + 1
    for section in timetable.sections:
        plain = section.method == LECTURE and not section.has_labs and section.part == FULL
        if plain and section.platform == CANVAS and offered[section.course.code] == 1:
            yield section


def _cross_list(timetable: Timetable, share: float) -> None:
    """Put single-section courses of different departments together in twos and threes."""
    lone = list(_lone_sections(timetable))
    groups = min(len(lone) // 2, max(1, round(len(timetable.sections) * share)))
    for number in range(groups):
        size = GROUP_SIZES[number % len(GROUP_SIZES)]
        group = [lone.pop() for _ in range(min(size, len(lone)))]
        if len({section.course.department.code for section in group}) > 1:
            timetable.crosslists.append(tuple(sorted(section.key for section in group)))


def _cancel_some(rng: Random, timetable: Timetable, share: float) -> None:
    """Mark a few plain sections that will be cancelled for want of students."""
    grouped = {key for group in timetable.crosslists for key in group}
    courses: dict[str, list[Section]] = {}
    for section in timetable.sections:
        courses.setdefault(section.course.code, []).append(section)
    spare = [
        group[-1].key
        for group in courses.values()
        if len(group) > 1 and group[-1].method == LECTURE and group[-1].key not in grouped
    ]
    timetable.cancelled = rng.sample(spare, min(len(spare), max(1, round(len(timetable.sections) * share))))


def make_timetable(
    rng: Random, term: str, courses: Sequence[Course], sections: int, *, halves: bool = True
) -> Timetable:
    """Offer courses until the term has at least so many sections; small terms have no cross-lists."""
    spread = 1 + sections // 1800
    maker = TimetableMaker(rng, term, halves=halves, spread=spread)
    for course, kind in zip(courses, (ROUND[number % len(ROUND)] for number in count()), strict=False):
        if len(maker.timetable.sections) >= sections:
            break
        maker.offer(course, kind)
    _cross_list(maker.timetable, 0.02)
    _cancel_some(rng, maker.timetable, 0.02)
    return maker.timetable
