"""The ledger (S37, S224): append-only, hash-linked, checkpointed outside the database, verifiable at any time."""

from store.ledger.checkpointing import CheckpointPace
from store.ledger.checkpoints import Checkpoint
from store.ledger.entries import Draft, Entry, Subject
from store.ledger.ledger import Ledger
from store.ledger.trail import TrailEntry
from store.ledger.verify import Verification

__all__ = ["Checkpoint", "CheckpointPace", "Draft", "Entry", "Ledger", "Subject", "TrailEntry", "Verification"]
