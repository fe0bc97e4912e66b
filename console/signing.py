"""The sign-in page; who may sign in, and how, is the application's affair."""

from collections.abc import Sequence

from fastapi import Request
from fastapi.responses import HTMLResponse

from console.templating import show_bare
from domain.errors import ProvostError
from domain.principals import Principal


def render_sign_in(
    request: Request, *, oidc: bool, development: Sequence[Principal], problem: ProvostError | None = None
) -> HTMLResponse:
    """Return the page that offers the institution's sign-in and, on this machine, the people of a demonstration.

    The forms post to ``/sign-in/development`` and lead to ``/sign-in/oidc``; ``problem`` is why the last try failed.
    """
    visitor = getattr(request.state, "visitor", None)  # somebody who is signed in may become another
    csrf = visitor.csrf if visitor else ""
    onward = request.query_params.get("next", "/")
    status = 401 if problem else 200
    return show_bare(
        "sign_in.html", status=status, oidc=oidc, people=development, problem=problem, onward=onward, csrf=csrf
    )
