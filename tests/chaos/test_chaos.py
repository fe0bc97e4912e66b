"""Processes die at random; afterwards no change is lost, none applied twice, none unrecorded (S112).

With ``PROVOST_TEST_CHAOS=full`` the sixty kills meet a thousand events, which takes long; else some two hundred.
"""

import logging
import os
from pathlib import Path

import pytest

from tests.chaos.storm import check, storm
from tests.graphs.conftest import postgres_url  # noqa: F401 fixture

_log = logging.getLogger(__name__)
FULL = os.environ.get("PROVOST_TEST_CHAOS") == "full"
STUDENTS, EVENTS, AT_LEAST = (400, 15, 1_000) if FULL else (150, 3, 150)
"""Size of the campus, what happens in Banner between two kills, and how many events there must have been."""


@pytest.mark.slow
def test_s112_a_few_kills_lose_and_repeat_nothing(tmp_path: Path) -> None:
    with storm(tmp_path, f"sqlite:///{tmp_path}/provost.db", students=60, seed=3, slots=["slot-1"]) as made:
        made.rage(kills=4, shortest=0.3, longest=1.6, events=1)
        made.settle(60)
        counted = check(made)
    assert counted["kills"] == 4
    assert counted["writes"] > 0


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_s112_sixty_kills_lose_and_repeat_nothing_on_sqlite(tmp_path: Path) -> None:
    with storm(tmp_path, f"sqlite:///{tmp_path}/provost.db", students=STUDENTS, seed=5, slots=["slot-1"]) as made:
        made.rage(kills=60, shortest=0.3, longest=1.5, events=EVENTS)
        made.settle(600)
        counted = check(made)
    _log.warning("chaos on SQLite: %s", counted)
    assert (counted["kills"], counted["events"] >= AT_LEAST) == (60, True), counted


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(1800)
def test_s112_sixty_kills_on_postgres_with_takeover_and_upgrade(
    tmp_path: Path,
    postgres_url: str,  # noqa: F811
) -> None:
    slots = ["slot-1", "slot-2", "slot-3"]
    with storm(tmp_path, postgres_url, students=STUDENTS, seed=7, slots=slots) as made:
        made.rage(kills=20, shortest=0.3, longest=1.5, events=EVENTS)
        made.kill("slot-3", restart=False)
        made.start("slot-6")
        made.rage(kills=10, shortest=0.3, longest=1.5, events=EVENTS)
        made.version = 2
        made.start("slot-4")
        made.rage(kills=10, shortest=0.3, longest=1.5, events=EVENTS)
        made.kill("slot-1", restart=False)
        made.rage(kills=15, shortest=0.3, longest=1.5, events=EVENTS)
        for slot in sorted(made.alive):
            made.kill(slot)
        made.settle(600)
        counted = check(made)
    _log.warning("chaos on PostgreSQL: %s", counted)
    assert (counted["kills"], counted["events"] >= AT_LEAST) == (60, True), counted
