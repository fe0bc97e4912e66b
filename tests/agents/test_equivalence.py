"""One decision, two engines: what the database finds in a term is what Python finds, row by row."""

from datetime import date, timedelta
from random import Random

import pytest

from agents.roster.campus import Campus, index_campus
from agents.roster.comparing import compare_in_python, lay_out
from agents.roster.staged import compare_in_database
from domain.institution import WaitlistPractice
from domain.lms import CourseState, LmsRole, LmsState
from domain.records import GradeMode, RegistrationStatus, SectionStatus
from domain.rules.decision import decide
from tests.agents.world import CENSUS, NOW, World, institution, taught_by

STATES = [state for state in LmsState if state is not LmsState.ABSENT]


def _random_campus(rng: Random) -> Campus:
    world = World()
    people = [world.person(number, account=rng.random() > 0.1, login=_login(rng, number)) for number in range(1, 40)]
    world.account(None, login="zm3")
    sections = [_random_section(rng, world, number, people) for number in range(12)]
    placed = {place.key for place in world.lms_sections}
    for section in sections:
        for person in people:
            if rng.random() < 0.5:
                _register(rng, world, person, section)
            if section in placed and rng.random() < 0.6:
                for _ in range(rng.choice((1, 1, 1, 2))):
                    role = rng.choice(list(LmsRole))
                    made = rng.choice((None, NOW - timedelta(days=200), NOW - timedelta(days=20)))
                    by_hand = rng.random() < 0.3
                    world.enrolled(person, section, rng.choice(STATES), role, by_hand=by_hand, created_at=made)
    practice = rng.choice(list(WaitlistPractice))
    settings = institution(waitlist=practice, temporary_id_patterns=("A0000000[1-3]",))
    return index_campus(world.snapshots(), settings, NOW - timedelta(days=rng.choice((0, 30))))


def _login(rng: Random, number: int) -> str | None:
    return f"zm{number}" if rng.random() > 0.1 else None


def _random_section(rng: Random, world: World, number: int, people: list) -> object:
    section = world.section(
        str(10001 + number),
        in_lms=rng.random() > 0.1,
        status=rng.choice((SectionStatus.OPEN, SectionStatus.OPEN, SectionStatus.CANCELLED)),
        lms=rng.choice(("canvas", "canvas", "canvas", "moodle")),
        published=rng.random() > 0.1,
        part=rng.choice(("full", "full", "unheard-of")),
        linked_to="10001" if number == 3 else None,
        instructors=taught_by(rng.choice(people), assistant=rng.random() < 0.3),
    )
    if rng.random() < 0.2 and world.courses:
        world.courses[-1] = world.courses[-1].model_copy(update={"state": CourseState.COMPLETED})
    return section


def _register(rng: Random, world: World, person: object, section: object) -> None:
    world.registers(
        person,  # type: ignore[arg-type]
        section,  # type: ignore[arg-type]
        rng.choice(list(RegistrationStatus)),
        on=rng.choice((None, CENSUS, CENSUS + timedelta(days=1), date(2026, 8, 30))),
        grade_mode=rng.choice((GradeMode.STANDARD, GradeMode.AUDIT)),
        sequence=rng.choice((0, 1)),
    )


@pytest.mark.parametrize("seed", range(12))
def test_s246_database_and_python_find_the_same_facts(seed: int) -> None:
    sides = lay_out(_random_campus(Random(seed)))
    in_python, in_database = compare_in_python(sides), compare_in_database(sides)
    assert in_python == in_database
    assert len(in_python) > 20
    assert not any(decide(facts).silent for facts in in_database.values())
