"""Every page of the console, for the application to serve; what may be seen is decided by the desks behind them.

The pages of a grade sheet are served by ``service.web.grade_pages``, which says who may open each.
"""

from fastapi import APIRouter

from console import approvals, audit, caseload, chat, home, sections, students, sync_board


def routers() -> tuple[APIRouter, ...]:
    """Return the routers of all pages."""
    return (
        home.router,
        chat.router,
        approvals.router,
        caseload.router,
        sections.router,
        students.router,
        sync_board.router,
        audit.router,
    )
