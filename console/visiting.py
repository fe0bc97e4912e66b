"""Who looks at a page: the visitor that sign-in left with the request, and the installation the page asks.

``service.web`` puts both there; a page that is reached without a visitor is refused, never shown empty.
"""

from typing import TYPE_CHECKING, Annotated, NamedTuple

from fastapi import Depends, Request

from domain.errors import ApproverNotAllowed
from domain.ports import Engine
from domain.principals import Principal

if TYPE_CHECKING:
    from graphs.assembly import Provost


class Visitor(NamedTuple):
    """Who is signed in; ``csrf`` is the token that every form of theirs carries, ``blurred`` hides identities (F97)."""

    principal: Principal
    csrf: str
    blurred: bool = False


def provost_of(request: Request) -> "Provost":
    """Return the installation that this application serves."""
    provost: Provost = request.app.state.provost
    return provost


def engine_of(request: Request) -> Engine | None:
    """Return what takes work for a worker, or None where this process starts no runs."""
    engine: Engine | None = request.app.state.queue
    return engine


def visitor_of(request: Request) -> Visitor:
    """Return who is signed in; raises ApproverNotAllowed where nobody is."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is None:
        raise ApproverNotAllowed("Nobody is signed in.", field="session", fix="Sign in, then open the page again.")
    return visitor


Signed = Annotated[Visitor, Depends(visitor_of)]
