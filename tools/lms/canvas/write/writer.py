"""Writes to Canvas: rosters, accounts and shells by SIS import, the rest by single calls. Only the gate holds one.

Safe to repeat with the same changes: import rows are upserts, dates and states are set to values, messages are looked
for by their marker first. A failure of one change is that change's receipt; it never hides what became of the others.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from domain.changes import (
    ArchiveCourse,
    BaseChange,
    Change,
    ChangeRole,
    ChangeSisId,
    CreateCourse,
    CreatePerson,
    CreateSection,
    CrossList,
    Deactivate,
    Enrol,
    MoveSection,
    RelinkSection,
    Restore,
    SendMessage,
    UpdateDates,
    UpdatePersonField,
)
from domain.errors import ProvostError
from domain.ids import ChangeId
from domain.ports import Capabilities, IdentityResolver, Receipt, SisReader
from tools.lms.canvas.lookup import API
from tools.lms.canvas.write.bundle import build_bundle
from tools.lms.canvas.write.course_finish import CourseFinisher
from tools.lms.canvas.write.direct import DirectWriter, attempt, to_refusal
from tools.lms.canvas.write.import_rows import BY_IMPORT, RowSource
from tools.lms.canvas.write.imports import ImportPatience, ImportRunner
from tools.lms.canvas.write.outcomes import to_receipts
from tools.lms.canvas.write.sis_rows import SisRow
from tools.wire import WireClient, escape_id

KINDS: tuple[type[BaseChange], ...] = (
    Enrol,
    Deactivate,
    Restore,
    ChangeRole,
    MoveSection,
    CreatePerson,
    UpdatePersonField,
    ChangeSisId,
    CreateCourse,
    CreateSection,
    CrossList,
    RelinkSection,
    UpdateDates,
    ArchiveCourse,
    SendMessage,
)
"""Every kind of change that can be made here."""


class CanvasWriter:
    """Makes changes in one Canvas root account with the write credential (S223).

    ``sis`` gives names, logins and earlier ids at the moment of writing, so that no plan carries them. ``patience``
    says how long imports and copies are waited for; ``sleep`` and ``monotonic`` let a test wait without waiting.
    """

    def __init__(
        self,
        client: WireClient,
        account_id: str,
        resolver: IdentityResolver,
        sis: SisReader,
        *,
        patience: ImportPatience | None = None,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        waits = patience or ImportPatience()
        account = f"{API}/accounts/{escape_id(account_id)}"
        self._imports = ImportRunner(client, account, waits, sleep=sleep, monotonic=monotonic)
        self._finisher = CourseFinisher(client, waits, sleep=sleep, monotonic=monotonic)
        self._client, self._resolver, self._sis = client, resolver, sis
        self._direct = DirectWriter(client, resolver)

    def capabilities(self) -> Capabilities:
        """Say which kinds of change can be made here."""
        writes = frozenset(str(kind.model_fields["kind"].default) for kind in KINDS)
        return Capabilities(system="canvas", version="v1", reads=frozenset(), writes=writes)

    def settle(self) -> None:
        """Wait until no import is running; for recovery, before what a crash left behind is looked at."""
        self._imports.settle()

    def apply(self, changes: Sequence[Change]) -> Mapping[ChangeId, Receipt]:
        """Make the changes in order, neighbouring roster changes in one import; one receipt for each."""
        receipts: dict[ChangeId, Receipt] = {}
        for by_import, group in groupby(changes, key=lambda change: isinstance(change, BY_IMPORT)):
            members = list(group)
            if by_import:
                receipts |= self._apply_import(members)
            else:
                receipts |= {change.change_id: self._direct.apply(change) for change in members}
        return receipts

    def _apply_import(self, changes: Sequence[Change]) -> dict[ChangeId, Receipt]:
        """Put the changes into one import; those that must not be sent are refused before it."""
        receipts: dict[ChangeId, Receipt] = {}
        rows: list[SisRow] = []
        source = RowSource(self._client, self._resolver, self._sis)
        for change in changes:
            try:
                own = source.rows_for(change)
                rows += own
                receipts[change.change_id] = Receipt(change=change.change_id, accepted=not own, message=_nothing(own))
            except ProvostError as error:
                receipts[change.change_id] = to_refusal(change, error, uncertain=False)
        if rows:
            sent = {row.change for row in rows}
            receipts |= self._run([change for change in changes if change.change_id in sent], rows)
        return receipts | self._finish(changes, receipts)

    def _run(self, changes: Sequence[Change], rows: Sequence[SisRow]) -> dict[ChangeId, Receipt]:
        """Run one import once no other runs, and return what became of each change (R74)."""
        try:
            self._imports.settle()
            job = self._imports.run(build_bundle(rows))
            messages = self._imports.read_messages(job) if job.has_messages else []
        except ProvostError as error:
            return {change.change_id: to_refusal(change, error, uncertain=False) for change in changes}
        return to_receipts(job, rows, messages)

    def _finish(self, changes: Sequence[Change], receipts: Mapping[ChangeId, Receipt]) -> dict[ChangeId, Receipt]:
        """Give the new courses that Canvas took their template and publish them (S194, E8)."""
        return {
            change.change_id: self._finish_course(change, receipts[change.change_id])
            for change in changes
            if isinstance(change, CreateCourse) and receipts[change.change_id].accepted
        }

    def _finish_course(self, change: CreateCourse, receipt: Receipt) -> Receipt:
        def finish() -> str:
            self._finisher.finish(change)
            return receipt.reference

        outcome = attempt(change, finish)
        return outcome.model_copy(update={"reference": receipt.reference})


def _nothing(rows: Sequence[SisRow]) -> str:
    return "" if rows else "Canvas already shows this."
