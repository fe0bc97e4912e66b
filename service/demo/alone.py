"""One demonstration per folder: a second one would remove the installation that the first is still using."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import ConfigurationError


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder of the demonstration for a block; the kernel lets go of it however the process ends.

    Raises ConfigurationError naming the process that holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / "demo.lock"
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _held(lock) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def _held(lock: Path) -> ConfigurationError:
    holder = lock.read_text(encoding="ascii").strip() or "that is just starting"
    return ConfigurationError(
        f"Another demonstration uses this folder: process {holder}.",
        field=str(lock.parent),
        fix="Stop it with Ctrl-C in its terminal, or start this one from another folder.",
    )
