"""The OpenAPI document of the interface: every answer, every problem, who may call, made from the routes themselves."""

from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import RouteContext
from starlette.responses import JSONResponse

from service.web.permissions import PEOPLE, Permission, api_routes, declared_of
from service.web.problems import MEDIA_TYPE, Problem

router = APIRouter()
TITLE = "Provost"
_ABOUT = (
    "Invoke graphs, follow runs, answer approvals, read what is on record. Every failure is a problem with a stable "
    "code; lists are paged by cursor; requests that change something take an Idempotency-Key."
)
_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "Signed token of provost principal add."},
    "session": {"type": "apiKey", "in": "cookie", "name": "provost", "description": "Session of a signed-in person."},
}
_ALWAYS = {"401": "Nobody is signed in.", "403": "Not allowed.", "429": "Too many requests.", "503": "Try again later."}
_CHANGING = {"409": "It conflicts with what is there now.", "413": "The body is too large."}
_WITH_ID = {"404": "There is nothing at this address that the caller may see."}
_OTHERS = {
    "400": "The request cannot be read.",
    "422": "The request is not as described here.",
    "500": "A fault of ours.",
    "502": "Another system failed.",
}


@router.get("/openapi.json", include_in_schema=False, dependencies=[Depends(Permission(PEOPLE, any_program=True))])
def document(request: Request) -> JSONResponse:
    """Return the document of this installation."""
    return JSONResponse(describe(request.app))


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of an application's interface, and of nothing else that it serves."""
    routes = [route for route in api_routes(app) if (route.path or "").startswith("/api/")]
    document = get_openapi(title=TITLE, version="1", description=_ABOUT, routes=routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    document["components"]["securitySchemes"] = _SCHEMES
    for route in routes:
        for method in route.methods or () if route.include_in_schema else ():
            _complete(document["paths"][route.path][method.lower()], route, changing=method != "GET")
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return document


def _complete(operation: dict[str, Any], route: RouteContext, *, changing: bool) -> None:
    """Add to an operation what its route asks of callers and every problem it may answer with."""
    declared = declared_of(route)
    assert isinstance(declared, Permission)
    operation["security"] = [{"token": []}, {"session": []}]
    operation["x-roles"] = sorted(declared.roles)
    operation["x-scope"] = declared.scope
    problems = {
        **_ALWAYS,
        **_OTHERS,
        **(_CHANGING if changing else {}),
        **(_WITH_ID if "{" in (route.path or "") else {}),
    }
    if "/chat" in (route.path or ""):
        problems |= _WITH_ID
    for status, said in sorted(problems.items()):
        operation["responses"][status] = _problem(said, waits=status == "429")


def _problem(said: str, *, waits: bool) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    header = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}
    return {"description": said, "content": content, **({"headers": header} if waits else {})}
