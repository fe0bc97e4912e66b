"""The proxy API: reading resources page by page and record by record, and writing registrations."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.banner.catalogue import RESOURCES, AnyResource
from simulator.banner.criteria import Leaf, leaves_of, read_criteria
from simulator.banner.people_views import PRIVATE
from simulator.banner.registration_writes import change_registration, create_registration, refuse
from simulator.banner.state import BannerState
from simulator.banner.tables import NIL_GUID
from simulator.banner.tokens import Application
from simulator.banner.wire import MAX_PAGE_SIZE, EthosError, Json, Version, negotiate
from simulator.fault_middleware import faults_of
from simulator.faults import FaultKind

WRITABLE = "section-registrations"
NAMED_QUERIES: dict[str, dict[str, str]] = {
    "academicPeriod": {},
    "registrationStatusesByAcademicPeriod": {"statuses.detail.id": "status.detail.id"},
    "personFilter": {"personFilter.id": "person.id"},
}
"""Named queries and how their paths read as paths of the records."""


def resource_named(name: str) -> AnyResource:
    """A resource; 404 for one that the tenant does not have."""
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
        """A POST or PUT; only registrations can be written, by an application that may."""
        resource = resource_named(request.path_params["resource"])
        if resource.name != WRITABLE:
            raise EthosError(405, "Global.UnsupportedOperation", f"{request.method} is not supported here.")
        if not application.may_write:
            raise EthosError(403, "Access.Denied", f"{application.name} may not write {resource.name}.")
        version = negotiate(request.headers.get("content-type", ""), resource.versions)
        record = _record_in(body)
        faults = faults_of(request.scope)
        if FaultKind.RECORD_LOCK in faults:
            raise refuse("SFRSTCR record is locked.")
        if FaultKind.ERRORS_IN_200 in faults:
            raise refuse("The following required prerequisite is not started.", status=200)
        if FaultKind.SILENT_NO_OP_WRITE in faults:
            return JSONResponse(self._pretend(request, record), headers=_headers(version, application))
        written = self._apply(request, record)
        return JSONResponse(written, headers=_headers(version, application))

    def _apply(self, request: Request, record: Json) -> Json:
        guid = request.path_params.get("guid")
        if guid is None:
            return create_registration(self._state, record)
        return change_registration(self._state, guid, record)

    def _pretend(self, request: Request, record: Json) -> Json:
        """What a write would answer, without writing."""
        guid = request.path_params.get("guid")
        return {**record, "id": guid or str(uuid.uuid4()) if record.get("id") == NIL_GUID else guid}


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
