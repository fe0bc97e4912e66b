"""Questions between the form that asked them and the stream that answers them: good once, shortly, for one person.

A browser opens a stream by an address, and a question may name people, so the address carries a ticket instead.
"""

import secrets
import time
from threading import Lock
from typing import NamedTuple

SECONDS = 60.0
MOST = 1000


class Asked(NamedTuple):
    """One question that waits for its stream."""

    principal: str
    words: str
    conversation: str
    at: float


class Tickets:
    """Keeps questions in this process; safe with many threads."""

    def __init__(self) -> None:
        self._asked: dict[str, Asked] = {}
        self._lock = Lock()

    def put(self, principal: str, words: str, conversation: str) -> str:
        """Keep a question and return its ticket; the oldest give way where there are too many."""
        ticket, now = secrets.token_urlsafe(24), time.monotonic()
        with self._lock:
            fresh = {name: one for name, one in self._asked.items() if now - one.at < SECONDS}
            self._asked = dict(list(fresh.items())[-(MOST - 1) :])
            self._asked[ticket] = Asked(principal, words, conversation, now)
        return ticket

    def take(self, ticket: str, principal: str) -> Asked | None:
        """Return a question once, to whoever asked it; None for anybody else, later, or again."""
        with self._lock:
            found = self._asked.get(ticket)
            if found is None or found.principal != principal:
                return None
            del self._asked[ticket]
        return found if time.monotonic() - found.at < SECONDS else None
