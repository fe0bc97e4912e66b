"""A scrubber over a vault in a SQLite file."""

from collections.abc import Iterator

import pytest

from privacy.people import PeopleInMemory
from privacy.scrub import ConversationScrubber
from privacy.vault import Vault, new_conversation
from privacy.vocabulary import ConversationId
from store.database import Database, open_database
from store.keys import KeyRing
from store.migrations import upgrade
from tests.privacy.scrub.campus import PEOPLE, Access, ExactFinder


@pytest.fixture(scope="session")
def vault(tmp_path_factory) -> Iterator[Vault]:
    folder = tmp_path_factory.mktemp("vault")
    database: Database = open_database(f"sqlite:///{folder}/provost.db")
    upgrade(database)
    yield Vault(database, KeyRing.open(folder / "keys"))
    database.close()


@pytest.fixture
def conversation() -> ConversationId:
    return new_conversation()


@pytest.fixture
def access() -> Access:
    """Everyone may be seen; tests that need less make their own."""
    return Access(*(known.handle for known in PEOPLE))


@pytest.fixture
def finder() -> ExactFinder:
    return ExactFinder()


@pytest.fixture
def scrubber(vault, finder, access) -> ConversationScrubber:
    return ConversationScrubber(vault, finder, access, PeopleInMemory(PEOPLE))
