"""The endpoints of the Canvas face, one module per area of its API."""

from simulator.canvas.routes import (
    accounts,
    analytics,
    assignments,
    content,
    conversations,
    courses,
    enrollments,
    grade_changes,
    imports,
    jobs,
    learning,
    logins,
    page_views,
    quiz_submissions,
    sections,
    submissions,
    users,
)
from simulator.canvas.wire.routing import RouteTable

AREAS = (
    *(accounts, analytics, assignments, content, conversations, courses, enrollments, grade_changes),
    *(imports, jobs, learning, logins, page_views, quiz_submissions, sections, submissions, users),
)


def all_routes() -> RouteTable:
    """Return every endpoint of every area."""
    table = RouteTable()
    for area in AREAS:
        table.include(area.routes)
    return table
