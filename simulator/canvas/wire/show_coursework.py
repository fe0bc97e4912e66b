"""Coursework as Canvas shows it: assignments and their groups, quizzes, discussions, modules and grading schemes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from simulator.canvas.coursework import (
    Assignment,
    AssignmentGroup,
    Book,
    Entry,
    GradingStandard,
    Item,
    Module,
    Quiz,
    Topic,
)
from simulator.canvas.refusals import Json
from simulator.canvas.rows import User
from simulator.canvas.wire.show import stamp

REQUIREMENTS = {
    "Page": "must_view",
    "Quiz": "must_submit",
    "Assignment": "must_submit",
    "Discussion": "must_contribute",
    "ExternalUrl": "must_view",
}
PATHS = {"Page": "pages", "Quiz": "quizzes", "Assignment": "assignments", "Discussion": "discussion_topics"}


def show_standard(row: GradingStandard) -> dict[str, Json]:
    """Show a grading scheme; bounds are fractions of one."""
    return {
        "id": row.id,
        "title": row.title,
        "context_type": row.context_type,
        "context_id": row.context_id,
        "points_based": False,
        "scaling_factor": 1.0,
        "grading_scheme": [{"name": name, "value": bound} for name, bound in row.scheme],
    }


def show_assignment(row: Assignment, origin: str) -> dict[str, Json]:
    """Show an assignment."""
    shown: dict[str, Json] = {
        "id": row.id,
        "course_id": row.course_id,
        "name": row.name,
        "description": None,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.created_at),
        "due_at": stamp(row.due_at),
        "unlock_at": stamp(row.unlock_at),
        "lock_at": None,
        "html_url": f"{origin}/courses/{row.course_id}/assignments/{row.id}",
        "assignment_group_id": row.group_id,
        "position": row.position,
        "points_possible": row.points_possible,
        "grading_type": row.grading_type,
        "grading_standard_id": None,
        "submission_types": [row.submission_type],
        "published": True,
        "workflow_state": "published",
        "muted": False,
        "post_manually": row.post_manually,
        "omit_from_final_grade": row.omit_from_final_grade,
        "post_to_sis": False,
        "integration_id": None,
        "sis_assignment_id": None,
        "has_submitted_submissions": True,
        "grade_group_students_individually": False,
        "anonymous_grading": False,
        "only_visible_to_overrides": False,
        "is_quiz_assignment": row.quiz_id is not None,
    }
    if row.quiz_id is not None:
        shown["quiz_id"] = row.quiz_id
    return shown


def show_group(row: AssignmentGroup, book: Book, origin: str, include: Collection[str]) -> dict[str, Json]:
    """Show an assignment group, its assignments when asked for."""
    shown: dict[str, Json] = {
        "id": row.id,
        "name": row.name,
        "position": row.position,
        "group_weight": row.weight if book.weighted else 0,
        "sis_source_id": None,
        "integration_data": {},
        "rules": {},
    }
    if "assignments" in include:
        shown["assignments"] = [show_assignment(each, origin) for each in book.assignments if each.group_id == row.id]
    return shown


def show_quiz(row: Quiz, course_id: int, origin: str) -> dict[str, Json]:
    """Show a quiz."""
    return {
        "id": row.id,
        "title": row.title,
        "html_url": f"{origin}/courses/{course_id}/quizzes/{row.id}",
        "description": None,
        "quiz_type": row.kind,
        "assignment_id": row.assignment_id,
        "time_limit": None,
        "allowed_attempts": -1 if row.assignment_id is None else 1,
        "scoring_policy": "keep_highest",
        "points_possible": row.points_possible,
        "question_count": row.questions,
        "due_at": stamp(row.due_at),
        "unlock_at": None,
        "lock_at": None,
        "published": True,
        "locked_for_user": False,
        "anonymous_submissions": False,
    }


def show_topic(row: Topic, entries: Collection[Entry], author: User, course_id: int, origin: str) -> dict[str, Json]:
    """Show a discussion topic with how much was said in it."""
    return {
        "id": row.id,
        "title": row.title,
        "message": row.message,
        "html_url": f"{origin}/courses/{course_id}/discussion_topics/{row.id}",
        "posted_at": stamp(row.posted_at),
        "last_reply_at": stamp(max((each.at for each in entries), default=row.posted_at)),
        "require_initial_post": False,
        "user_can_see_posts": True,
        "discussion_subentry_count": len(entries),
        "read_state": "read",
        "unread_count": 0,
        "assignment_id": row.assignment_id,
        "discussion_type": "threaded",
        "published": True,
        "locked": False,
        "pinned": False,
        "user_name": author.name,
        "author": {"id": author.id, "display_name": author.name},
        "attachments": [],
    }


def show_entry(row: Entry, user: User) -> dict[str, Json]:
    """Show a contribution."""
    return {
        "id": row.id,
        "user_id": user.id,
        "parent_id": None,
        "created_at": stamp(row.at),
        "updated_at": stamp(row.at),
        "message": f"<p>{row.message}</p>",
        "user_name": user.name,
        "rating_count": None,
        "rating_sum": None,
        "read_state": "read",
        "forced_read_state": False,
    }


def show_module(
    row: Module, position: int, course_id: int, origin: str, done: Mapping[int, str] | None, *, items: bool
) -> dict[str, Json]:
    """Show a module; `done` are the items that the student asked about has completed, by when."""
    shown: dict[str, Json] = {
        "id": row.id,
        "name": row.name,
        "position": position,
        "workflow_state": "active",
        "unlock_at": None,
        "require_sequential_progress": False,
        "requirement_type": "all",
        "publish_final_grade": False,
        "prerequisite_module_ids": [],
        "items_count": len(row.items),
        "items_url": f"{origin}/api/v1/courses/{course_id}/modules/{row.id}/items",
        "published": True,
    }
    if done is not None:
        shown |= module_progress(row, done)
    if items:
        shown["items"] = show_items(row, course_id, origin, done)
    return shown


def module_progress(row: Module, done: Mapping[int, str]) -> dict[str, Json]:
    """Show how far a student is in a module."""
    required = [item.id for item in row.items if item.kind in REQUIREMENTS]
    times = [done[each] for each in required if each in done]
    complete = bool(required) and len(times) == len(required)
    state = "completed" if complete else "started" if times else "unlocked"
    return {"state": state, "completed_at": max(times) if complete else None}


def show_items(row: Module, course_id: int, origin: str, done: Mapping[int, str] | None) -> list[Json]:
    """Show the items of a module."""
    return [
        show_item(item, course_id, origin, done) | {"module_id": row.id, "position": number}
        for number, item in enumerate(row.items, start=1)
    ]


def show_item(item: Item, course_id: int, origin: str, done: Mapping[int, str] | None) -> dict[str, Json]:
    """Show one item; a page is named by its slug and an address by itself, everything else by its id."""
    shown: dict[str, Json] = {
        "id": item.id,
        "title": item.title,
        "indent": 0,
        "type": item.kind,
        "html_url": f"{origin}/courses/{course_id}/modules/items/{item.id}",
        "published": True,
    }
    if item.kind == "Page":
        shown["page_url"] = item.content
    elif item.kind == "ExternalUrl":
        shown["external_url"] = item.content
    else:
        shown["content_id"] = item.content
    if item.kind in PATHS:
        shown["url"] = f"{origin}/api/v1/courses/{course_id}/{PATHS[item.kind]}/{item.content}"
    if item.kind in REQUIREMENTS:
        requirement: dict[str, Json] = {"type": REQUIREMENTS[item.kind]}
        shown["completion_requirement"] = requirement | ({} if done is None else {"completed": item.id in done})
    return shown
