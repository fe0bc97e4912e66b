"""SIS imports as jobs: sent once, watched to the end, never two of ours at a time (R74).

After a crash an import may still be running. A new one is sent only once it has ended, so that what is read afterwards
is settled and the newer rows come last.
"""

import time
from collections.abc import Callable
from contextlib import suppress

from pydantic import BaseModel, ConfigDict, Field

from domain.errors import (
    ProvostError,
    RecordLocked,
    UncertainEffect,
)
from tools.lms.canvas.collecting import Collected
from tools.lms.canvas.wire import ImportErrorRow, ImportRow, read_row
from tools.wire import WireClient, link_pages

RUNNING = ("initializing", "created", "importing", "cleanup_batch", "restoring")
"""States in which an import still works; every other one is final."""
DONE = frozenset({"imported", "imported_with_messages"})
"""Final states in which rows were applied; the others applied nothing that can be relied on."""


class ImportPatience(BaseModel):
    """How often a running import is looked at and how long it is waited for, in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_wait: float = Field(default=1.0, gt=0, description="Seconds before the second look; grows by half each time.")
    longest_wait: float = Field(default=15.0, gt=0, description="Seconds no wait between looks exceeds.")
    limit: float = Field(default=900.0, gt=0, description="Seconds an import is waited for.")


class ImportRunner:
    """Sends bundles to one root account and waits for them."""

    def __init__(
        self,
        client: WireClient,
        account: str,
        patience: ImportPatience,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._path, self._patience = client, f"{account}/sis_imports", patience
        self._sleep, self._monotonic = sleep, monotonic

    def settle(self) -> None:
        """Wait until no import is running on the account; RecordLocked where one is still running at the limit."""
        if not self._until(lambda: not self._running()):
            fix = "Look at the import in Canvas; abort it there if it hangs."
            raise RecordLocked("Canvas is still working on an earlier import.", field="sis_import", fix=fix)

    def run(self, bundle: bytes) -> ImportRow:
        """Send a bundle and return the import once it ended, or as it stands when patience ends or Canvas goes silent.

        A lost answer is cured by waiting for whatever runs and sending once more: the rows are upserts, so a second
        import of the same rows changes nothing.
        """
        try:
            started = self._send(bundle)
        except UncertainEffect:
            started = self._send_again(bundle)
        return self._watch(started)

    def read_messages(self, job: ImportRow) -> list[ImportErrorRow]:
        """Return what the import said about rows: its error list, and the summary where the list lacks it."""
        collected = Collected(ImportErrorRow)
        rows: list[ImportErrorRow] = []
        pages = link_pages(
            self._client,
            f"{self._path}/{job.id}/errors",
            (("per_page", "100"),),
            key="sis_import_errors",
            may_be_missing=True,
        )
        with suppress(ProvostError):
            rows = collected.take(pages, f"import {job.id}")
        known = {row.message for row in rows}
        return [*rows, *(ImportErrorRow(file=file, message=text) for file, text in job.messages if text not in known)]

    def _send_again(self, bundle: bytes) -> ImportRow:
        try:
            self.settle()
        except ProvostError as error:
            fix = "Look at the imports in Canvas before these rows are sent again."
            raise UncertainEffect(
                "An import may have been taken; Canvas does not say.", field="sis_import", fix=fix
            ) from error
        return self._send(bundle)

    def _send(self, bundle: bytes) -> ImportRow:
        params = (("import_type", "instructure_csv"), ("extension", "zip"))
        answer = self._client.post(
            self._path, params=params, content=bundle, headers={"Content-Type": "application/zip"}
        )
        return read_row(ImportRow, answer.json())

    def _watch(self, job: ImportRow) -> ImportRow:
        """Look again and again until the import is final or patience ends.

        It was taken already, so a failure to look is no failure of the import: reading back decides.
        """
        seen = [job]

        def ended() -> bool:
            if seen[-1].workflow_state in RUNNING:
                seen.append(read_row(ImportRow, self._client.get(f"{self._path}/{job.id}").json()))
            return seen[-1].workflow_state not in RUNNING

        with suppress(ProvostError):
            self._until(ended)
        return seen[-1]

    def _running(self) -> bool:
        params = (*(("workflow_state[]", state) for state in RUNNING), ("per_page", "100"))
        for value in link_pages(self._client, self._path, params, key="sis_imports"):
            if read_row(ImportRow, value).workflow_state in RUNNING:
                return True
        return False

    def _until(self, reached: Callable[[], bool]) -> bool:
        """Ask until ``reached`` says yes, with growing waits; False at the limit."""
        wait, deadline = self._patience.first_wait, self._monotonic() + self._patience.limit
        while not reached():
            if self._monotonic() + wait > deadline:
                return False
            self._sleep(wait)
            wait = min(wait * 1.5, self._patience.longest_wait)
        return True
