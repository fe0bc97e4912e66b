"""What a step found, and in which order the steps count (PRIVACY.md 2.4)."""

from enum import IntEnum
from typing import NamedTuple

from privacy.vocabulary import Facet, Label


class Step(IntEnum):
    """The steps; a lower one gives the label where finds overlap."""

    PATTERN = 0
    IDENTIFIER = 1
    PAIR = 2
    INITIALS = 3
    TYPO = 4
    SCOPED = 5
    CUE = 6
    SINGLE = 7
    ENCODED = 8


class Found(NamedTuple):
    """A find in the original text; ``refs`` are people of the directory, ``label`` serves where there are none."""

    start: int
    end: int
    step: Step
    facet: Facet
    label: Label
    refs: tuple[int, ...]
    score: float
    reason: str


LABEL_OF_FACET = {
    Facet.EMAIL: Label.EMAIL,
    Facet.PHONE: Label.PHONE,
    Facet.NATIONAL_ID: Label.NATIONAL_ID,
    Facet.ID: Label.RECORD_ID,
    Facet.LOGIN: Label.RECORD_ID,
    Facet.BIRTH_DATE: Label.BIRTH_DATE,
    Facet.ADDRESS: Label.ADDRESS,
    Facet.TEXT: Label.SECRET,
    Facet.NAME: Label.PERSON,
    Facet.FIRST: Label.PERSON,
    Facet.LAST: Label.PERSON,
}
