"""Scores what a run found against what was planted: recall, precision, and the items that were missed or invented.

A planted item stands at the outermost object that differs (an account, a course, a section, an enrolment), and it is
found by a discrepancy about that object. The key also lists the enrolments that an outer difference takes along, such
as the students of a section that the LMS does not have: naming one of them is neither a find nor an invention. A
discrepancy about anything else is invented, whatever its type.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

Item = Mapping[str, Any]
COUNTS = frozenset({"count_mismatch"})
"""Types that count a whole roster, which any enrolment in it explains."""


class Named(NamedTuple):
    """What a discrepancy is about, by the ids both systems use; empty text where it names none."""

    type: str
    section: str = ""
    other_section: str = ""
    course: str = ""
    person: str = ""

    @property
    def sections(self) -> set[str]:
        """The sections it names."""
        return {self.section, self.other_section} - {""}


@dataclass(frozen=True)
class Score:
    """How good a run was; ``missed`` are planted items nobody found, ``invented`` discrepancies nobody planted."""

    planted: int
    found: int
    missed: tuple[Item, ...] = ()
    invented: tuple[Named, ...] = ()

    @property
    def recall(self) -> float:
        """The share of planted items that were found; 1.0 where nothing was planted."""
        return 1.0 if not self.planted else (self.planted - len(self.missed)) / self.planted

    @property
    def precision(self) -> float:
        """The share of discrepancies that were planted; 1.0 where nothing was reported."""
        return 1.0 if not self.found else (self.found - len(self.invented)) / self.found


class _Keys:
    """Natural keys, by the kind of object they name."""

    def __init__(self, course_of: Mapping[str, str]) -> None:
        self._course_of = course_of
        self.people: set[str] = set()
        self.courses: set[str] = set()
        self.sections: set[str] = set()
        self.enrolments: set[tuple[str, str]] = set()

    def courses_at(self, one: Named) -> set[str]:
        """The courses a discrepancy lies in."""
        return ({one.course} | {self._course_of.get(section, "") for section in one.sections}) - {""}


class _Planted(_Keys):
    """The answer key, to ask whether a discrepancy touches anything in it."""

    def add(self, item: Item) -> None:
        keys = item["keys"]
        if item["object"] == "enrollment":
            self.enrolments.update((place, keys["bannerId"]) for place in _places(keys) if "bannerId" in keys)
        elif item["object"] == "user":
            self.people.update(_people(keys))
        elif item["object"] == "course":
            self.courses.add(keys["sisCourseId"])
        else:
            self.sections.add(keys["sisSectionId"])

    def explains(self, one: Named) -> bool:
        if one.person and one.sections:
            return any((section, one.person) in self.enrolments for section in one.sections)
        if one.person:
            return one.person in self.people
        if one.sections & self.sections or self.courses_at(one) & self.courses:
            return True
        return one.type in COUNTS and any(section in one.sections for section, _ in self.enrolments)


class _Found(_Keys):
    """The discrepancies, to ask whether a planted item is among them."""

    def add(self, one: Named) -> None:
        if one.person and one.sections:
            self.enrolments.update((section, one.person) for section in one.sections)
        elif one.person:
            self.people.add(one.person)
        else:
            self.sections.update(one.sections)
            self.courses.update(self.courses_at(one))

    def holds(self, item: Item) -> bool:
        keys = item["keys"]
        if item["object"] == "enrollment":
            return any((place, keys.get("bannerId", "")) in self.enrolments for place in _places(keys))
        if item["object"] == "user":
            return bool(_people(keys) & self.people)
        if item["object"] == "course":
            return keys["sisCourseId"] in self.courses
        return keys["sisSectionId"] in self.sections


def _places(keys: Mapping[str, str]) -> set[str]:
    return {keys["sisSectionId"], keys.get("fromSisSectionId", keys["sisSectionId"])}


def _people(keys: Mapping[str, str]) -> set[str]:
    return {keys.get("bannerId", ""), keys.get("priorBannerId", "")} - {""}


def score(answer_key: Mapping[str, Any], found: Sequence[Named], course_of: Mapping[str, str]) -> Score:
    """Compare the discrepancies of a run with the answer key.

    ``course_of`` maps an SIS section id to the SIS id of its LMS course, so that a course that differs explains what
    lies inside it.
    """
    planted, seen = _Planted(course_of), _Found(course_of)
    for item in (*answer_key["real"], *answer_key.get("absorbed", ())):
        planted.add(item)
    for one in found:
        seen.add(one)
    return Score(
        planted=len(answer_key["real"]),
        found=len(found),
        missed=tuple(item for item in answer_key["real"] if not seen.holds(item)),
        invented=tuple(one for one in found if not planted.explains(one)),
    )
