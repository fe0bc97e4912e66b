"""Looking without touching: the read-only database, and verification from the last checkpoint on."""

import pytest
from sqlalchemy.exc import DBAPIError

from domain.errors import ConfigurationError
from store.database import open_read_only
from store.doctor import examine_database, examine_sqlite_version
from store.ledger.verify import verify_since_checkpoint
from tests.store.intruder import Intruder


@pytest.fixture
def looking(url):
    opened = open_read_only(url)
    yield opened
    opened.close()


def test_a_read_only_database_answers_the_doctor_and_takes_no_write(looking, folder):
    expected = examine_sqlite_version() if looking.dialect == "sqlite" else ()
    assert examine_database(looking, folder) == expected
    with pytest.raises(DBAPIError, match=r"(?i)read.?only"), looking.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM run")


def test_a_missing_file_is_not_made_by_looking(tmp_path):
    with pytest.raises(ConfigurationError, match="no database file"):
        open_read_only(f"sqlite:///{tmp_path}/none.db")
    assert not (tmp_path / "none.db").exists()


@pytest.fixture
def grown(ledger):
    """Six entries, a checkpoint after the fourth."""
    for number in range(6):
        ledger.append("write", "gate", "run-1", {"number": number})
        if number == 3:
            ledger.checkpoint()
    return ledger


def test_only_what_follows_the_checkpoint_is_walked(grown, looking, keyring, folder):
    found = verify_since_checkpoint(looking, keyring.ledger_key.public_key(), folder)
    assert (found.ok, found.entries, found.last_checkpoint, found.after_checkpoint) == (True, 6, 4, 2)


@pytest.mark.parametrize(
    "attack",
    [
        ("UPDATE ledger_entry SET body = '{}' WHERE seq = 6", 6),
        ("DELETE FROM ledger_entry WHERE seq = 5", 5),
        ("DELETE FROM ledger_entry WHERE seq >= 4", 4),
    ],
)
def test_an_attack_at_or_after_the_checkpoint_is_named(grown, looking, database, keyring, attack):
    statement, first_bad = attack
    intruder = Intruder(database)
    intruder.run(statement)
    intruder.close()
    found = verify_since_checkpoint(looking, keyring.ledger_key.public_key(), grown._folder)
    assert (found.ok, found.first_bad) == (False, first_bad)


def test_a_ledger_without_a_checkpoint_is_walked_whole(ledger, looking, keyring, folder):
    ledger.append("write", "gate", "run-1", {})
    found = verify_since_checkpoint(looking, keyring.ledger_key.public_key(), folder)
    assert (found.ok, found.entries, found.last_checkpoint) == (True, 1, None)
