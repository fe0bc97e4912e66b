"""What every request passes before a route sees it: host, size, who asks, how often, and whether a form is ours.

Each guard is one thing; ``service.web.app`` puts them in order, ``service.web.problems`` answers what they refuse.
"""

import hmac
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.errors import ProvostError
from domain.request_errors import BodyTooLarge, RequestForged, SignInNeeded, UnknownAddress
from service.web.limits import Allowance
from service.web.permissions import GUARDED
from service.web.place import Place
from service.web.problems import answer_failure, too_many

SELF_PROVING = ("/hooks/", "/lti/")
"""Where a signature says who sent it, from whatever site, and no session counts."""
OPEN = ("/sign-in", "/static/", "/healthz", "/readyz", "/metrics", "/favicon.ico")
"""Where nobody needs to be signed in; the figures ask for themselves."""
_SAFE = ("GET", "HEAD", "OPTIONS")
_FORM = "application/x-www-form-urlencoded"


class Guard:
    """Base of the guards: answers what it refuses, passes on the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check an HTTP request and pass it on or answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            answer = self.check(request)
        except ProvostError as failure:
            answer = answer_failure(request, failure)
        await (answer or self.app)(scope, receive, send)

    def check(self, request: Request) -> Response | None:
        """Return an answer, raise, or return None to pass the request on."""
        raise NotImplementedError


class Hosts(Guard):
    """Turns away requests for another host, so that no other name can be made to lead here."""

    def __init__(self, app: ASGIApp, place: Place) -> None:
        super().__init__(app)
        self._hosts = place.hosts

    def check(self, request: Request) -> Response | None:
        """Compare the host that was asked for, without its port; health checks ask by whatever address they know."""
        host = request.headers.get("host", "").lower()
        name = host if host.endswith("]") else host.rsplit(":", 1)[0]
        if name not in self._hosts and request.url.path not in ("/healthz", "/readyz", "/metrics"):
            fix = "Ask under the address in web.public_url."
            raise UnknownAddress("This service does not answer under that name.", field="Host", fix=fix)
        return None


class Sizes:
    """Takes no body larger than a limit, whatever its length says."""

    def __init__(self, app: ASGIApp, limit_of: Callable[[str], int]) -> None:
        self.app, self._limit_of = app, limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body up to the limit, and hand it on whole."""
        if scope["type"] != "http" or scope["method"] in _SAFE:
            await self.app(scope, receive, send)
            return
        request, limit = Request(scope, receive), self._limit_of(scope["path"])
        body = await _read(request, limit)
        if body is None:
            failure = BodyTooLarge(f"More than {limit} bytes are not taken.", field="body", fix="Send less.")
            await answer_failure(request, failure, {"Connection": "close"})(scope, receive, send)
            return
        scope["provost.body"] = body
        await self.app(scope, _replay(body, receive), send)


class Waits(Guard):
    """Lets nobody ask more often than the limits say, and tells them how long to wait."""

    def __init__(self, app: ASGIApp, allowances: Mapping[str, Allowance]) -> None:
        super().__init__(app)
        self._allowances = allowances

    def check(self, request: Request) -> Response | None:
        """Count the request for whoever sent it."""
        kind = kind_of(request)
        if kind is None:
            return None
        visitor = getattr(request.state, "visitor", None)
        address = request.client.host if request.client else ""
        key = visitor.principal.id if visitor and kind not in ("sign_in", "hook", "launch") else f"address {address}"
        seconds = self._allowances[kind].wait(key)
        return answer_failure(request, *too_many(seconds)) if seconds else None


def kind_of(request: Request) -> str | None:
    """Return which limit a request falls under, or None for what is not counted."""
    path = request.url.path
    if path.startswith(("/static/", "/healthz", "/readyz")):
        return None
    if path.startswith("/hooks/"):
        return "hook"
    if path.startswith("/lti/"):
        return "launch"
    if path.startswith("/sign-in") and (request.method not in _SAFE or path != "/sign-in"):
        return "sign_in"
    asks = path.startswith(("/chat", "/api/v1/chat")) and request.method not in _SAFE
    return "chat" if asks else "api"


class Forgeries(Guard):
    """Takes a change from a browser only where it comes from a page of ours (CSRF)."""

    def __init__(self, app: ASGIApp, place: Place) -> None:
        super().__init__(app)
        self._place = place

    def check(self, request: Request) -> Response | None:
        """Check origin and token of whatever changes something; programs with tokens of their own are not browsers."""
        signed = request.url.path.startswith(SELF_PROVING) or "authorization" in request.headers
        if request.method in _SAFE or signed:
            return None
        self._require_origin(request)
        visitor = getattr(request.state, "visitor", None)
        if visitor is not None and not hmac.compare_digest(_said(request).encode(), visitor.csrf.encode()):
            fix = "Open the page again and send the form from there."
            raise RequestForged("The form does not carry your token.", field="csrf", fix=fix)
        return None

    def _require_origin(self, request: Request) -> None:
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "")
        ours = origin in self._origins(request) if origin is not None else site in ("", "same-origin", "none")
        if not ours or site == "cross-site":
            fix = "Send it from a page of this service."
            raise RequestForged("The request comes from another site.", field="Origin", fix=fix)

    def _origins(self, request: Request) -> tuple[str, ...]:
        """Return the origins of our own pages; on loopback the service has several names, and the host was checked."""
        here = (f"http://{request.headers.get('host', '')}",) if self._place.loopback else ()
        return (self._place.origin, *here)


class SignedIn(Guard):
    """Shows nothing to nobody: where a page does not say otherwise, somebody must be signed in."""

    def __init__(self, app: ASGIApp, place: Place) -> None:
        super().__init__(app)
        self._place = place

    def check(self, request: Request) -> Response | None:
        """Send a browser that nobody is signed in with to the sign-in; guarded routes ask for themselves."""
        path = request.url.path
        if path.startswith(OPEN) or path.startswith(GUARDED):
            return None
        refusal, visitor = getattr(request.state, "refusal", None), getattr(request.state, "visitor", None)
        if refusal is not None:
            raise refusal
        if visitor is not None:
            return None
        if request.method in _SAFE and "hx-request" not in request.headers:
            return RedirectResponse(f"/sign-in?next={quote(path)}", status_code=303)
        raise SignInNeeded("Nobody is signed in.", field="session", fix="Sign in, then send it again.")


async def _read(request: Request, limit: int) -> bytes | None:
    """Read a body, or return None once it is over the limit."""
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > limit:
        return None
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            return None
        parts.append(part)
    return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return what hands a body that was read on once more, and then listens for the end as before."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _said(request: Request) -> str:
    """Return the token that a request carries, in its header or its form."""
    header = request.headers.get("x-csrf-token")
    if header is not None:
        return header
    if not request.headers.get("content-type", "").startswith(_FORM):
        return ""
    body: bytes = request.scope.get("provost.body", b"")
    found = parse_qs(body.decode("utf-8", "replace")).get("csrf", [])
    return found[0] if len(found) == 1 else ""
