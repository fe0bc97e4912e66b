"""The first page: what waits for the reader and what is new, by role; nothing of others (S260)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.templating import show
from console.visiting import Signed, provost_of
from graphs.desks.today import read_today

router = APIRouter(include_in_schema=False)


@router.get("/")
def show_home(request: Request, visitor: Signed) -> Response:
    """Show the reader's day."""
    return show(request, visitor, "home.html", today=read_today(provost_of(request), visitor.principal))
