"""What the routes of the interface share: the installation behind the request, cursors, and streams."""

import base64
import binascii
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Path, Query, Request

from console.visiting import provost_of
from domain.errors import ConfigurationError
from domain.request_errors import RequestUnreadable

if TYPE_CHECKING:
    from graphs.assembly import Provost
    from service.engine import WorkQueue
else:
    Provost = WorkQueue = Any

T = TypeVar("T")
Here = Annotated[Provost, Depends(provost_of)]
MOST = 200
Cursor = Annotated[str, Query(max_length=200, description="Where the last page ended; empty for the first.")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="Most items in the page.")]
Id = Annotated[str, Path(alias="id", min_length=1, max_length=120, pattern=r"^[A-Za-z0-9_.:|-]+$")]


def queue_of(request: Request) -> WorkQueue:
    """Return the queue that takes work; ConfigurationError where this process has none."""
    queue: WorkQueue | None = request.app.state.queue
    if queue is None:
        fix = "Ask a process that provost serve started."
        raise ConfigurationError("This process takes no work.", field="queue", fix=fix)
    return queue


Queue = Annotated[WorkQueue, Depends(queue_of)]


def write_cursor(*parts: object) -> str:
    """Return an opaque cursor."""
    return base64.urlsafe_b64encode("|".join(str(part) for part in parts).encode()).decode().rstrip("=")


def read_cursor(cursor: str, parts: int) -> list[str]:
    """Return what a cursor says, or nothing for the first page; raises RequestUnreadable for one we did not make."""
    if not cursor:
        return []
    try:
        said = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split("|")
    except (binascii.Error, ValueError):
        said = []
    if len(said) != parts:
        raise _bad_cursor()
    return said


def read_place(cursor: str) -> int:
    """Return the number that a cursor of one number says, 0 for the first page."""
    said = read_cursor(cursor, 1)
    if said and not (said[0].isascii() and said[0].isdigit() and len(said[0]) < 16):  # noqa: PLR2004 fits any database
        raise _bad_cursor()
    return int(said[0]) if said else 0


def paged(items: Sequence[T], cursor: str, limit: int) -> tuple[list[T], str]:
    """Return one page of a list that is there as a whole, and the cursor of the next."""
    start = read_place(cursor)
    more = start + limit < len(items)
    return list(items[start : start + limit]), write_cursor(start + limit) if more else ""


def _bad_cursor() -> RequestUnreadable:
    fix = "Send the cursor of the page before, or none."
    return RequestUnreadable("The cursor was not made here.", field="cursor", fix=fix)


def stream_answer(what: str) -> dict[int | str, dict[str, Any]]:
    """Return how a stream of events is described."""
    return {200: {"description": what, "content": {"text/event-stream": {"schema": {"type": "string"}}}}}


def require_known_parameters(request: Request) -> None:
    """Refuse a parameter that the route does not have: one that was mistyped would otherwise narrow nothing down."""
    known = {field.alias for field in request.scope["route"].dependant.query_params}
    odd = sorted(set(request.query_params) - known)
    if odd:
        fix = "See /api/v1/openapi.json for what this address takes."
        raise RequestUnreadable("This address has no such parameter.", field=odd[0][:100], fix=fix)
