"""Groups of students for whom another office has a say in a drop."""

from enum import StrEnum


class Population(StrEnum):
    """Students whose drop touches more than the course, as the SIS codes them (R112)."""

    INTERNATIONAL = "international"
    ATHLETE = "athlete"
    VETERAN = "veteran"
    SCHOLARSHIP = "scholarship"
    UNKNOWN = "unknown"


class Trait(StrEnum):
    """What is told of students in numbers only, as far as a tag of the SIS says it (E16, R29)."""

    FIRST_GENERATION = "first_generation"
    PELL = "pell"
