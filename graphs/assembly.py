"""The composition root: everything is put together here, and only here can a module that writes be seen (S222, S223).

``assemble(settings)`` opens the database, keys, ledger, policy and readers, and gives a :class:`Provost`, through which
the command line, the worker and the console do everything. A write connector is imported only where the policy has
reached phase 3 for its system and a write credential is set; before that nothing in the process could write.
"""

from typing import Self

from domain.ids import RunId, TermCode
from domain.ports import FeedEvent
from domain.principals import Principal
from graphs.reports import AnswerReport, ProgressSink, RecoveryReport, RollbackReport, RunReport
from graphs.settings import Settings


class Provost:
    """One installation, put together: what may be asked of it.

    Attributes for screens: ``settings``, ``institution``, ``policy``, ``database``, ``ledger``, ``plans``,
    ``approvals`` (list and show), ``principals``, ``casedesk``, ``sis`` and ``lms`` (readers), ``clock``.
    """

    settings: Settings

    def reconcile(
        self,
        term: TermCode,
        *,
        dry_run: bool = False,
        run_id: RunId | None = None,
        progress: ProgressSink | None = None,
    ) -> RunReport:
        """Compare the whole of a term and bring the LMS into line as far as the policy allows (S246, R72)."""
        raise NotImplementedError

    def run_event(self, event: FeedEvent) -> RunReport:
        """Bring one registration into line after a change in the SIS; stale and repeated events do nothing (S62)."""
        raise NotImplementedError

    def answer(
        self, approval_id: str, principal: Principal, decision: str, *, plan_hash: str, reason: str = ""
    ) -> AnswerReport:
        """Take a person's ``approve`` or ``reject`` of exactly this plan hash, and carry on with the run that waits."""
        raise NotImplementedError

    def rollback(self, run: RunId, principal: Principal, *, reason: str = "") -> RollbackReport:
        """Undo what a run changed, as far as it can be undone, through the same gate (S238)."""
        raise NotImplementedError

    def recover(self) -> RecoveryReport:
        """Settle what a crash left in flight: look first, never send blindly, then continue open runs."""
        raise NotImplementedError

    def close(self) -> None:
        """Release connections; safe to call twice."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        """Give the installation to a ``with`` block."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Close it at the end of the block."""
        self.close()


def assemble(settings: Settings) -> Provost:
    """Put an installation together from its settings.

    Raises ConfigurationError naming the key where a file, credential or address is missing.
    """
    raise NotImplementedError
