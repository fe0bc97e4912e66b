"""What is kept of grades on their way: attestations, delegates, instructors' entries, holds, receipts, columns seen.

Rows name people by handle; marks, letters and words are sealed under the key ring (S226).
"""

from typing import NamedTuple

from domain.ports import Clock
from store.clock import SYSTEM_CLOCK
from store.database import Database
from store.grading.attestations import Attestations
from store.grading.columns import ColumnLook, Columns
from store.grading.entries import Entries
from store.grading.holds import Holds
from store.grading.receipts import Receipts
from store.keys import KeyRing

__all__ = ["Attestations", "ColumnLook", "Columns", "Entries", "Grading", "Holds", "Receipts", "open_grading"]


class Grading(NamedTuple):
    """All that is kept of grades on their way."""

    attestations: Attestations
    holds: Holds
    entries: Entries
    receipts: Receipts
    columns: Columns


def open_grading(database: Database, keyring: KeyRing, clock: Clock = SYSTEM_CLOCK) -> Grading:
    """Open what is kept of grades in a database."""
    return Grading(
        Attestations(database, clock=clock),
        Holds(database, keyring, clock=clock),
        Entries(database, keyring, clock=clock),
        Receipts(database, keyring),
        Columns(database, clock=clock),
    )
