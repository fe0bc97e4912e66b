"""Sections over the wire, with cross-listing."""

from __future__ import annotations

from simulator.canvas.routes.edits import read_changes, without_stuck
from simulator.canvas.wire.call import Call, Reply
from simulator.canvas.wire.lookup import find_course, find_section
from simulator.canvas.wire.paging import numbered_page
from simulator.canvas.wire.routing import RouteTable
from simulator.canvas.wire.show import show_section

routes = RouteTable()

TEXTS = ("name", "sis_section_id", "integration_id")
MOMENTS = ("start_at", "end_at")
FLAGS = (("restrict_enrollments_to_section_dates", "restrict_dates"),)


@routes.on("GET", "/courses/:course_id/sections")
def list_sections(call: Call) -> Reply:
    """List the sections now shown in a course, cross-listed guests included."""
    include = call.params.items("include")
    rows = call.state.sections_of_course(find_course(call).id)
    return numbered_page(call, rows, lambda row: show_section(call.state, row, include))


@routes.on("POST", "/courses/:course_id/sections")
def create_section(call: Call) -> Reply:
    """Make a section in a course."""
    course, given = find_course(call), call.params.group("course_section")
    row = call.state.create_section(
        course.id,
        given.text("name") or course.name,
        sis_section_id=given.text("sis_section_id"),
        integration_id=given.text("integration_id"),
        start_at=given.moment("start_at"),
        end_at=given.moment("end_at"),
        restrict_dates=given.flag("restrict_enrollments_to_section_dates"),
        reactivate=call.params.flag("enable_sis_reactivation"),
    )
    return Reply(show_section(call.state, row))


@routes.on("GET", "/sections/:section_id")
@routes.on("GET", "/courses/:course_id/sections/:section_id")
def get_section(call: Call) -> Reply:
    """Show one section."""
    return Reply(show_section(call.state, find_section(call), call.params.items("include")))


@routes.on("PUT", "/sections/:section_id")
def update_section(call: Call) -> Reply:
    """Change a section's name, SIS id or dates."""
    row = find_section(call)
    changes = read_changes(call.params.group("course_section"), TEXTS, MOMENTS, FLAGS)
    row = call.state.update_section(row.id, **without_stuck(call, row, changes))
    return Reply(show_section(call.state, row))


@routes.on("DELETE", "/sections/:section_id")
def delete_section(call: Call) -> Reply:
    """Delete a section that nobody is enrolled in."""
    row = find_section(call)
    shown = show_section(call.state, row)
    call.state.delete_section(row.id)
    return Reply(shown)


@routes.on("POST", "/sections/:section_id/crosslist/:new_course_id")
def crosslist_section(call: Call) -> Reply:
    """Move a section into another course."""
    row = call.state.crosslist(find_section(call).id, find_course(call, "new_course_id").id)
    return Reply(show_section(call.state, row))


@routes.on("DELETE", "/sections/:section_id/crosslist")
def decrosslist_section(call: Call) -> Reply:
    """Return a section to its home course."""
    return Reply(show_section(call.state, call.state.decrosslist(find_section(call).id)))
