"""The house over both databases; the databases are those of the store's own tests."""

from pathlib import Path

import pytest

from store.database import Database
from store.ledger import Ledger
from tests.governance.house import House
from tests.store.conftest import database, empty_url, folder, keyring, ledger, migrated, url

__all__ = ["database", "empty_url", "folder", "keyring", "ledger", "migrated", "url"]


@pytest.fixture
def house(database: Database, ledger: Ledger, tmp_path: Path) -> House:
    return House(database, ledger, tmp_path / "state")
