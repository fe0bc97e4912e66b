"""What a knowledge base is put together from."""

from typing import NamedTuple

from domain.ports import Clock
from privacy.knowledge.cleaning import Cleaner
from privacy.knowledge.documents import Documents
from privacy.knowledge.vectors import VectorIndex
from privacy.knowledge.vocabulary import CourseMembership, Embedder
from privacy.vocabulary import PeopleAccess
from store.ledger import Ledger


class Parts(NamedTuple):
    """What a knowledge base is put together from; what is None denies or refuses what would need it."""

    documents: Documents
    vectors: VectorIndex
    embedder: Embedder
    cleaner: Cleaner
    ledger: Ledger
    clock: Clock
    tenant: str
    note_days: int
    membership: CourseMembership | None = None
    people: PeopleAccess | None = None
