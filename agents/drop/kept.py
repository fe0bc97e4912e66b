"""What is kept of one drop: the statement, the seat it was made for, its reference and the texts on drops."""

from agents.drop.seat import Seat
from agents.drop.statement import ImpactStatement
from domain.records import Record


class PolicyText(Record):
    """A passage of the institution's own texts on drops, exactly enough to find it again (S161)."""

    title: str
    section: str
    version: str
    url: str
    content_hash: str


class KeptDrop(Record):
    """One statement with all that a later run, an advisor or the office needs of it again."""

    statement: ImpactStatement
    seat: Seat
    reference: str
    citations: tuple[PolicyText, ...] = ()
