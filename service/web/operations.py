"""Health, readiness and figures over HTTP, for whoever watches over the service; none of it names a person.

``/healthz`` says that the process answers, ``/readyz`` what it can do, ``/metrics`` what Prometheus reads. The figures
are for this machine, or for a service whose token has the scope ``metrics:read``.
"""

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.status import HTTP_401_UNAUTHORIZED, HTTP_503_SERVICE_UNAVAILABLE

from domain.errors import CredentialRejected
from domain.principals import PrincipalKind
from service.web.place import FORWARDED, Place, is_loopback

if TYPE_CHECKING:
    from graphs.assembly import Provost

METRICS_SCOPE = "metrics:read"
router = APIRouter(tags=["operations"])


@router.get("/healthz", response_class=PlainTextResponse)
def health() -> str:
    """Say that the process answers; nothing is looked at."""
    return "ok\n"


@router.get("/readyz")
def readiness(request: Request) -> JSONResponse:
    """Say which parts are in order: 503 where one that everything needs is not."""
    from service.operations.readiness import look_whether_ready

    found = look_whether_ready(_provost(request))
    status = 200 if found.ready else HTTP_503_SERVICE_UNAVAILABLE
    return JSONResponse(found.model_dump(mode="json"), status_code=status)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Give the figures to this machine, or to a service that may read them."""
    if not (from_this_machine(request) or _may_read(request)):
        said = f"A service token with the scope {METRICS_SCOPE} is needed.\n"
        return PlainTextResponse(said, HTTP_401_UNAUTHORIZED, {"WWW-Authenticate": "Bearer"})
    from service.operations.metrics import CONTENT_TYPE, write_metrics

    return Response(write_metrics(_provost(request)), media_type=CONTENT_TYPE)


def from_this_machine(request: Request) -> bool:
    """Tell whether the request was made on this machine; one that a proxy passed on was not.

    A proxy beside the service may say nothing of itself; then the public name it passes on tells.
    """
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    place: Place | None = getattr(request.app.state, "place", None)  # the port of a worker has none
    if place is not None and not place.loopback and request.url.hostname in place.hosts:
        return False
    return is_loopback(request.client.host)


def _may_read(request: Request) -> bool:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.casefold() != "bearer" or not token:
        return False
    try:
        who = _provost(request).principals.verify(token)
    except CredentialRejected:
        return False
    return who.kind is PrincipalKind.SERVICE and any(fnmatchcase(METRICS_SCOPE, scope) for scope in who.scopes)


def _provost(request: Request) -> "Provost":
    provost: Provost = request.app.state.provost
    return provost
