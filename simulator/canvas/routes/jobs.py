"""Progress objects and course copies over the wire."""

from __future__ import annotations

from simulator.canvas.jobs import ContentMigration
from simulator.canvas.refusals import NotFound, Rejected
from simulator.canvas.rows import Course
from simulator.canvas.wire.call import Call, Reply
from simulator.canvas.wire.lookup import find_course, find_row
from simulator.canvas.wire.paging import numbered_page
from simulator.canvas.wire.routing import RouteTable
from simulator.canvas.wire.show_job import show_migration, show_progress

routes = RouteTable()


@routes.on("GET", "/progress/:progress_id")
def get_progress(call: Call) -> Reply:
    """Show a progress; looking moves the job on."""
    text = call.slots["progress_id"]
    if not text.isdigit():
        raise NotFound
    return Reply(show_progress(call.state.advance_progress(int(text)), call.origin))


@routes.on("POST", "/courses/:course_id/content_migrations")
def start_migration(call: Call) -> Reply:
    """Start copying another course's content into this one."""
    course, kind = find_course(call), call.params.text("migration_type")
    if kind != "course_copy_importer":
        raise Rejected("Invalid migration_type")
    source = call.params.group("settings").text("source_course_id")
    if source is None:
        raise Rejected("A course copy requires a source course.")
    migration = call.state.start_course_copy(course.id, find_row(call.state, Course, source).id, kind)
    return Reply(show_migration(migration, call.origin))


@routes.on("GET", "/courses/:course_id/content_migrations")
def list_migrations(call: Call) -> Reply:
    """List a course's migrations, newest first."""
    course = find_course(call)
    rows = [row for row in reversed(call.state.migrations.values()) if row.course_id == course.id]
    return numbered_page(call, rows, lambda row: show_migration(row, call.origin))


@routes.on("GET", "/courses/:course_id/content_migrations/:migration_id")
def get_migration(call: Call) -> Reply:
    """Show one migration."""
    return Reply(show_migration(migration_of(call), call.origin))


def migration_of(call: Call) -> ContentMigration:
    """Return the migration of the slot, which must be of the course; raises NotFound."""
    course, text = find_course(call), call.slots["migration_id"]
    row = call.state.migrations.get(int(text)) if text.isdigit() else None
    if row is None or row.course_id != course.id:
        raise NotFound
    return row
