"""What files a run was decided on: put on record, and compared with what earlier runs of the term were given.

A worker that is given yesterday's files again finds nothing new and would call the term in line.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from domain.changes import digest
from domain.errors import StaleDelivery
from domain.findings import Finding, Severity
from domain.ids import RunId
from domain.ports import SisReader
from graphs.specialists import SyncRequest
from store.canonical import JSON
from store.ledger import Ledger
from store.plans import Notices
from tools.scoped import ScopedOneRoster
from tools.sis.oneroster.delivery import DeliveredFile

_REMEMBERED = timedelta(days=365)
_NAMED = 3


@dataclass(frozen=True)
class Deliveries:
    """Remembers deliveries by content, per term; ``actor`` is who reads them."""

    ledger: Ledger
    notices: Notices
    actor: str

    @contextmanager
    def taking(self, sis: SisReader, request: SyncRequest, *, first_today: bool) -> Iterator[tuple[Finding, ...]]:
        """Hold the newest delivery still for a block and give what is to be said about it.

        A system that is asked instead of delivering has nothing to say. The first run of a day warns where nothing new
        was delivered; a dry run remembers nothing.
        """
        if not isinstance(sis, ScopedOneRoster):
            yield ()
            return
        with sis.delivered() as files:
            yield self._note(files, request, first_today=first_today)

    def _note(
        self, files: tuple[DeliveredFile, ...], request: SyncRequest, *, first_today: bool
    ) -> tuple[Finding, ...]:
        body: dict[str, JSON] = {"term": request.term, "files": {file.name: file.sha256 for file in files}}
        self.ledger.append("source.delivered", self.actor, request.run, body)
        key = f"delivery {request.term} {digest(sorted(file.sha256 for file in files))[:32]}"
        if request.dry_run or self._is_first(key, request.run):
            return ()
        return (_stale(files, Severity.WARNING if first_today else Severity.INFO),)

    def _is_first(self, key: str, run: RunId) -> bool:
        """Tell whether no other run was given these files; a run that starts again after a crash is the same run."""
        again = not self.notices.claim(f"{key} {run}", run, _REMEMBERED)
        return again or self.notices.claim(key, run, _REMEMBERED)


def _stale(files: tuple[DeliveredFile, ...], severity: Severity) -> Finding:
    names = ", ".join(file.name for file in files[:_NAMED])
    more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
    return Finding(
        code=StaleDelivery.code,
        severity=severity,
        subject="oneroster delivery",
        message=f"These files were compared by an earlier run already: {names}{more}.",
        fix="Where a new delivery was due, ask the data office why the export did not arrive.",
    )
