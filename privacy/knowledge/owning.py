"""One process owns the vector folder at a time: Chroma shows a second process stale answers without a word."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import RecordLocked


@contextmanager
def owning(folder: Path) -> Iterator[None]:
    """Own the folder for a block; the kernel gives it back however the process ends.

    Raises RecordLocked where another process owns it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder / "owner.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise RecordLocked(
            "Another process has the knowledge base open, and only one may.",
            field="knowledge.folder",
            fix="Ask the running `provost serve`, or stop it, or wait until the other command ends.",
        ) from None
    try:
        yield
    finally:
        os.close(handle)
