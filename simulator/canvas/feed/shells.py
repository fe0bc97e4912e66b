"""Applying courses, sections and cross-listings."""

from __future__ import annotations

from simulator.canvas.feed.files import FeedRow
from simulator.canvas.feed.run import RowRefused, Run, dates, required, status_of
from simulator.canvas.rows import Account, Course, Section, Term
from simulator.canvas.writes import CURRENT_ACTOR, Value

DATES = {"start_date": "start_at", "end_date": "end_at"}


def apply_course(run: Run, row: FeedRow) -> None:
    """Make or change one course."""
    sis_id = required(row, "course_id", "a course")
    allowed = ("active", "deleted", "completed", "published")
    status = status_of(row, allowed, f"course {sis_id}")
    course = run.state.find_by_sis(Course, sis_id)
    if course is None:
        name = required(row, "long_name", f"course {sis_id}")
        course = run.state.create_course(name, sis_course_id=sis_id)
    run.state.change(course, course_fields(run, row))
    run.state.set_course_state(course, course_state(course, status))


def course_state(course: Course, status: str) -> str:
    """Return the state a status makes of a course: `active` reopens, and leaves published what is published."""
    if status == "active":
        return {"completed": "available", "available": "available"}.get(course.workflow_state, "claimed")
    return {"published": "available", "completed": "completed", "deleted": "deleted"}[status]


def course_fields(run: Run, row: FeedRow) -> dict[str, Value]:
    """Return what a row says about a course; unknown account or term ids are left alone with a refusal."""
    changes: dict[str, Value] = dates(row, DATES)
    if row.get("short_name"):
        changes["course_code"] = row["short_name"]
    if row.get("long_name"):
        changes["name"] = row["long_name"]
    if account_sis := row.get("account_id"):
        account = run.state.find_by_sis(Account, account_sis)
        if account is None:
            raise RowRefused(f"Account not found for {account_sis}")
        changes["account_id"] = account.id
    if term_sis := row.get("term_id"):
        term = run.state.find_by_sis(Term, term_sis)
        if term is None:
            raise RowRefused(f"Term not found for {term_sis}")
        changes["term_id"] = term.id
    changes |= optional(row, {"integration_id": "integration_id", "course_format": "course_format"})
    run.state.require_free_integration(changes.get("integration_id"), run.state.course_by_sis(row["course_id"]))
    return changes


def optional(row: FeedRow, columns: dict[str, str]) -> dict[str, Value]:
    """Return the filled cells of optional columns by field name."""
    return {field: row[column] for column, field in columns.items() if row.get(column)}


def apply_section(run: Run, row: FeedRow) -> None:
    """Make, change, move or delete one section; deleting takes its enrolments along."""
    sis_id = required(row, "section_id", "a section")
    status = status_of(row, ("active", "deleted"), f"section {sis_id}")
    course_sis = required(row, "course_id", f"section {sis_id}")
    course = run.state.find_by_sis(Course, course_sis)
    if course is None or (course.workflow_state == "deleted" and status == "active"):
        raise RowRefused(f"Section {sis_id} references course {course_sis} which doesn't exist")
    section = run.state.find_by_sis(Section, sis_id)
    if section is None:
        if status == "deleted":
            return
        name = required(row, "name", f"section {sis_id}")
        section = run.state.create_section(course.id, name, sis_section_id=sis_id)
    changes: dict[str, Value] = dates(row, DATES) | optional(row, {"name": "name", "integration_id": "integration_id"})
    run.state.change(section, changes | {"workflow_state": status})
    if status == "deleted":
        delete_enrollments(run, section)
        return
    move_home(run, section, course)


def delete_enrollments(run: Run, section: Section) -> None:
    """Delete everyone in a section that went."""
    for enrollment in run.state.enrollments_of_section(section.id):
        run.state.set_enrollment_state(enrollment, "deleted")


def move_home(run: Run, section: Section, course: Course) -> None:
    """Put a section's home under another course, unless a person moved the section by hand."""
    if course.id in (section.course_id, section.nonxlist_course_id):
        return
    if section.nonxlist_course_id is not None:
        run.state.change(section, {"nonxlist_course_id": course.id})
    elif not held_by_hand(section):
        run.state.move_section(section, course, None)


def held_by_hand(section: Section) -> bool:
    """Tell whether a person's move of a section stands against this import."""
    return "course_id" in section.stuck and not CURRENT_ACTOR.get().stickiness.override


def apply_xlist(run: Run, row: FeedRow) -> None:
    """Cross-list a section into a course that is made if it is missing, or return it to its home."""
    section_sis = required(row, "section_id", "a cross-listing")
    course_sis = required(row, "xlist_course_id", "a cross-listing")
    status = status_of(row, ("active", "deleted"), "a cross-listing")
    section = run.state.find_by_sis(Section, section_sis)
    if section is None or section.workflow_state == "deleted":
        raise RowRefused(f"A cross-listing referenced a non-existent section {section_sis}")
    if held_by_hand(section):
        return
    course = run.state.find_by_sis(Course, course_sis)
    if status == "deleted":
        if section.nonxlist_course_id is not None and course is not None and section.course_id == course.id:
            run.state.decrosslist(section.id)
        return
    target = course or course_like_home(run, section, course_sis)
    if target.workflow_state == "deleted":
        run.state.change(target, {"workflow_state": "claimed"})
    run.state.crosslist(section.id, target.id)


def course_like_home(run: Run, section: Section, sis_id: str) -> Course:
    """Make the missing target of a cross-listing, named and dated like the section's home course."""
    home = run.state.courses[section.nonxlist_course_id or section.course_id]
    return run.state.create_course(
        home.name,
        course_code=home.course_code,
        account_id=home.account_id,
        term_id=home.term_id,
        start_at=home.start_at,
        end_at=home.end_at,
        sis_course_id=sis_id,
        offer=home.workflow_state == "available",
    )
