"""A record folded into state as compressed JSON.

LangGraph rebuilds only the classes that a state names, and not tuples with names inside them; a paper is one class, is
small even for thousands of discrepancies, and is read back by the model that wrote it.
"""

import zlib
from typing import TypeVar

from domain.records import Record

R = TypeVar("R", bound=Record)


class Paper(Record):
    """Another record as compressed JSON."""

    packed: bytes

    @classmethod
    def of(cls, record: Record) -> "Paper":
        """Fold a record."""
        return cls(packed=zlib.compress(record.model_dump_json().encode()))

    def read(self, kind: type[R]) -> R:
        """Unfold it as the class it was folded from."""
        return kind.model_validate_json(zlib.decompress(self.packed))
