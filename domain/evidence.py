"""Evidence: which record of which system was looked at, when, and what it showed (S70)."""

from datetime import datetime

from domain.records import Record


class Evidence(Record):
    """One look at one source.

    ``source`` is the system (``banner``, ``canvas``, ``ledger``, ``calendar``), ``record`` names the record without
    personal data, ``shows`` is what it said in a few words, ``read_at`` when it was read.
    """

    source: str
    record: str
    shows: str
    read_at: datetime
