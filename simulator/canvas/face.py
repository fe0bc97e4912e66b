"""The Canvas face: an ASGI application that authenticates, throttles, routes and answers as Canvas does."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from simulator.canvas.live_events import JWKS_PATH, LiveEvents
from simulator.canvas.lti_platform import AUTHORIZE_PATH, LtiPlatform
from simulator.canvas.lti_platform import JWKS_PATH as LTI_JWKS_PATH
from simulator.canvas.lti_screens import course_page, handing_over, tool_in_course
from simulator.canvas.refusals import Refusal
from simulator.canvas.routes import all_routes
from simulator.canvas.state import CanvasState
from simulator.canvas.wire.call import Call, Reply, Upload
from simulator.canvas.wire.lookup import find_user
from simulator.canvas.wire.params import Nested, Params, nest
from simulator.canvas.wire.routing import Route
from simulator.canvas.wire.throttle import Throttle
from simulator.canvas.wire.tokens import AccessToken, Tokens, insufficient_scope
from simulator.canvas.writes import Actor
from simulator.fault_middleware import faults_of
from simulator.faults import FaultKind

JSON_HEADER = (b"content-type", b"application/json; charset=utf-8")
TOKEN_PATH = "/login/oauth2/token"  # noqa: S105  a path
IMPORT_TEMPLATE = "/api/v1/accounts/:account_id/sis_imports"
FORM = "application/x-www-form-urlencoded"


class CanvasFace:
    """One Canvas on the wire.

    `latency_seconds` is how long every call takes while it is charged in advance, so that parallel calls can trip the
    bucket; `max_per_page` is the ceiling of a page.
    """

    def __init__(
        self,
        state: CanvasState,
        tokens: Tokens | None = None,
        throttle: Throttle | None = None,
        *,
        latency_seconds: float = 0.0,
        max_per_page: int = 100,
    ) -> None:
        """Serve a state; tokens and throttle may be shared with who hands them out and watches them."""
        self.state = state
        self.tokens = tokens or Tokens()
        self.throttle = throttle or Throttle()
        self.latency_seconds = latency_seconds
        self.max_per_page = max_per_page
        self.routes = all_routes()
        self.live_events = LiveEvents()
        self.lti = LtiPlatform(state)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        query = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
        presented = presented_token(request, query)
        key = presented or str(scope["client"])
        if not self.throttle.reserve(key):
            await self._refuse_throttled(send)
            return
        if self.latency_seconds:
            await asyncio.sleep(self.latency_seconds)
        started = time.thread_time()
        try:
            status, headers, body = await self._answer(request, query, presented)
        finally:
            cost, remaining = self.throttle.settle(key, time.thread_time() - started)
        headers += [(b"x-request-cost", str(cost).encode()), (b"x-rate-limit-remaining", str(remaining).encode())]
        await send_whole(send, status, headers, body)

    async def _refuse_throttled(self, send: Send) -> None:
        """Say that the bucket is full, without a cost and without advice when to come back."""
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-rate-limit-remaining", b"0.0")]
        await send_whole(send, self.throttle.settings.status, headers, b"403 Forbidden (Rate Limit Exceeded)\n")

    async def _answer(
        self, request: Request, query: list[tuple[str, str]], presented: str | None
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Return status, headers and body of the answer, refusals included."""
        try:
            reply = await self._reply(request, query, presented)
        except Refusal as refused:
            reply = Reply(refused.body, refused.status, refused.headers)
        headers = [(name.encode(), value.encode()) for name, value in reply.headers.items()]
        if reply.content is not None:
            return reply.status, [(b"content-type", reply.content_type.encode()), *headers], reply.content
        body = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":")).encode()
        return reply.status, [JSON_HEADER, *headers], body

    async def _reply(self, request: Request, query: list[tuple[str, str]], presented: str | None) -> Reply:
        """Let the right endpoint answer; raises Refusal."""
        if "user-agent" not in request.headers:
            raise Refusal(403, {"errors": [{"message": "A User-Agent header is required."}]})
        if request.url.path == JWKS_PATH:
            return Reply(self.live_events.published())
        if request.url.path == LTI_JWKS_PATH:
            return Reply(self.lti.published())
        if request.url.path == AUTHORIZE_PATH or tool_in_course(request.url.path):
            return await self._screen(request, query)
        if request.url.path == TOKEN_PATH:
            return await self._token_reply(request, query, presented)
        token = self.tokens.authenticate(presented)
        faults = faults_of(request.scope)
        if FaultKind.EXPIRE_TOKEN in faults:
            raise self.tokens.expire(token)
        route, slots = self.routes.find(request.method, request.scope["raw_path"].decode())
        if route.template.startswith("/api/") and not token.may(route.method, route.template):
            raise insufficient_scope()
        values, upload = await read_body(request)
        silent = FaultKind.SILENT_NO_OP_WRITE in faults and route.method != "GET"
        call = Call(
            state=self._state_for(route, silent),
            token=token,
            method=request.method,
            origin=f"{request.url.scheme}://{request.headers.get('host', 'localhost')}",
            path=request.scope["raw_path"].decode(),
            query=query,
            slots=slots,
            params=Params({**nest(query), **values}),
            upload=upload,
            max_per_page=self.max_per_page,
            swallowed=silent,
        )
        return perform(call, route, token)

    async def _screen(self, request: Request, query: list[tuple[str, str]]) -> Reply:
        """Show what a browser sees of a tool: the course page that frames it, and the form that hands over to it."""
        values, _ = await read_body(request)
        words = {**dict(query), **{name: str(value) for name, value in values.items()}}
        if request.url.path == AUTHORIZE_PATH:
            return handing_over(self.lti.authorize(words))
        return course_page(self.lti, request.url.path, words)

    def _state_for(self, route: Route, silent: bool) -> CanvasState:
        """Return the state to work on: a copy that is thrown away when a write shall silently not happen."""
        queued = route.method == "POST" and route.template == IMPORT_TEMPLATE
        return self.state.copy() if silent and not queued else self.state

    async def _token_reply(self, request: Request, query: list[tuple[str, str]], presented: str | None) -> Reply:
        """Renew or revoke a token."""
        if request.method == "DELETE":
            self.tokens.revoke(self.tokens.authenticate(presented))
            return Reply({})
        values, _ = await read_body(request)
        words = {**dict(query), **{name: str(value) for name, value in values.items()}}
        return Reply(self.tokens.grant(words))


def perform(call: Call, route: Route, token: AccessToken) -> Reply:
    """Run an endpoint in the name of the token; `as_user_id` must name somebody."""
    acting_as = call.params.text("as_user_id")
    if acting_as is not None:
        try:
            find_user(call.state, acting_as)
        except Refusal as refused:
            raise Refusal(401, {"errors": "Invalid as_user_id"}) from refused
    with call.state.as_actor(Actor(f"api:{token.name}", f"{call.method} {call.path}")):
        return route.endpoint(call)


def presented_token(request: Request, query: list[tuple[str, str]]) -> str | None:
    """Return the bearer token of the header, else of the discouraged query parameter."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value:
        return value
    return next((text for name, text in query if name == "access_token"), None)


async def read_body(request: Request) -> tuple[Mapping[str, Nested], Upload | None]:
    """Return the parameters of a body and the file in it; raises Refusal for JSON that is none."""
    kind, _, rest = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    if kind == "multipart/form-data":
        return await read_form(request)
    body = await request.body()
    if kind == FORM:
        return nest(parse_qsl(body.decode(), keep_blank_values=True)), None
    if kind == "application/json" and body:
        return read_json(body), None
    charset = rest.partition("charset=")[2].strip().strip('"').lower()
    if charset not in ("", "utf-8", "utf8"):
        raise Refusal(400, {"errors": ["Invalid content type, UTF-8 required"]})
    return {}, Upload("", body) if body else None


def read_json(body: bytes) -> dict[str, Nested]:
    """Return a JSON object; raises Refusal for anything else."""
    try:
        values = json.loads(body)
    except ValueError as error:
        raise Refusal(400, {"errors": [{"message": "The request body is not valid JSON."}]}) from error
    if not isinstance(values, dict):
        raise Refusal(400, {"errors": [{"message": "The request body must be a JSON object."}]})
    return values


async def read_form(request: Request) -> tuple[Mapping[str, Nested], Upload | None]:
    """Return the fields of a multipart form and the file among them."""
    pairs: list[tuple[str, str]] = []
    upload: Upload | None = None
    async with request.form() as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                upload = Upload(value.filename or "", await value.read())
            else:
                pairs.append((name, value))
    return nest(pairs), upload


async def send_whole(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    """Send a whole answer."""
    headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
