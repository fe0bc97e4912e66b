"""The proxy API: reading resources page by page and record by record, and writing what can be written."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.banner.catalogue import RESOURCES
from simulator.banner.criteria import Leaf, leaves_of, read_criteria
from simulator.banner.people_views import PRIVATE
from simulator.banner.resources import Offered
from simulator.banner.state import BannerState
from simulator.banner.tokens import Application
from simulator.banner.wire import MAX_PAGE_SIZE, EthosError, Json, Version, family_of, negotiate, without_family
from simulator.banner.writings import WRITE_ONLY, Writing, writing_of
from simulator.fault_middleware import faults_of
from simulator.faults import FaultKind

NAMED_QUERIES: dict[str, dict[str, str]] = {
    "academicPeriod": {},
    "registrationStatusesByAcademicPeriod": {"statuses.detail.id": "status.detail.id"},
    "personFilter": {"personFilter.id": "person.id"},
    "section": {},
}
"""Named queries and how their paths read as paths of the records."""


def resource_named(name: str) -> Offered:
    """A resource to read; 404 for one that the tenant does not have, 405 for one that can only be written."""
    if name in WRITE_ONLY:
        raise EthosError(405, "Global.UnsupportedOperation", f"{name} cannot be read.")
    if name not in RESOURCES:
        raise EthosError(404, "Global.Resource.NotFound", f"There is no resource {name}.")
    return RESOURCES[name]


class Proxy:
    """Answers one application's calls on `/api` and `/qapi`."""

    def __init__(self, state: BannerState) -> None:
        self._state = state

    def read_page(self, request: Request, application: Application, filters: Json | None) -> Response:
        """A page of a resource; `filters` is the body of a qapi call, None to read them from the query."""
        resource = resource_named(request.path_params["resource"])
        version = negotiate(request.headers.get("accept", ""), resource.versions)
        leaves = list(leaves_of(filters)) if filters is not None else list(_query_leaves(request))
        offset, limit = _number(request, "offset", 0), _number(request, "limit", MAX_PAGE_SIZE)
        with self._state.lock:
            page, total = resource.page(self._state, leaves, offset, min(limit, MAX_PAGE_SIZE))
        headers = _headers(version, application) | {
            "x-total-count": str(total),
            "x-max-page-size": str(MAX_PAGE_SIZE),
        }
        return _spoiled(request, resource.name, page, headers)

    def read_record(self, request: Request, application: Application) -> Response:
        """One record; 404 for an unknown GUID."""
        resource = resource_named(request.path_params["resource"])
        version = negotiate(request.headers.get("accept", ""), resource.versions)
        guid = request.path_params["guid"]
        with self._state.lock:
            record = resource.get(self._state, guid)
        if record is None:
            raise EthosError(404, "Global.Resource.NotFound", f"No {resource.name} with GUID {guid}.")
        headers = _headers(version, application)
        if resource.name == "persons" and FaultKind.PARTIAL_PERSON in faults_of(request.scope):
            headers["x-content-restricted"] = "partial"
            record = _stripped(record)
        return JSONResponse(record, headers=headers)

    def write(self, request: Request, application: Application, body: bytes) -> Response:
        """A POST or PUT of what can be written, by an application that may."""
        sent_as = request.headers.get("content-type", "")
        writing = self._writing(request, family_of(sent_as))
        base = resource_named(writing.base)
        if not application.may_write:
            raise EthosError(403, "Access.Denied", f"{application.name} may not write {base.name}.")
        version = negotiate(without_family(sent_as), base.versions)
        record, guid, faults = _record_in(body), request.path_params.get("guid"), faults_of(request.scope)
        if FaultKind.RECORD_LOCK in faults:
            raise EthosError(400, writing.error_code, "SFRSTCR record is locked.", "Unknown error code.")
        if FaultKind.ERRORS_IN_200 in faults:
            raise EthosError(200, writing.error_code, writing.spurious, "Unknown error code.")
        silent = FaultKind.SILENT_NO_OP_WRITE in faults
        written = (writing.pretend if silent else writing.apply)(self._state, guid, record)
        return JSONResponse(written, headers=_headers(version, application))

    def _writing(self, request: Request, family: str) -> Writing:
        name = request.path_params["resource"]
        if name not in WRITE_ONLY:
            resource_named(name)
        return writing_of(name, family, request.method)


def _record_in(body: bytes) -> Json:
    try:
        record = json.loads(body)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise EthosError(400, "Global.SchemaValidation.Error", "The body is not valid JSON.") from error
    if not isinstance(record, dict):
        raise EthosError(400, "Global.SchemaValidation.Error", "The body must be a JSON object.")
    return record


def _query_leaves(request: Request) -> Iterator[Leaf]:
    """What `criteria` and named queries ask for; 400 for a query that does not exist."""
    for name, value in request.query_params.multi_items():
        if name in ("offset", "limit"):
            continue
        if name == "criteria":
            yield from leaves_of(read_criteria(value))
        elif name in NAMED_QUERIES:
            paths = NAMED_QUERIES[name]
            yield from ((paths.get(path, path), wanted) for path, wanted in leaves_of(read_criteria(value)))
        else:
            raise EthosError(400, "Global.Filter.Invalid", f"There is no filter {name}.")


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not text.isdigit():
        raise EthosError(400, "Global.Paging.Invalid", f"{name} must be zero or a positive number.")
    return int(text)


def _headers(version: Version, application: Application) -> dict[str, str]:
    return {
        "content-type": version.media_type,
        "x-media-type": version.media_type,
        "x-request-id": str(uuid.uuid4()),
        "hedtech-ethos-integration-application-id": application.guid,
        "hedtech-ethos-integration-application-name": "Banner Student",
    }


def _stripped(record: Mapping[str, object]) -> Json:
    return {name: value for name, value in record.items() if name not in PRIVATE}


def _spoiled(request: Request, name: str, page: list[Json], headers: dict[str, str]) -> Response:
    """A page as it goes out, after the faults that only this face can play."""
    faults = faults_of(request.scope)
    if FaultKind.ERRORS_IN_200 in faults:
        raise EthosError(200, "Global.Internal.Error", f"{name} could not be read completely.")
    if FaultKind.WRONG_TOTAL in faults and page:
        page = page[:-1]
    if name == "persons" and FaultKind.PARTIAL_PERSON in faults:
        headers["x-content-restricted"] = "partial"
        page = [_stripped(record) for record in page]
    return JSONResponse(page, headers=headers)
