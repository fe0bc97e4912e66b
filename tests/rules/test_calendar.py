"""Days, deadlines and terms in the campus's own zone (R114)."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from domain import calendar
from tests.agents.world import CENSUS, TERM, World, institution, part

ZONE = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 9, 15, 3, 59, tzinfo=UTC), CENSUS),
        (datetime(2026, 9, 15, 4, 0, tzinfo=UTC), date(2026, 9, 15)),
        (datetime(2026, 12, 12, 4, 59, tzinfo=UTC), date(2026, 12, 11)),
    ],
)
def test_r114_a_day_ends_at_local_midnight_in_summer_and_winter(instant: datetime, day: date) -> None:
    assert calendar.local_day(instant, ZONE) == day


def test_r114_a_day_begins_at_local_midnight() -> None:
    assert calendar.day_start(CENSUS, ZONE) == datetime(2026, 9, 14, 4, tzinfo=UTC)


def test_r33_a_sections_own_census_counts_before_its_parts() -> None:
    world = World()
    world.section("10001")
    world.section("10002", census_on=date(2026, 9, 1))
    found = [calendar.census_on(section, institution()) for section in world.sections]
    assert found == [CENSUS, date(2026, 9, 1)]


@pytest.mark.parametrize(("today", "over"), [(date(2026, 9, 4), False), (date(2026, 9, 5), True)])
def test_r54_the_add_period_includes_its_last_day(today: date, over: bool) -> None:
    world = World()
    world.section()
    assert calendar.add_period_over(world.sections[0], institution(), today) is over


def test_s137_the_advisors_deadline_lies_before_the_first_day() -> None:
    (terms,) = (institution().calendar(TERM),)
    assert terms is not None
    assert calendar.advisor_deadline(terms, 3) == date(2026, 8, 21)
    assert calendar.first_day(terms) == part().start_on
