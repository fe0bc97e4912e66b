"""Every table of the store in one place, for migrations and for the test that models and migrations agree."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

import store.alerts
import store.casedesk
import store.chats
import store.conversations
import store.drops
import store.gathered
import store.grading.tables
import store.handles
import store.hooks
import store.idempotency
import store.intents
import store.knowledge
import store.known_people
import store.ledger.checkpoints
import store.ledger.entries
import store.ledger.person_keys
import store.plans
import store.principals
import store.sessions
import store.turns
import store.workers  # noqa: F401


def store_metadata() -> MetaData:
    """Return the metadata that holds every table of the store."""
    return SQLModel.metadata
