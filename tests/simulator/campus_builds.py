"""Campuses that several tests read and none changes, built once per run."""

from functools import cache

from simulator.campus import Campus


@cache
def default_campus() -> Campus:
    """The campus of the default seed with 2,000 students."""
    return Campus.build()


@cache
def default_key() -> dict[str, list[dict[str, object]]]:
    """Its answer key."""
    return default_campus().answer_key()
