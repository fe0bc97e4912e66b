"""All differences about sections and courses of one run, each place once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from agents.roster.cases import Case
from agents.roster.comparing import Sides
from agents.roster.course_dates import find_dates
from agents.roster.detected import Difference
from agents.roster.exposure import count_exposed_beside, count_seeing, find_exposures
from agents.roster.place_differences import (
    concluded_course,
    exposed_course,
    misplaced_section,
    missing_place,
    recreated_section,
    wrong_dates,
)
from agents.roster.section_checks import find_concluded, find_misplaced, find_missing_places, find_recreated
from agents.roster.trust import Trust

Waiting = Mapping[str, Sequence[Case]]
"""Cases that wait for a section, by staged section key."""


def place_differences(sides: Sides, waiting: Waiting, trust: Trust) -> list[Difference]:
    """Return what is wrong with places: made anew, missing, concluded, misplaced, off the calendar.

    Rules R37, S179, R44, R40, R19 and S249.
    """
    campus, standings = sides.campus, dict(sides.sections)
    sure = trust.proves_absence("lms_sections")
    recreated = find_recreated(campus, standings) if sure and trust.proves_absence("sections") else {}
    missing = find_missing_places(campus, standings, recreated) if sure else []
    seeing = count_seeing(sides)
    return [
        *(recreated_section(campus, key, old, waiting.get(key, ())) for key, old in recreated.items()),
        *(missing_place(campus, place, _of(waiting, place.keys)) for place in missing),
        *_concluded(sides, waiting),
        *_misplaced(sides, seeing),
        *(exposed_course(campus, exposure) for exposure in find_exposures(sides, seeing)),
        *(wrong_dates(campus, case) for case in find_dates(campus, standings)),
    ]


def _of(waiting: Waiting, keys: Sequence[str]) -> list[Case]:
    return [case for key in keys for case in waiting.get(key, ())]


def _concluded(sides: Sides, waiting: Waiting) -> Iterator[Difference]:
    for course, keys in find_concluded(sides.campus, dict(sides.sections)).items():
        yield concluded_course(sides.campus, course, keys, _of(waiting, keys))


def _misplaced(sides: Sides, seeing: Mapping[str, int]) -> Iterator[Difference]:
    enrolled = Counter(key.section for key in sides.found.students)
    for key, section, course in find_misplaced(sides.campus, dict(sides.sections)):
        yield misplaced_section(sides.campus, section, course, enrolled[key], count_exposed_beside(sides, key, seeing))
