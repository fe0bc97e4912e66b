"""Words for a request that are safe in a log or an error: no id, no name, no query value."""

import logging
import re
from urllib.parse import quote, urlsplit

_WORD = re.compile(r"^(?:[a-z][a-z_-]{0,40}|v\d{1,2}|oauth2)$")

for _noisy in ("httpx", "httpcore"):
    logging.getLogger(_noisy).setLevel(logging.WARNING)  # their own lines show whole addresses, ids included


def describe_place(method: str, url: str) -> str:
    """Return ``GET /api/v1/users/:id`` for any address: segments that are not plain words become ``:id``."""
    segments = urlsplit(url).path.split("/")
    shown = "/".join(part if not part or _WORD.match(part) else ":id" for part in segments)
    return f"{method} {shown}"


def escape_id(value: str) -> str:
    """Return an id fit for a path slot: everything but letters, digits, ``_``, ``-`` and ``~`` is escaped, dots too."""
    return quote(value, safe="").replace(".", "%2E")
