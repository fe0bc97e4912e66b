"""Every table of the store in one place, for migrations and for the test that models and migrations agree."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

import store.casedesk
import store.conversations
import store.handles
import store.intents
import store.knowledge
import store.known_people
import store.ledger.checkpoints
import store.ledger.entries
import store.ledger.person_keys
import store.plans
import store.principals
import store.workers  # noqa: F401


def store_metadata() -> MetaData:
    """Return the metadata that holds every table of the store."""
    return SQLModel.metadata
