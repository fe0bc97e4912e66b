"""An instructor's classes: who is in them, what was not handed in, where the grades stand (R18, S256)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.templating import show
from console.visiting import Signed, provost_of
from domain.errors import AccessDenied
from domain.ids import SectionKey
from graphs.desks import sections as desk

router = APIRouter(prefix="/sections", include_in_schema=False)


@router.get("")
def list_classes(request: Request, visitor: Signed) -> Response:
    """Show the classes that the reader teaches."""
    taught = desk.list_taught(provost_of(request), visitor.principal)
    return show(request, visitor, "sections.html", taught=taught)


@router.get("/{section}")
def show_class(request: Request, visitor: Signed, section: str) -> Response:
    """Show one class."""
    found = desk.read_class(provost_of(request), visitor.principal, class_of(section))
    return show(request, visitor, "section.html", found=found)


def class_of(word: str) -> SectionKey:
    """Return the class that an address names; AccessDenied where it names none."""
    key = SectionKey.parse(word)
    if key is None:
        raise AccessDenied("There is no class of that name.", field="section", fix="Choose one from your list.")
    return key
