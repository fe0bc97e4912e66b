"""The headers that browsers keep us safe by, on every answer; pages that the LMS frames have some of their own."""

from collections.abc import Mapping, Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web.place import Place

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=63072000; includeSubDomains"
Framed = tuple[Sequence[str], Mapping[str, str | None]]
"""Paths that have headers of their own, and those; None leaves a header out."""
_REFUSED = 400


class Headers:
    """Puts the headers that browsers keep us safe by on every answer; ``framed`` names paths that have others."""

    def __init__(self, app: ASGIApp, place: Place, framed: Framed | None = None) -> None:
        self.app = app
        usual = {**HEADERS, **({"Strict-Transport-Security": HSTS} if place.secure else {})}
        paths, other = framed or ((), {})
        kept = {name: value for name, value in {**usual, **other}.items() if value is not None}
        self._usual, self._paths, self._framed = usual, paths, kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to the beginning of the answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._framed if scope["path"] in self._paths else self._usual)
                headers.setdefault("Cache-Control", _kept_for(scope, message["status"]))
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def _kept_for(scope: Scope, status: int) -> str:
    """Return how long an answer may be kept: for good where its address carries the hash of its content."""
    fixed = scope["path"].startswith("/static/") and scope["query_string"].startswith(b"v=") and status < _REFUSED
    return "public, max-age=31536000, immutable" if fixed else "no-store"
