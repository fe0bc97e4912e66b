"""Builds very many records without stopping for the cycle collector.

Records hold no cycles, yet every new one makes the collector look through all the others again: reading a hundred
thousand registrations took ten times as long with it as without.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def bulk_reading() -> Iterator[None]:
    """Rest the collector for a block, or for a function where it is used as a decorator."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
