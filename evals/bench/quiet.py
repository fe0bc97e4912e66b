"""Keeps single requests out of the log while something is measured."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog


@contextmanager
def only_warnings() -> Iterator[None]:
    """Log no single request, of which there are thousands."""
    kept = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    try:
        yield
    finally:
        structlog.configure(**kept)
