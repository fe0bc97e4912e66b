"""Who may open the pages of a grade sheet: the role here, the relationship at the desk behind them (R92, S260).

Nobody else's request reaches the desk, and no program's: a sheet is looked at and attested by people.
"""

from fastapi import Depends, FastAPI

from console import grade_sheets
from domain.principals import Role
from graphs.desks.sections import READERS
from service.web.permissions import Permission

PAGES = (
    (grade_sheets.looking, Permission(READERS)),
    (grade_sheets.answering, Permission(frozenset({Role.INSTRUCTOR, Role.REGISTRAR}))),
    (grade_sheets.grading, Permission(frozenset({Role.INSTRUCTOR}))),
)


def add_grade_pages(app: FastAPI) -> None:
    """Serve the pages, each with whom it opens to."""
    for router, permission in PAGES:
        app.include_router(router, dependencies=[Depends(permission)])
