"""The addresses of the tool: where a launch begins, where it comes back, and what it is registered with (S96)."""

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from console import launched
from domain.request_errors import UnknownAddress
from graphs.desks import paths
from service.web.lti.claims import Launch, Looker
from service.web.lti.launching import Launching
from service.web.lti.registration import registration
from service.web.lti.tokens import refused
from service.web.permissions import Open, SignatureOnly

router = APIRouter(prefix="/lti", include_in_schema=False)
_begins, _answers, _public = SignatureOnly("state"), SignatureOnly("id_token"), Open("how the tool is registered")
_MOST_TOKEN = 50_000


def launching_of(request: Request) -> Launching:
    """Return what launches need; UnknownAddress where the tool is off."""
    found: Launching | None = request.app.state.launching
    if found is None:
        raise UnknownAddress("No course system opens pages here.", field="lti.client_id", fix="Set it.")
    return found


Here = Annotated[Launching, Depends(launching_of)]


@router.get("/login", dependencies=[Depends(_begins)])
def begin(request: Request, launching: Here) -> Response:
    """Begin a launch."""
    return _sent_on(launching, dict(request.query_params))


@router.post("/login", dependencies=[Depends(_begins)])
def begin_by_form(request: Request, launching: Here) -> Response:
    """Begin a launch that was sent as a form."""
    body: bytes = request.scope.get("provost.body", b"")
    return _sent_on(launching, dict(parse_qsl(body.decode("utf-8", "replace"))))


@router.post("/launch", dependencies=[Depends(_answers)])
def show(
    launching: Here,
    state: Annotated[str, Form(max_length=200)] = "",
    id_token: Annotated[str, Form(max_length=_MOST_TOKEN)] = "",
) -> Response:
    """Show the student whom the platform vouches for their own path, and everybody else a sentence."""
    launch = launching.finish(state, id_token)
    if launch.looker is not Looker.STUDENT:
        return launched.render_note(launched.Note(launch.looker.value))
    if not launch.person:
        return launched.render_note(launched.Note.NOT_RELEASED)
    who = launching.student(launch.person)
    if who is None:
        return launched.render_note(launched.Note.NOT_KNOWN)
    return launched.render_paths(launching.provost, paths.read_own_paths(launching.provost, who, _place(launch)))


@router.get("/launch", dependencies=[Depends(_answers)])
def reload(_launching: Here) -> Response:
    """Say that the page is opened from the course: an address typed in proves nobody."""
    raise refused("This page is opened from a course.", "id_token")


@router.get("/config.json", dependencies=[Depends(_public)])
def config(request: Request) -> dict[str, Any]:
    """Return the JSON that an administrator of Canvas makes the developer key from."""
    return registration(request.app.state.place.origin)


@router.get("/jwks.json", dependencies=[Depends(_public)])
def keys() -> dict[str, list[str]]:
    """Return our keys: none, as the tool signs nothing and asks the platform for nothing."""
    return {"keys": []}


def _sent_on(launching: Launching, said: dict[str, str]) -> Response:
    return RedirectResponse(launching.begin(said), status_code=303, headers={"Cache-Control": "no-store"})


def _place(launch: Launch) -> paths.LaunchedFrom:
    return paths.LaunchedFrom(sections=launch.sections, course=launch.course)
