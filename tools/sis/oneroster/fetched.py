"""OneRoster bundles from an SFTP server, fetched anew for every run: a worker that lives for weeks reads each night's.

What was fetched names people, so it lies in a folder of this process and goes once two newer ones were fetched, or with
the process.
"""

import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.institution import Institution
from domain.ports import Clock
from tools.sis.oneroster.delivery import DeliveredFile
from tools.sis.oneroster.read import OneRosterReader
from tools.sis.oneroster.settings import OneRosterSettings
from tools.sis.oneroster.sftp import SftpServer, fetch_bundles

_KEPT = 2
"""The delivery in use and the one before, which somebody may still be reading a single record from."""


class FetchedReader(OneRosterReader):
    """Reads what the server offers; ``close`` removes what was fetched. Raises what fetching raises, from the start."""

    def __init__(
        self,
        server: SftpServer,
        institution: Institution,
        *,
        settings: OneRosterSettings | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__((), institution, settings=settings, clock=clock)
        self._server, self._alone = server, threading.Lock()
        self._folders: deque[tempfile.TemporaryDirectory[str]] = deque()
        self._renew()

    @contextmanager
    def delivered(self) -> Iterator[tuple[DeliveredFile, ...]]:
        """Fetch what lies on the server now, and hold it still for a block; another run waits for its own."""
        with self._alone:
            self._renew()
            yield self._delivery.files()

    def close(self) -> None:
        """Remove everything that was fetched."""
        while self._folders:
            self._folders.popleft().cleanup()

    def _renew(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="provost-oneroster-")
        try:
            self._take(fetch_bundles(self._server, Path(folder.name)))
        except BaseException:
            folder.cleanup()
            raise
        self._folders.append(folder)
        while len(self._folders) > _KEPT:
            self._folders.popleft().cleanup()
