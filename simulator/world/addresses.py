"""Where people live and who stands behind a student, drawn from the GUID alone so that adding them moved nothing.

A campus of one seed is the same with and without these, because no other draw is used up for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from simulator.banner.tables import Person, guid_of
from simulator.world.chance import happens
from simulator.world.names import GIVEN, PLAIN_FAMILY

STREETS = ("Maple Street", "College Avenue", "Old Mill Road", "Rose Lane", "North Fifth Street", "Harbor View Drive")
TOWNS = (("Northfield", "VA", "22903"), ("Salem", "VA", "24153"), ("Dover", "DE", "19901"), ("Lebanon", "PA", "17042"))


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address with the GUID under which Ethos keeps it."""

    guid: str
    line: str
    town: str
    region: str
    postal_code: str


@dataclass(frozen=True, slots=True)
class Guardian:
    """A parent or guardian of a student, who has no Banner id of their own."""

    guid: str
    first: str
    last: str
    email: str
    phone: str


def address_of(person: Person) -> Address:
    """The home address of a person; about one in five lives in a flat."""
    rng = Random(f"address {person.guid}")
    town, region, code = rng.choice(TOWNS)
    line = f"{rng.randint(1, 9899)} {rng.choice(STREETS)}"
    flat = f", Apt {rng.randint(1, 40)}" if happens(rng, 0.2) else ""
    return Address(guid_of("addresses", person.guid), line + flat, town, region, code)


def guardians_of(person: Person) -> tuple[Guardian, ...]:
    """The guardians a student named: none for about half, else one or two, most with the student's family name."""
    rng = Random(f"guardian {person.guid}")
    count = rng.choices((0, 1, 2), weights=(5, 3, 2))[0]
    return tuple(_draw_guardian(rng, person, number) for number in range(count))


def _draw_guardian(rng: Random, person: Person, number: int) -> Guardian:
    first = rng.choice(GIVEN)
    last = person.last if happens(rng, 0.8) else rng.choice(PLAIN_FAMILY)
    address = f"{first}.{rng.randint(10, 9999)}@family-mail.example".lower()
    return Guardian(guid_of("guardians", person.guid, number), first, last, address, f"+1555{rng.randrange(10**7):07d}")
