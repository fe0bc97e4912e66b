"""A sign-in or launch that is under way, on both databases: taken once, by whom it was begun for, and in time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from store.database import Database, open_database
from store.sessions import ATTEMPT_LASTS, Attempts


class Clock:
    """A clock that stands until it is set."""

    at = datetime(2026, 10, 7, 14, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    yield database
    database.close()


def test_it_is_taken_once_and_by_the_browser_that_began_it(opened: Database) -> None:
    attempts = Attempts(opened)
    attempts.begin("state", "browser", "sealed")
    assert attempts.take("state", "another") is None
    assert attempts.take("other", "browser") is None
    assert attempts.take("state", "browser") == "sealed"
    assert attempts.take("state", "browser") is None


def test_of_several_who_ask_at_once_one_is_given_it(opened: Database) -> None:
    attempts = Attempts(opened)
    for number in range(8):
        attempts.begin(f"state {number}", "browser", "sealed")
        with ThreadPoolExecutor(4) as pool:
            taken = list(pool.map(lambda _, state=f"state {number}": attempts.take(state, "browser"), range(4)))
        assert sorted(taken, key=str) == [None, None, None, "sealed"]


def test_after_ten_minutes_it_is_nothing(opened: Database) -> None:
    clock = Clock()
    attempts = Attempts(opened, clock=clock)
    attempts.begin("state", "browser", "sealed")
    clock.at += ATTEMPT_LASTS - timedelta(seconds=1)
    attempts.begin("later", "browser", "sealed")
    clock.at += timedelta(seconds=1)
    assert attempts.take("state", "browser") is None
    assert attempts.take("later", "browser") == "sealed"
