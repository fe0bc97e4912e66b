"""Reading collections page by page, and knowing at the end whether all of it came (R70).

A page source raises what the client raises; it counts as complete only once the end was reached and the counts agree.
"""

from collections.abc import Iterator

import httpx

from tools.wire.calls import Params
from tools.wire.client import WireClient
from tools.wire.response import JSON, WireResponse


class LinkPages:
    """Rows of a collection paged by the ``Link`` header, followed as given; ``complete`` once no next page was named.

    ``key`` names the list inside a wrapped answer. With ``may_be_missing`` a collection whose owner does not exist has
    no rows and ``missing`` set. Iterate it once, over rows.
    """

    def __init__(
        self, client: WireClient, path: str, params: Params = (), *, key: str = "", may_be_missing: bool = False
    ) -> None:
        self._client, self._path, self._params, self._key = client, path, params, key
        self._accept = (404,) if may_be_missing else ()
        self.complete = self.missing = False

    def __iter__(self) -> Iterator[JSON]:
        """Yield every row of every page; a link that repeats ends the reading incomplete."""
        response = self._client.get(self._path, params=self._params, accept=self._accept)
        if response.status in self._accept:
            self.complete = self.missing = True
            return
        seen = {response.url}
        while True:
            yield from response.json_list(self._key)
            link = find_next_link(response)
            if link is None:
                self.complete = True
                return
            response = self._client.get(link)
            if response.url in seen:
                return
            seen.add(response.url)


class OffsetPages:
    """Rows of a collection paged by offset and limit, with the total in a header.

    ``complete`` needs the end reached, the rows to number what the last answer announced, and no row twice where
    ``identity`` names the field that tells rows apart. ``expected`` is the announced total.
    """

    def __init__(
        self,
        client: WireClient,
        path: str,
        params: Params = (),
        *,
        page_size: int = 100,
        headers: dict[str, str] | None = None,
        names: tuple[str, str] = ("offset", "limit"),
        total_header: str = "x-total-count",
        size_header: str = "x-max-page-size",
        identity: str = "id",
    ) -> None:
        self._client, self._path, self._params, self._headers = client, path, tuple(params), headers
        self._names, self._total_header, self._size_header = names, total_header, size_header
        self._page_size, self._identity = page_size, identity
        self._seen: set[str] = set()
        self.complete = False
        self.expected: int | None = None

    def __iter__(self) -> Iterator[JSON]:
        """Yield every row; after a full last page one more is asked for, in case the announced total is too low."""
        offset = 0
        while True:
            response = self._read_page(offset)
            rows = response.json_list()
            offset += len(rows)
            self._count(rows)
            yield from rows
            size = min(self._page_size, _number(response, self._size_header) or self._page_size)
            reached = self.expected is not None and offset >= self.expected and len(rows) < size
            if not rows or reached:
                self.complete = self.expected is None or self.expected == offset == len(self._seen)
                return

    def _read_page(self, offset: int) -> WireResponse:
        names = ((self._names[0], str(offset)), (self._names[1], str(self._page_size)))
        response = self._client.get(self._path, params=(*self._params, *names), headers=self._headers)
        self.expected = _number(response, self._total_header)
        return response

    def _count(self, rows: list[JSON]) -> None:
        for row in rows:
            key = row.get(self._identity) if isinstance(row, dict) else None
            self._seen.add(str(key) if key is not None else f"#{len(self._seen)}")


def link_pages(
    client: WireClient, path: str, params: Params = (), *, key: str = "", may_be_missing: bool = False
) -> LinkPages:
    """Return the rows of a ``Link``-paged collection; ask ``complete`` after the last one."""
    return LinkPages(client, path, params, key=key, may_be_missing=may_be_missing)


def offset_pages(
    client: WireClient,
    path: str,
    params: Params = (),
    *,
    page_size: int = 100,
    headers: dict[str, str] | None = None,
    identity: str = "id",
) -> OffsetPages:
    """Return the rows of an offset-paged collection; ask ``complete`` after the last one."""
    return OffsetPages(client, path, params, page_size=page_size, headers=headers, identity=identity)


def find_next_link(response: WireResponse) -> str | None:
    """Return the address of the next page from the ``Link`` header; None on the last page."""
    links = httpx.Response(200, headers={"link": response.headers.get("link", "")}).links
    return links.get("next", {}).get("url")


def _number(response: WireResponse, header: str) -> int | None:
    text = response.headers.get(header, "").strip()
    return int(text) if text.isdigit() else None
