"""The vault on both databases."""

import pytest

from privacy.vault import Vault, new_conversation
from privacy.vocabulary import ConversationId
from tests.store.conftest import database, empty_url, keyring, migrated, url

__all__ = ["database", "empty_url", "keyring", "migrated", "url"]


@pytest.fixture
def vault(database, keyring) -> Vault:
    return Vault(database, keyring)


@pytest.fixture
def conversation() -> ConversationId:
    return new_conversation()
