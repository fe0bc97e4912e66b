"""What a suite is asked, and what its cases came to: the records that travel between processes and lie in run files."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import Field

from domain.records import Record

OFFLINE, CONFIGURED = "offline", "configured"
"""The two models a suite may be run with: the offline one, or the one that the settings name."""


class Asked(NamedTuple):
    """What a run asks of every suite.

    ``data`` is the folder of records and ``test`` the term in it; ``seeds`` is how often each case is tried, with
    another seed each time; ``fast`` asks for the slice that the default tests run; ``model`` is one of the two
    words; ``sections`` has the suite of grades measure single sections too.
    """

    data: Path | None = None
    test: str = "2014B"
    seeds: int = 1
    fast: bool = False
    model: str = OFFLINE
    sections: bool = False


class Part(NamedTuple):
    """One piece of a suite that one process measures: its number, out of how many, and the seed of this try."""

    number: int = 0
    of: int = 1
    seed: int = 0
    fast: bool = False
    model: str = OFFLINE


class Usage(Record):
    """What models were asked: calls, tokens as the provider counted them, and the cost in the provider's currency."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: str = "0"


class CaseResult(Record):
    """How one case came out: ``wrong`` says in which ways it did not, ``baseline`` whether a naive way was right.

    ``baseline`` is None where no naive way was tried on it.
    """

    id: str
    kind: str
    wrong: tuple[str, ...] = ()
    baseline: bool | None = None
    seed: int = 0
    seconds: float = 0.0

    @property
    def right(self) -> bool:
        """Whether nothing about it was wrong."""
        return not self.wrong


class PartResult(Record):
    """What one piece came to: its cases, and counts that are added up over the pieces, ours and the baseline's."""

    cases: tuple[CaseResult, ...] = ()
    counts: Mapping[str, float] = Field(default_factory=dict)
    baseline: Mapping[str, float] = Field(default_factory=dict)
    usage: Usage = Usage()
    model: str = ""
    skipped: str = ""
