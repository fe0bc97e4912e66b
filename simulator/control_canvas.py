"""The Canvas administrator's desk of the control face: a tool installed on demand, and the course page that frames it.

A call names people by `bannerId` and sections by `term` and `crn`.

    PUT  /canvas/tool         {"key", "clientId", "deploymentId"}    the JSON of an LTI developer key; {"clientId": ...}
    POST /canvas/tool-page    {"clientId", "bannerId", "term", "crn"}    {"path": ...} on the Canvas face
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.canvas.lti_platform import LtiPlatform
from simulator.canvas.refusals import Refusal
from simulator.control_errors import BadRequestError

Json = dict[str, object]
Answer = Callable[[Json, Request], Response]


class HasTools(Protocol):
    """A campus whose Canvas opens tools."""

    @property
    def lti(self) -> LtiPlatform:
        """The platform."""


class ToolDesk:
    """Installs tools in the Canvas of one campus."""

    def __init__(self, campus: HasTools) -> None:
        self._campus = campus

    def routes(self) -> tuple[tuple[str, str, Answer], ...]:
        """Method, path and answer of each call."""
        return (("PUT", "/canvas/tool", self._install), ("POST", "/canvas/tool-page", self._page))

    def _install(self, body: Json, _request: Request) -> Response:
        key, client, deployment = (body.get(name) for name in ("key", "clientId", "deploymentId"))
        if not isinstance(key, dict) or not isinstance(client, str) or not isinstance(deployment, str):
            raise BadRequestError("Give key, clientId and deploymentId.")
        try:
            tool = self._campus.lti.register(key, client, deployment)
        except Refusal as refused:
            raise BadRequestError(str(refused)) from refused
        return JSONResponse({"clientId": tool.client_id})

    def _page(self, body: Json, _request: Request) -> Response:
        state, named = self._campus.lti.state, f"{body.get('term')}-{body.get('crn')}"
        section = next((row for row in state.sections.values() if row.sis_section_id == named), None)
        known = (user for user in state.users.values() if state.sis_user_id(user) == body.get("bannerId"))
        user = next(known, None)
        if section is None or user is None or body.get("clientId") not in self._campus.lti.tools:
            raise BadRequestError("There is no such tool, person or section in Canvas.")
        path = f"/courses/{section.course_id}/external_tools/{body['clientId']}?user={user.id}"
        return JSONResponse({"path": path})
