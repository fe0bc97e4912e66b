"""The control face: how a demonstration or a test steers a campus that runs as a process of its own.

Every call carries the bearer token of the handle. The answer key stays closed until the run under trial has
been declared finished.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Protocol

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.banner.state import BannerState
from simulator.canvas.lti_platform import LtiPlatform
from simulator.canvas.state import CanvasState
from simulator.canvas.writes import Write
from simulator.clock import CampusClock
from simulator.control_banner import BannerDesk
from simulator.control_canvas import ToolDesk
from simulator.control_errors import BadRequestError
from simulator.faults import FaultPlan, FaultRule

Json = dict[str, object]


class Steered(Protocol):
    """What the control face needs of a campus."""

    faults: FaultPlan
    banner: BannerState
    canvas: CanvasState
    clock: CampusClock

    @property
    def lti(self) -> LtiPlatform:
        """What opens tools in courses."""

    def live(self, wanted: int) -> list[Json]:
        """Let further things happen in Banner."""

    def live_week(self) -> Json:
        """Let a week of learning pass."""

    def answer_key(self) -> Json:
        """Everything that was there to be found."""


class ControlFace:
    """Steers one campus. `token` is what a caller must present."""

    def __init__(self, campus: Steered) -> None:
        self._campus = campus
        self._finished = False
        self.token = secrets.token_urlsafe(24)

    def application(self) -> Starlette:
        """The ASGI application."""
        routes: tuple[tuple[str, str, Callable[[Json, Request], Response]], ...] = (
            ("PUT", "/faults", self._set_faults),
            ("DELETE", "/faults", self._clear_faults),
            ("POST", "/live", self._live),
            ("POST", "/live-week", self._live_week),
            ("PUT", "/analytics", self._set_analytics),
            ("GET", "/writes", self._writes),
            ("POST", "/run-finished", self._finish),
            ("GET", "/answer-key", self._answer_key),
            ("POST", "/advance", self._advance),
            *BannerDesk(self._campus).routes(),
            *ToolDesk(self._campus).routes(),
        )
        return Starlette(
            routes=[Route(path, self._guarded(answer), methods=[method]) for method, path, answer in routes]
        )

    def _guarded(self, answer: Callable[[Json, Request], Response]) -> Callable[[Request], Awaitable[Response]]:
        """Require the token, read the body, and keep long answers off the event loop."""

        async def respond(request: Request) -> Response:
            presented = request.headers.get("authorization", "").removeprefix("Bearer ")
            if not secrets.compare_digest(presented.encode(), self.token.encode()):
                return JSONResponse({"error": "A bearer token of this campus is required."}, 401)
            try:
                body = _object_in(await request.body())
                return await run_in_threadpool(answer, body, request)
            except BadRequestError as error:
                return JSONResponse({"error": str(error)}, 400)

        return respond

    def _set_faults(self, body: Json, _request: Request) -> Response:
        rules = body.get("rules")
        if not isinstance(rules, list):
            raise BadRequestError('Give {"rules": [...]}.')
        try:
            armed = [FaultRule.from_words(rule) for rule in rules]
        except (TypeError, ValueError) as error:
            raise BadRequestError(str(error)) from error
        self._campus.faults.replace(armed)
        return JSONResponse({"rules": [rule.to_words() for rule in armed]})

    def _clear_faults(self, _body: Json, _request: Request) -> Response:
        self._campus.faults.clear()
        return JSONResponse({"rules": []})

    def _live(self, body: Json, _request: Request) -> Response:
        wanted = body.get("k", 1)
        if not isinstance(wanted, int) or wanted < 1:
            raise BadRequestError("k must be the number of operations, one or more.")
        return JSONResponse({"events": self._campus.live(wanted)})

    def _live_week(self, _body: Json, _request: Request) -> Response:
        try:
            return JSONResponse(self._campus.live_week())
        except ValueError as error:
            raise BadRequestError(str(error)) from error

    def _set_analytics(self, body: Json, _request: Request) -> Response:
        enabled = body.get("enabled")
        if not isinstance(enabled, bool):
            raise BadRequestError('Give {"enabled": true} or {"enabled": false}.')
        self._campus.canvas.analytics = enabled
        return JSONResponse({"enabled": enabled})

    def _writes(self, _body: Json, request: Request) -> Response:
        since = request.query_params.get("since", "0")
        if not since.isdigit():
            raise BadRequestError("since must be a sequence number.")
        with self._campus.canvas.lock:
            writes = self._campus.canvas.log.since(int(since))
        return _plain({"writes": [_write_words(write) for write in writes]})

    def _finish(self, _body: Json, _request: Request) -> Response:
        self._finished = True
        return JSONResponse({"finished": True})

    def _answer_key(self, _body: Json, _request: Request) -> Response:
        if not self._finished:
            return JSONResponse({"error": "The run is not finished; POST /run-finished first."}, 403)
        return _plain(self._campus.answer_key())

    def _advance(self, body: Json, _request: Request) -> Response:
        hours = body.get("hours")
        if not isinstance(hours, int | float) or hours < 0:
            raise BadRequestError("hours must be zero or more.")
        return JSONResponse({"now": self._campus.clock.advance(hours).isoformat()})


def _object_in(body: bytes) -> Json:
    if not body:
        return {}
    try:
        value = json.loads(body)
    except ValueError as error:
        raise BadRequestError("The body is not valid JSON.") from error
    if isinstance(value, list):
        return {"rules": value}
    if not isinstance(value, dict):
        raise BadRequestError("The body must be a JSON object.")
    return value


def _write_words(write: Write) -> Json:
    return {**write._asdict(), "key": dict(write.key)}


def to_text(value: Mapping[str, object]) -> str:
    """JSON for values that hold moments and sets besides plain ones."""
    return json.dumps(value, default=_word, ensure_ascii=False)


def _word(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    return dict(value) if isinstance(value, Mapping) else str(value)


def _plain(value: Mapping[str, object]) -> Response:
    return Response(to_text(value), media_type="application/json")
