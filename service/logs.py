"""Log lines for operators: run and correlation ids, no personal data.

Lines go to standard error as console text or JSON. A value under a key that could name a person is replaced before it
is written, whatever module logged it; a test plants names and searches the output for them.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_PERSONAL = frozenset(
    {
        "name",
        "names",
        "first",
        "last",
        "full",
        "login",
        "email",
        "sis_id",
        "person_id",
        "phone",
        "address",
        "birth_date",
        "body",
    }
)
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
            withhold_personal,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def withhold_personal(_logger: object, _method: str, event: Event) -> Event:
    """Replace every value whose key could name a person."""
    for key in event:
        if key in _PERSONAL:
            event[key] = "withheld"
    return event


def bind_run(run: str, correlation: str = "") -> None:
    """Give every later line of this thread the run id and, where there is one, the correlation id."""
    structlog.contextvars.bind_contextvars(run=run, **({"correlation": correlation} if correlation else {}))
