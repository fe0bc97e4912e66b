"""Failures as callers get them: problem+json with our codes for programs, a page in plain words for people."""

import json
from collections.abc import Mapping

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.launched import render_refusal
from console.problems import render_problem
from domain import errors, request_errors
from domain.errors import InternalError, ProvostError
from domain.request_errors import RequestUnreadable, SignInNeeded, TooManyRequests, UnknownAddress

_log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"
FOR_PROGRAMS = ("/api/", "/hooks/", "/internal/", "/healthz", "/readyz", "/metrics")
STATUSES: Mapping[type[ProvostError], int] = {
    errors.TransientError: 503,
    errors.SourceDataError: 502,
    errors.InvalidRecord: 422,
    errors.PolicyError: 403,
    errors.LimitExceeded: 409,
    errors.PrivacyError: 403,
    errors.ApprovalError: 409,
    errors.ApproverNotAllowed: 403,
    errors.ConflictError: 409,
    errors.UnverifiedWrite: 502,
    errors.UncertainEffect: 502,
    errors.LedgerError: 503,
    errors.ConfigurationError: 500,
    errors.CredentialRejected: 502,
    errors.InternalError: 500,
    request_errors.RequestError: 400,
    request_errors.UnknownAddress: 404,
    request_errors.RequestUnreadable: 422,
    request_errors.KeyReused: 422,
    request_errors.RequestUnderWay: 409,
    request_errors.TooManyRequests: 429,
    request_errors.SignInNeeded: 401,
    request_errors.RequestForged: 403,
    request_errors.SignatureRefused: 401,
    request_errors.LaunchRefused: 401,
    request_errors.BodyTooLarge: 413,
    request_errors.RouteDenied: 403,
}
"""The status of each class; a class that is not named has that of the one it is a kind of."""


class Problem(BaseModel):
    """What went wrong, as RFC 9457 words it, with our stable code, the field at fault and the next step."""

    type: str = Field(description="Stable name of the kind of problem.", examples=["urn:provost:error:PV351"])
    title: str = Field(description="The kind of problem in a few words.")
    status: int = Field(description="The status of the answer.")
    detail: str = Field(description="What happened, in one sentence without personal data.")
    code: str = Field(description="Stable code; docs/reference/errors.md lists them.", examples=["PV351"])
    field: str = Field(default="", description="The input at fault.")
    fix: str = Field(default="", description="The next step.")


def status_of(failure: ProvostError) -> int:
    """Return the status that a failure is answered with."""
    return next((STATUSES[cls] for cls in type(failure).__mro__ if cls in STATUSES), 500)


def problem_of(failure: ProvostError) -> Problem:
    """Return a failure as a problem."""
    kind = type(failure).__doc__ or type(failure).__name__
    return Problem(
        type=f"urn:provost:error:{failure.code}",
        title=kind.splitlines()[0].rstrip("."),
        status=status_of(failure),
        detail=failure.message,
        code=failure.code,
        field=failure.field,
        fix=failure.fix,
    )


def answer_failure(request: Request, failure: ProvostError, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer to a request that failed: a problem for programs, a page for people."""
    problem, more = problem_of(failure), dict(headers or {})
    if isinstance(failure, SignInNeeded):
        more.setdefault("WWW-Authenticate", "Bearer")
    if request.url.path.startswith(FOR_PROGRAMS):
        body = json.dumps(problem.model_dump())
        return Response(body, status_code=problem.status, media_type=MEDIA_TYPE, headers=more)
    page = _page(request, problem.status, failure)
    page.headers.update(more)
    return page


def add_problem_answers(app: FastAPI) -> None:
    """Let every failure of the application be answered in our words."""

    @app.exception_handler(ProvostError)
    def known(request: Request, failure: ProvostError) -> Response:
        if status_of(failure) >= 500:  # noqa: PLR2004 the statuses that say the fault is not the caller's
            _log.warning("a request was not answered well", code=failure.code, error=failure)
        return answer_failure(request, failure)

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, failure: RequestValidationError) -> Response:
        return answer_failure(request, _unreadable(failure))

    @app.exception_handler(HTTPException)
    def refused(request: Request, failure: HTTPException) -> Response:
        return _plain(request, failure)

    @app.exception_handler(Exception)
    def fault(request: Request, failure: Exception) -> Response:
        _log.error("a request met a fault of ours", error=failure)
        fix = "Report it with the time; the log says where it arose."
        return answer_failure(request, InternalError("The request met a fault of ours.", fix=fix))


def too_many(seconds: int) -> tuple[TooManyRequests, dict[str, str]]:
    """Return the failure of a caller who must wait, and the header that says how long."""
    fix = f"Send it again in {seconds} s."
    return TooManyRequests("That is more than may be asked in a minute.", fix=fix), {"Retry-After": str(seconds)}


def _unreadable(failure: RequestValidationError) -> ProvostError:
    first = failure.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    fix = "Send what the interface describes; see /api/v1/openapi.json."
    return RequestUnreadable(f"The request is not valid: {first['msg']}.", field=field[:200], fix=fix)


def _plain(request: Request, failure: HTTPException) -> Response:
    """Word a refusal of the framework; its own headers, such as Allow, are kept."""
    found: ProvostError = UnknownAddress("There is nothing at this address.", field=request.url.path[:200])
    if failure.status_code != 404:  # noqa: PLR2004 nothing found is the usual one
        found = RequestUnreadable(str(failure.detail), field=request.method)
    answer = answer_failure(request, found, failure.headers)
    answer.status_code = failure.status_code
    return _with_status(answer, failure.status_code)


def _with_status(answer: Response, status: int) -> Response:
    if answer.media_type == MEDIA_TYPE:
        body = json.loads(bytes(answer.body)) | {"status": status}
        headers = {name: value for name, value in answer.headers.items() if name not in ("content-length",)}
        return Response(json.dumps(body), status_code=status, media_type=MEDIA_TYPE, headers=headers)
    return answer


def _page(request: Request, status: int, failure: ProvostError) -> Response:
    if request.url.path.startswith("/lti/"):
        return render_refusal(status, failure)
    return render_problem(request, status, failure)
