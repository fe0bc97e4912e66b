"""What waits for one person, a page at a time: nothing is closed and no other request is read on the way."""

from collections.abc import Iterator, Sequence

from domain.ports import Clock
from domain.principals import Principal
from domain.records import Record
from governance.answering import Answering
from governance.inbox import ApprovalView, Inbox
from store.database import Database
from store.plans import ApprovalRequests, ApprovalRow, Place

_READ_AT_ONCE = 100
_MOST_READ = 2000
"""So many requests are looked through for one page at most; whoever stands to fewer sees the next page begin there."""


class WaitingPage(Record):
    """One page of requests, what expires first coming first.

    ``after`` is where the next page begins, None at the end; ``waiting`` counts what waits for the reader's roles.
    """

    views: tuple[ApprovalView, ...]
    after: Place | None = None
    waiting: int = 0


class WaitingList:
    """Reads pages for whoever asks."""

    def __init__(
        self, database: Database, requests: ApprovalRequests, inbox: Inbox, answering: Answering, clock: Clock
    ) -> None:
        self._database, self._requests, self._inbox = database, requests, inbox
        self._answering, self._clock = answering, clock

    def page(self, principal: Principal, after: Place | None, limit: int) -> WaitingPage:
        """Return what this person stands to answer behind ``after``, at most ``limit`` requests (S260)."""
        rows, stopped = self._answerable(principal, after, limit + 1)
        shown = rows[:limit]
        views = [view for view in self._inbox.views(shown) if len(view.superseded) < len(view.plan.changes)]
        following = Place(shown[-1].expires_at, shown[-1].id) if len(rows) > limit else stopped
        waiting = self._requests.count_waiting(principal.roles, self._clock.now())
        return WaitingPage(views=tuple(views), after=following, waiting=waiting)

    def _answerable(
        self, principal: Principal, after: Place | None, most: int
    ) -> tuple[list[ApprovalRow], Place | None]:
        """Return at most so many requests, and where looking stopped if others were left unread."""
        found, now = list[ApprovalRow](), self._clock.now()
        for _ in range(_MOST_READ // _READ_AT_ONCE):
            rows = self._requests.waiting(principal.roles, now, after, _READ_AT_ONCE)
            found += self._mine(principal, rows)
            if len(found) >= most or len(rows) < _READ_AT_ONCE:
                return found[:most], None
            after = Place(rows[-1].expires_at, rows[-1].id)
        return found, after

    def _mine(self, principal: Principal, rows: Sequence[ApprovalRow]) -> Iterator[ApprovalRow]:
        with self._database.reading() as session:
            given = self._requests.answers_to([row.id for row in rows], session)
        return (row for row in rows if self._answering.may_answer(row, principal, given.get(row.id, ())))
