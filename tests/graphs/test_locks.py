"""Locks that die with their holder, on files and on PostgreSQL."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from domain.errors import RecordLocked, Unreachable
from graphs.locks import Locks, locks_for

HOLDER = """
import sys, time
from pathlib import Path
from graphs.locks import locks_for
kept = locks_for(sys.argv[1], Path(sys.argv[2])).take("thread x")
assert kept is not None
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def locks(checkpoint_url: str, tmp_path: Path) -> Iterator[Locks]:
    found = locks_for(checkpoint_url, tmp_path)
    yield found
    found.close()


def test_a_name_is_held_once_and_can_be_given_back(locks: Locks) -> None:
    release = locks.take("thread x")
    assert release is not None
    assert locks.take("thread x") is None
    other = locks.take("thread y")
    assert other is not None
    other()
    release()
    again = locks.take("thread x")
    assert again is not None
    again()


def test_waiting_ends_with_a_named_failure(locks: Locks) -> None:
    release = locks.take("thread x")
    assert release is not None
    with pytest.raises(RecordLocked, match="thread x"), locks.holding("thread x", 0.2):
        pass
    release()


def test_a_killed_holder_leaves_the_lock_free(locks: Locks, checkpoint_url: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, checkpoint_url, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert locks.take("thread x") is None
        holder.kill()
        holder.wait()
    with locks.holding("thread x", 5):
        pass


@pytest.mark.postgres
def test_a_session_that_breaks_says_so_and_is_made_anew(postgres_url: str, tmp_path: Path) -> None:
    locks = locks_for(postgres_url, tmp_path)
    assert locks.take("thread x") is not None
    with psycopg.connect(postgres_url.replace("+psycopg", "", 1), autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    with pytest.raises(Unreachable):
        locks.take("thread y")
    again = locks.take("thread x")
    assert again is not None
    locks.close()
