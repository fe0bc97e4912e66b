"""Workers together keep the rate that an outside system was promised, by the database's clock."""

import json
import subprocess
import sys
import time

import pytest

from store.database import Database
from store.turns import WorkerTurns

pytestmark = pytest.mark.postgres
TAKER = """
import json, sys, time
from store.database import open_database
from store.turns import WorkerTurns
from tools.wire import Pace
database = open_database(sys.argv[1])
pace = Pace(WorkerTurns(database), "canvas", 40.0)
print("ready", flush=True)
sys.stdin.readline()
went = []
for _ in range(40):
    pace.wait()
    went.append(time.time())
database.close()
print(json.dumps(went), flush=True)
"""


@pytest.fixture
def turns(url: str, database: Database) -> WorkerTurns:
    if database.dialect != "postgresql":
        pytest.skip("SQLite has one worker, which keeps its own turns")
    return WorkerTurns(database)


@pytest.mark.slow
def test_two_processes_keep_one_rate(turns: WorkerTurns, url: str) -> None:
    takers = [
        subprocess.Popen([sys.executable, "-c", TAKER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    went: list[float] = []
    for taker in takers:
        assert taker.stdout is not None
        assert taker.stdout.readline() == "ready\n"
    for taker in takers:
        assert taker.stdin is not None
        taker.stdin.write("go\n")
        taker.stdin.flush()
    for taker in takers:
        out, _ = taker.communicate(timeout=30)
        went += json.loads(out)
    went.sort()
    assert went[-1] - went[0] >= 79 / 40 - 0.1
    most = max(sum(1 for other in went if one <= other < one + 0.5) for one in went)
    assert most <= 20 + 4, "more went in half a second than the rate allows, with a little jitter of waking"


def test_a_hold_lets_nobody_go(turns: WorkerTurns) -> None:
    assert turns.take("canvas", 0.01) == 0.0
    turns.hold("canvas", 0.4)
    assert 0.2 < turns.until("canvas") <= 0.4
    assert turns.until("banner") == 0.0
    time.sleep(0.45)
    assert turns.take("canvas", 0.01) == 0.0
