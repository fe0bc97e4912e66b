"""Pages for what did not work: what happened, why, and what to do next, in the words of the failure itself."""

from fastapi import Request
from fastapi.responses import Response

from console.templating import show, show_bare
from console.visiting import Visitor
from domain.errors import ProvostError

_TITLES = {
    400: "That request makes no sense here",
    401: "Please sign in",
    403: "This is not yours to see",
    404: "There is nothing here",
    409: "Somebody was faster",
    422: "Something is missing",
    429: "Too much at once",
    503: "Another system is not answering",
}


def render_problem(request: Request, status: int, failure: ProvostError | None) -> Response:
    """Return the page that words a failure; without one it says what the status means."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    title = _TITLES.get(status, "Something went wrong here")
    if visitor is None:
        return show_bare("problem_bare.html", status=status, title=title, failure=failure, code=status)
    return show(request, visitor, "problem.html", status=status, title=title, failure=failure, code=status)
