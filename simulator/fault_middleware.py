"""Playing the faults that any face can have, between the socket and the face.

Faults that only a face can play (a write that is silently not applied, an expired token, a doubled event) are left
for it in the request's state; `faults_of` reads them there.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.faults import FaultKind, FaultPlan, FaultRule

HANG_SECONDS = 30.0


class Answer(NamedTuple):
    """A whole HTTP answer."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


CANVAS_THROTTLE = Answer(
    403,
    [(b"content-type", b"text/plain; charset=utf-8"), (b"x-rate-limit-remaining", b"0.0")],
    b"403 Forbidden (Rate Limit Exceeded)\n",
)
TOO_MANY_REQUESTS = Answer(429, [(b"content-type", b"application/json"), (b"retry-after", b"1")], b'{"errors":[]}')


def faults_of(scope: Scope) -> dict[FaultKind, FaultRule]:
    """Return the faults drawn for a request; empty when no plan is in force."""
    drawn: dict[FaultKind, FaultRule] = scope.get("state", {}).get("faults", {})
    return drawn


class FaultMiddleware:
    """An ASGI application that lets another one work, or not, as the plan says."""

    def __init__(self, app: ASGIApp, plan: FaultPlan, face: str, throttle: Answer = TOO_MANY_REQUESTS) -> None:
        """Stand in front of `app`; `throttle` is how this face says that it is asked too often."""
        self.app = app
        self.plan = plan
        self.face = face
        self.throttle = throttle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request under the faults that hit it."""
        faults = self.plan.draw(self.face, scope["method"], scope["path"])
        scope.setdefault("state", {})["faults"] = faults
        if not faults:
            await self.app(scope, receive, send)
        elif not await self._fail_before(faults, scope, receive, send):
            await self._fail_after(faults, scope, receive, send)

    async def _fail_before(
        self, faults: dict[FaultKind, FaultRule], scope: Scope, receive: Receive, send: Send
    ) -> bool:
        """Play a fault that keeps the request from the face; returns whether there was one."""
        if slow := faults.get(FaultKind.SLOW):
            await asyncio.sleep(slow.seconds)
        if FaultKind.THROTTLE in faults:
            await send_answer(send, self.throttle)
        elif rule := faults.get(FaultKind.HTTP_5XX):
            await send_answer(send, server_error(rule.status))
        elif rule := faults.get(FaultKind.TIMEOUT):
            await hang_up(scope, receive, rule.seconds or HANG_SECONDS)
        elif rule := faults.get(FaultKind.DROPPED_BEFORE):
            await hang_up(scope, receive, rule.seconds)
        else:
            return False
        return True

    async def _fail_after(self, faults: dict[FaultKind, FaultRule], scope: Scope, receive: Receive, send: Send) -> None:
        """Let the face do its work and spoil the answer, if that was drawn."""
        spoilers = (FaultKind.DROPPED_AFTER, FaultKind.TRUNCATED_PAGE, FaultKind.CUT_BODY)
        if not any(kind in faults for kind in spoilers):
            await self.app(scope, receive, send)
            return
        answer = await whole_answer(self.app, scope, receive)
        if rule := faults.get(FaultKind.DROPPED_AFTER):
            await hang_up(scope, receive, rule.seconds)
        elif FaultKind.TRUNCATED_PAGE in faults:
            await send_answer(send, answer._replace(body=answer.body[: len(answer.body) * 2 // 3]))
        else:
            await send_half(scope, receive, send, answer)


def server_error(status: int) -> Answer:
    """Return a gateway's or an application's failure."""
    body = b'{"errors":[{"message":"An error occurred.","error_code":"internal_server_error"}],"error_report_id":1}'
    if status == 500:  # noqa: PLR2004  the application's own failure; the others are a gateway's
        return Answer(status, [(b"content-type", b"application/json; charset=utf-8")], body)
    return Answer(status, [(b"content-type", b"text/html")], b"<html><body>Service unavailable</body></html>")


async def send_answer(send: Send, answer: Answer) -> None:
    """Send a whole answer with the length it really has."""
    headers = [pair for pair in answer.headers if pair[0].lower() != b"content-length"]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def send_half(scope: Scope, receive: Receive, send: Send, answer: Answer) -> None:
    """Promise the whole body, send half of it and hang up."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    half = answer.body[: len(answer.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})
    await asyncio.sleep(0.05)
    await hang_up(scope, receive, 0.0)


async def whole_answer(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    """Run a face and keep its answer instead of sending it."""
    status, headers, body = 500, [], bytearray()

    async def keep(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message["headers"])
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, keep)
    return Answer(status, headers, bytes(body))


async def hang_up(scope: Scope, receive: Receive, seconds: float) -> None:
    """Hold the connection for a while without an answer, then cut it."""

    async def until_gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(until_gone(), seconds)
    except TimeoutError:
        scope["state"]["transport"].abort()
        await until_gone()
