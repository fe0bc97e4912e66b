"""The Ethos face: an ASGI application with the paths of the integration cloud."""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from simulator.banner.catalogue import RESOURCES
from simulator.banner.criteria import read_criteria
from simulator.banner.error_log import MEDIA_TYPE as ERROR_RECORDS
from simulator.banner.error_log import ErrorLog
from simulator.banner.notifications import MEDIA_TYPE as NOTIFICATIONS
from simulator.banner.notifications import Notification, NotificationQueue, Publisher
from simulator.banner.proxy import Proxy
from simulator.banner.state import BannerState
from simulator.banner.tokens import DEFAULT_SECONDS, LONGEST_MINUTES, Application, TokenOffice
from simulator.banner.wire import EthosError, Json
from simulator.fault_middleware import faults_of
from simulator.faults import FaultKind, FaultPlan

PUBLISH_LIMIT = 20
CONSUME_DEFAULT, CONSUME_LIMIT = 10, 1000
Endpoint = Callable[[Request, Application], Awaitable[Response]]


class EthosFace:
    """One tenant over one Banner, with a reading and a writing application, each with its queue."""

    def __init__(
        self,
        state: BannerState,
        plan: FaultPlan,
        *,
        token_seconds: float = DEFAULT_SECONDS,
        longest_token_seconds: float = LONGEST_MINUTES * 60,
    ) -> None:
        self.reader = Application("Roster reader", may_write=False)
        self.writer = Application("Registration writer", may_write=True, owns=frozenset({"section-registrations"}))
        self.tokens = TokenOffice(
            [self.reader, self.writer],
            default_seconds=token_seconds,
            longest_seconds=longest_token_seconds,
        )
        self.queues = {each.guid: NotificationQueue() for each in (self.reader, self.writer)}
        self.errors = ErrorLog()
        self._publisher = Publisher(state, self.queues.values(), plan)
        self._proxy = Proxy(state)
        state.publishers.append(self._publisher.publish_changes)

    def application(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/auth", self._authenticate, methods=["POST"]),
                Route("/api/{resource}", self._signed_in(self._page), methods=["GET", "POST"]),
                Route("/api/{resource}/{guid}", self._signed_in(self._record), methods=["GET", "PUT"]),
                Route("/qapi/{resource}", self._signed_in(self._query), methods=["POST"]),
                Route("/publish", self._signed_in(self._publish), methods=["POST"]),
                Route("/consume", self._signed_in(self._consume), methods=["GET"]),
                Route("/errors", self._signed_in(self._errors), methods=["GET", "POST"]),
                Route("/errors/{id}", self._signed_in(self._error), methods=["GET", "DELETE"]),
                Route("/appconfig", self._signed_in(self._configuration), methods=["GET"]),
                Route("/admin/available-resources", self._signed_in(self._available), methods=["GET"]),
            ]
        )

    def _signed_in(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        """Require a token, and put refusals into Ethos's error body."""

        async def answer(request: Request) -> Response:
            try:
                if FaultKind.EXPIRE_TOKEN in faults_of(request.scope):
                    raise EthosError(401, "Unauthorized", "The token has expired.")
                application = self.tokens.application_of(request.headers.get("authorization", ""))
                return await endpoint(request, application)
            except EthosError as refusal:
                return refusal.to_response()

        return answer

    async def _authenticate(self, request: Request) -> Response:
        try:
            minutes = request.query_params.get("expirationMinutes")
            return PlainTextResponse(self.tokens.issue(request.headers.get("authorization", ""), minutes))
        except EthosError as refusal:
            return refusal.to_response()

    async def _page(self, request: Request, application: Application) -> Response:
        if request.method == "POST":
            return self._proxy.write(request, application, await request.body())
        return self._proxy.read_page(request, application, None)

    async def _record(self, request: Request, application: Application) -> Response:
        if request.method == "PUT":
            return self._proxy.write(request, application, await request.body())
        return self._proxy.read_record(request, application)

    async def _query(self, request: Request, application: Application) -> Response:
        body = (await request.body()).decode(errors="replace")
        return self._proxy.read_page(request, application, read_criteria(body))

    async def _publish(self, request: Request, application: Application) -> Response:
        """Accept up to twenty messages about resources that the application owns."""
        try:
            sent = json.loads(await request.body())
        except json.JSONDecodeError as error:
            raise EthosError(400, "BadRequest", "The body is not valid JSON.") from error
        messages = sent if isinstance(sent, list) else [sent]
        if len(messages) > PUBLISH_LIMIT:
            raise EthosError(400, "BadRequest", f"At most {PUBLISH_LIMIT} messages at a time.")
        notifications = [_notification(message, application) for message in messages]
        for notification in notifications:
            self._publisher.publish(notification)
        return JSONResponse({"published": len(notifications)})

    async def _consume(self, request: Request, application: Application) -> Response:
        queue = self.queues[application.guid]
        if request.method == "HEAD":
            return Response(headers={"x-remaining": str(queue.remaining)}, media_type=NOTIFICATIONS)
        limit = _bounded(request.query_params.get("limit"), CONSUME_DEFAULT)
        last = request.query_params.get("lastProcessedID")
        if last is not None and not last.isdigit():
            raise EthosError(400, "BadRequest", "lastProcessedID must be the id of a message.")
        messages = queue.consume(limit, int(last) if last is not None else None)
        headers = {"x-remaining": str(queue.remaining), "content-type": NOTIFICATIONS}
        return JSONResponse(messages, headers=headers)

    async def _errors(self, request: Request, _application: Application) -> Response:
        if request.method == "POST":
            record = read_criteria((await request.body()).decode(errors="replace"))
            return JSONResponse(self.errors.add(record), headers={"content-type": ERROR_RECORDS})
        offset = _bounded(request.query_params.get("offset"), 0, least=0)
        limit = _bounded(request.query_params.get("limit"), CONSUME_DEFAULT)
        page, total = self.errors.page(offset, limit)
        remaining = max(0, total - offset - len(page))
        headers = {"x-remaining-count": str(remaining), "content-type": ERROR_RECORDS}
        return JSONResponse(page, headers=headers)

    async def _error(self, request: Request, _application: Application) -> Response:
        record_id = request.path_params["id"]
        if request.method == "DELETE":
            self.errors.remove(record_id)
            return Response(status_code=204)
        return JSONResponse(self.errors.get(record_id), headers={"content-type": ERROR_RECORDS})

    async def _configuration(self, _request: Request, application: Application) -> Response:
        return JSONResponse(
            {
                "id": application.guid,
                "name": application.name,
                "subscriptions": [{"resourceName": name} for name in RESOURCES],
                "ownerOverrides": [{"resourceName": name} for name in sorted(application.owns)],
            }
        )

    async def _available(self, _request: Request, _application: Application) -> Response:
        resources = [
            {
                "name": resource.name,
                "representations": [{"X-Media-Type": each.media_type} for each in resource.versions],
            }
            for resource in RESOURCES.values()
        ]
        return JSONResponse([{"id": str(uuid.UUID(int=0)), "name": "Banner Student", "resources": resources}])


def _bounded(text: str | None, default: int, least: int = 1) -> int:
    if text is None:
        return default
    if not text.isdigit() or not least <= int(text):
        raise EthosError(400, "BadRequest", f"{text!r} is not a number from {least} up.")
    return min(int(text), CONSUME_LIMIT)


def _notification(message: object, application: Application) -> Notification:
    """A published message; 403 for a resource that the application does not own."""
    if not isinstance(message, dict) or not isinstance(message.get("resource"), dict):
        raise EthosError(400, "BadRequest", "A message needs resource, operation, contentType and content.")
    resource = message["resource"]
    name = str(resource.get("name"))
    if name not in application.owns:
        raise EthosError(403, "Access.Denied", f"{application.name} does not own {name}.")
    content: Json = message["content"] if isinstance(message.get("content"), dict) else {}
    return Notification(
        name,
        str(resource.get("id")),
        str(message.get("operation", "replaced")),
        str(resource.get("version", "")),
        content,
    )
