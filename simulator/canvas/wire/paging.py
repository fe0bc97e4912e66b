"""Pages: ten rows unless asked, never more than the ceiling, and `Link` URLs that a client must follow as given."""

from __future__ import annotations

import base64
import json
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from simulator.canvas.refusals import Json, Rejected
from simulator.canvas.wire.call import Call, Reply

RowT = TypeVar("RowT")

DEFAULT_PER_PAGE = 10
NOT_REPEATED = ("page", "per_page", "access_token")


def per_page(call: Call) -> int:
    """Return the page size: asked for, or ten, clamped to the ceiling without a word."""
    asked = call.params.integer("per_page") or DEFAULT_PER_PAGE
    return max(1, min(asked, call.max_per_page))


def page_url(call: Call, page: str, size: int, path: str | None = None) -> str:
    """Return the URL of another page of this call; a token given in the query is not repeated."""
    kept = [pair for pair in call.query if pair[0] not in NOT_REPEATED]
    query = urlencode([*kept, ("page", page), ("per_page", str(size))], safe=":")
    return f"{call.origin}{path or call.path}?{query}"


def link_header(links: Sequence[tuple[str, str]]) -> str:
    """Return a `Link` header from (relation, URL) pairs."""
    return ",".join(f'<{url}>; rel="{relation}"' for relation, url in links)


def numbered_page(
    call: Call,
    rows: Sequence[RowT],
    show: Callable[[RowT], Json],
    *,
    counted: bool = True,
    wrapper: str | None = None,
) -> Reply:
    """Return the asked page of a list; `last` is left out unless `counted`, and some lists come under a name."""
    size = per_page(call)
    number = max(1, call.params.integer("page") or 1)
    start = (number - 1) * size
    last = max(1, -(-len(rows) // size))
    links = [("current", page_url(call, str(number), size))]
    if start + size < len(rows):
        links.append(("next", page_url(call, str(number + 1), size)))
    if number > 1:
        links.append(("prev", page_url(call, str(number - 1), size)))
    links.append(("first", page_url(call, "1", size)))
    if counted:
        links.append(("last", page_url(call, str(last), size)))
    shown: Json = [show(row) for row in rows[start : start + size]]
    return Reply({wrapper: shown} if wrapper else shown, headers={"Link": link_header(links)})


def bookmarked_page(
    call: Call, ids: Sequence[int], keep: Callable[[int], bool], show: Callable[[int], Json], path: str
) -> Reply:
    """Return the page after a bookmark from a sorted list of ids; there is no number of pages to be known."""
    size = per_page(call)
    found: list[int] = []
    position = bisect_right(ids, bookmark_of(call))
    while position < len(ids) and len(found) <= size:
        if keep(ids[position]):
            found.append(ids[position])
        position += 1
    links = [("current", page_url(call, call.params.text("page") or "first", size, path))]
    if len(found) > size:
        found.pop()
        links.append(("next", page_url(call, f"bookmark:{token_of(found[-1])}", size, path)))
    links.append(("first", page_url(call, "first", size, path)))
    return Reply([show(each) for each in found], headers={"Link": link_header(links)})


def token_of(last_id: int) -> str:
    """Return an opaque bookmark behind a row."""
    return base64.urlsafe_b64encode(json.dumps([last_id]).encode()).decode().rstrip("=")


def bookmark_of(call: Call) -> int:
    """Return the id a page starts after, 0 for the first; raises Rejected for a bookmark that is none."""
    page = call.params.text("page") or "first"
    if not page.startswith("bookmark:"):
        return 0
    token = page.removeprefix("bookmark:")
    try:
        decoded = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        return int(decoded[0])
    except (ValueError, TypeError, IndexError) as error:
        raise Rejected("Invalid bookmark") from error
