"""Log lines for operators: run and correlation ids, numbers and words of ours, no personal data.

Lines go to standard error as console text or JSON. Default deny: a value is written only under a key that stands here,
a failure by its class and the place it came from, never by its text, which may quote whom it is about.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

KNOWN_KEYS = frozenset(
    {
        *("event", "level", "timestamp", "run", "runs", "slot", "correlation", "graph", "workflow"),
        *("code", "error", "at", "relationship", "folder", "failures_in_a_row", "count"),
        *("system", "request", "status", "bytes", "ms", "waited_s", "left"),
        *("resource", "what", "why", "codes"),
    }
)
"""What log lines of ours say; a test holds every call against it."""
WITHHELD = "withheld"
_CLASS = re.compile(r"[A-Z][A-Za-z0-9]{2,80}")
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}

Event = MutableMapping[str, Any]


def configure_logs(form: str, level: str) -> None:
    """Set up structlog for this process; ``form`` is ``console`` or ``json``."""
    renderer = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            word_failures,
            withhold_personal,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def word_failures(_logger: object, _method: str, event: Event) -> Event:
    """Put a failure's class and place where its text and traceback would stand."""
    failure = _failure_of(event.pop("exc_info", None)) or event.get("error")
    event.pop("stack_info", None)
    if isinstance(failure, BaseException):
        event["error"], event["at"] = type(failure).__name__, _place(failure.__traceback__)
    return event


def withhold_personal(_logger: object, _method: str, event: Event) -> Event:
    """Replace every value under a key that is not known, and whatever is no plain value under one that is."""
    for key, value in event.items():
        if key not in KNOWN_KEYS or not isinstance(value, str | int | float | None):
            event[key] = WITHHELD
    if not _CLASS.fullmatch(str(event.get("error", "Nothing"))):
        event["error"] = WITHHELD
    return event


def _failure_of(given: object) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    found = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given else None
    return found if isinstance(found, BaseException) else None


def _place(trace: TracebackType | None) -> str:
    """Return the file and line that raised, such as ``runner.py:155``."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""


def bind_run(run: str, correlation: str = "") -> None:
    """Give every later line of this thread the run id and, where there is one, the correlation id."""
    structlog.contextvars.bind_contextvars(run=run, **({"correlation": correlation} if correlation else {}))
