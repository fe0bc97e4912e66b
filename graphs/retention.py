"""What is kept no longer than it is needed: where finished runs stood, what they held, and what crashes left behind.

The ledger, the intents, the plans and the runs' own rows stay: they are the record. What goes is on record before it
goes, so that nothing disappears without a trace.
"""

import shutil
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from domain.errors import ConfigurationError
from domain.ids import PrincipalId, RunId
from domain.records import Record
from graphs.checkpoints import SealedRows, open_checkpoints
from graphs.foundation import Foundation
from store.canonical import JSON
from store.chats import Chats

_STAGING_KEPT = timedelta(days=1)
"""A snapshot lives as long as its run; one older than this was left by a crash."""
_STAGING = "provost-staging-*"


class FinishedWork(Protocol):
    """The engine's finished work, which may be dropped once its run is long over."""

    def finished_before(self, moment: datetime) -> Sequence[str]:
        """Return the ids of work that ended before a moment."""
        ...

    def drop(self, work: Sequence[str]) -> None:
        """Remove these rows for good."""
        ...


class PruneReport(Record):
    """What was removed, or in a dry run would be.

    Threads of checkpoints, engine rows, leases and staging folders of old runs; conversations that nobody can open.
    """

    before: datetime
    threads: int = 0
    engine: int = 0
    leases: int = 0
    staging: int = 0
    conversations: int = 0
    dry_run: bool = False


class Retention:
    """Finds and removes what is older than the setting ``retention.finished_run_days``."""

    def __init__(self, base: Foundation, work: FinishedWork | None = None) -> None:
        self._base, self._work = base, work

    def prune(self, actor: PrincipalId, *, dry_run: bool) -> PruneReport:
        """Remove what finished runs left behind, the ledger entry first; a dry run only counts.

        Raises ConfigurationError where no age is set: nothing is ever removed unasked.
        """
        days = self._base.settings.retention.finished_run_days
        if not days:
            fix = "Set for how many days finished runs are kept; the records office knows."
            raise ConfigurationError("No retention is set.", field="retention.finished_run_days", fix=fix)
        age = timedelta(days=days)
        before = self._base.clock.now() - age
        ended = self._base.runs.ended_before(before)
        work = self._work.finished_before(datetime.now(UTC) - age) if self._work else ()
        staging = list(_left_staging(self._base.settings.home / "staging"))
        chats = Chats(self._base.database, clock=self._base.clock)
        over = chats.over()
        with ExitStack() as closing:
            saver = closing.enter_context(
                open_checkpoints(self._base.settings.database, self._base.keyring, self._base.settings.home)
            )
            kept = saver.threads()
            threads = [run for run in ended if run in kept]
            report = PruneReport(
                before=before,
                threads=len(threads),
                engine=len(work),
                leases=self._base.leases.count(ended),
                staging=len(staging),
                conversations=len(over),
                dry_run=dry_run,
            )
            if not dry_run:
                self._record(report, actor, ended)
                self._remove_threads(saver, threads)
        if not dry_run:
            chats.forget(over)
            if self._work:
                self._work.drop(work)
            for folder in staging:
                shutil.rmtree(folder, ignore_errors=True)
        return report

    def _record(self, report: PruneReport, actor: PrincipalId, ended: Iterable[RunId]) -> None:
        """Put on record what goes, and let the leases go in the same transaction."""
        counted = report.model_dump(mode="json", exclude={"dry_run"})
        body: dict[str, JSON] = {**counted, "days": self._base.settings.retention.finished_run_days}
        with self._base.database.session() as session:
            self._base.ledger.append("retention.pruned", actor, "", body, session=session)
            for run in ended:
                self._base.leases.release(run, session=session)

    def _remove_threads(self, saver: SealedRows, threads: Iterable[RunId]) -> None:
        """Remove the checkpoints of each thread; one that a process works on after all is left to the next time."""
        for run in threads:
            release = self._base.locks.take(f"thread {run}")
            if release is not None:
                try:
                    saver.delete_thread(run)
                finally:
                    release()


def forget_ended_chats(base: Foundation, actor: PrincipalId) -> int:
    """Delete what is left of conversations that nobody can open, on record, and return how many they were (S226)."""
    chats = Chats(base.database, clock=base.clock)
    over = chats.over()
    if over:
        base.ledger.append("retention.chats", actor, "", {"conversations": len(over)})
        chats.forget(over)
    return len(over)


def _left_staging(folder: Path) -> Iterable[Path]:
    """Return the folders of snapshots whose run is long gone."""
    limit = (datetime.now(UTC) - _STAGING_KEPT).timestamp()
    return (found for found in folder.glob(_STAGING) if found.is_dir() and found.stat().st_mtime < limit)
