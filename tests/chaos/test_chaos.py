"""Processes die at random; afterwards no change is lost, none applied twice, none unrecorded (S112)."""

import logging
from pathlib import Path

import pytest

from tests.chaos.storm import check, storm
from tests.graphs.conftest import postgres_url  # noqa: F401 fixture

_log = logging.getLogger(__name__)


def test_s112_a_few_kills_lose_and_repeat_nothing(tmp_path: Path) -> None:
    with storm(tmp_path, f"sqlite:///{tmp_path}/provost.db", students=60, seed=3, slots=["slot-1"]) as made:
        made.rage(kills=4, shortest=0.3, longest=1.6, events=1)
        made.settle(60)
        counted = check(made)
    assert counted["kills"] == 4
    assert counted["writes"] > 0


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_s112_a_hundred_kills_on_sqlite(tmp_path: Path) -> None:
    with storm(tmp_path, f"sqlite:///{tmp_path}/provost.db", students=150, seed=5, slots=["slot-1"]) as made:
        made.rage(kills=100, shortest=0.3, longest=2.6, events=1)
        made.settle(150)
        counted = check(made)
    _log.warning("chaos on SQLite: %s", counted)
    assert counted["kills"] == 100


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(600)
def test_s112_a_hundred_kills_on_postgres_with_takeover_and_upgrade(tmp_path: Path, postgres_url: str) -> None:  # noqa: F811
    slots = ["slot-1", "slot-2", "slot-3"]
    with storm(tmp_path, postgres_url, students=150, seed=7, slots=slots) as made:
        made.rage(kills=32, shortest=0.3, longest=2.0, events=2)
        made.kill("slot-3", restart=False)
        made.rage(kills=15, shortest=0.3, longest=2.0, events=2)
        made.version = 2
        made.start("slot-4")
        made.rage(kills=15, shortest=0.3, longest=2.0, events=2)
        made.kill("slot-1", restart=False)
        made.start("slot-5")
        made.rage(kills=36, shortest=0.3, longest=2.0, events=2)
        for slot in sorted(made.alive):
            made.kill(slot)
        made.settle(150)
        counted = check(made)
    _log.warning("chaos on PostgreSQL: %s", counted)
    assert counted["kills"] >= 100
