"""One answer of another system, read whole, with JSON that either parses or says that it arrived broken."""

import json
from collections.abc import Mapping
from typing import TypeAlias

import httpx

from domain.errors import MalformedSource

JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | float | bool | None"
"""Any JSON value; numbers keep the type the wire gave them."""


class WireResponse:
    """What came back: status, headers (names match in any case), and the body as bytes, text or JSON.

    ``place`` is the request in words that are safe to log, such as ``GET /api/v1/users/:id``; ``tls`` is the protocol
    version the connection spoke; ``url`` is the full address asked, which may name a person and is never logged.
    """

    def __init__(
        self, status: int, headers: Mapping[str, str], content: bytes, *, place: str, url: str, tls: str = ""
    ) -> None:
        self.status, self.headers, self.content = status, httpx.Headers(dict(headers)), content
        self.place, self.url, self.tls = place, url, tls
        self._parsed: JSON = None

    @property
    def text(self) -> str:
        """The body as UTF-8 text; bytes that are not UTF-8 show as the replacement sign."""
        return self.content.decode("utf-8", errors="replace")

    @property
    def is_json(self) -> bool:
        """Whether the answer calls itself JSON, vendor media types included."""
        kind: str = self.headers.get("content-type", "").split(";")[0].strip().lower()
        return kind == "application/json" or kind.endswith("+json")

    def json(self) -> JSON:
        """Return the body as JSON, parsed once; MalformedSource where it is cut short or not JSON at all."""
        if self._parsed is not None:
            return self._parsed
        try:
            self._parsed = json.loads(self.content)
        except ValueError:
            raise MalformedSource(
                f"The answer to {self.place} ({len(self.content)} bytes) is not whole JSON.",
                field="body",
                fix="Read it again; if it stays broken, ask the owner of that system.",
            ) from None
        return self._parsed

    def json_list(self, key: str = "") -> list[JSON]:
        """Return the body as a list, or the list under ``key`` of a wrapped one; MalformedSource for anything else."""
        value = self.json()
        if key and isinstance(value, dict):
            value = value.get(key)
        if not isinstance(value, list):
            raise MalformedSource(
                f"The answer to {self.place} is not a list.", field=key or "body", fix="Check the address and version."
            )
        return value

    def json_object(self) -> dict[str, JSON]:
        """Return the body as an object; MalformedSource for anything else."""
        value = self.json()
        if not isinstance(value, dict):
            raise MalformedSource(
                f"The answer to {self.place} is not an object.", field="body", fix="Check the address and version."
            )
        return value
