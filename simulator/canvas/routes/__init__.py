"""The endpoints of the Canvas face, one module per area of its API."""

from simulator.canvas.routes import (
    accounts,
    content,
    conversations,
    courses,
    enrollments,
    imports,
    jobs,
    logins,
    sections,
    users,
)
from simulator.canvas.wire.routing import RouteTable

AREAS = (accounts, content, conversations, courses, enrollments, imports, jobs, logins, sections, users)


def all_routes() -> RouteTable:
    """Return every endpoint of every area."""
    table = RouteTable()
    for area in AREAS:
        table.include(area.routes)
    return table
