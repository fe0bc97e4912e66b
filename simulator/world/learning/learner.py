"""Who a student is as a learner, hidden from everybody: ability and effort, at large and in one course."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

SHARED = 0.45
"""How far effort follows ability."""


class Learner(NamedTuple):
    """A student in one course. Ability and effort are about zero with a spread of one; the rest is from zero to one."""

    ability: float
    effort: float
    share: float
    first_coin: float
    second_coin: float


def draw_learner(seed: int, person: str, course: str) -> Learner:
    """The learner that a person is in a course, by the person's key and the course's SIS id."""
    at_large, here = Random(f"learner {seed} {person}"), Random(f"learner {seed} {person} {course}")
    ability, diligence = at_large.gauss(0, 1), at_large.gauss(0, 1)
    effort = SHARED * ability + (1 - SHARED**2) ** 0.5 * diligence
    return Learner(
        ability=0.9 * ability + 0.4 * here.gauss(0, 1),
        effort=0.9 * effort + 0.4 * here.gauss(0, 1),
        share=here.random(),
        first_coin=here.random(),
        second_coin=here.random(),
    )
