"""Page views as Canvas shows them: each with an id of its own, an address, and what it was about."""

from __future__ import annotations

from uuid import NAMESPACE_OID, uuid5

from simulator.canvas.coursework import View
from simulator.canvas.refusals import Json
from simulator.canvas.wire.show import stamp

CONTROLLERS = {
    "Page": ("wiki_pages", "pages", "WikiPage"),
    "Quiz": ("quizzes/quizzes", "quizzes", "Quizzes::Quiz"),
    "Assignment": ("assignments", "assignments", "Assignment"),
    "Discussion": ("discussion_topics", "discussion_topics", "DiscussionTopic"),
}
"""Controller, path and asset type of each kind of item; other items are followed through their module."""
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def view_url(view: View, course_id: int, origin: str) -> str:
    """The address that was looked at."""
    course = f"{origin}/courses/{course_id}"
    if view.item is None:
        return course
    if view.item.kind in CONTROLLERS:
        return f"{course}/{CONTROLLERS[view.item.kind][1]}/{view.item.content}"
    return f"{course}/modules/items/{view.item.id}"


def show_page_view(view: View, user_id: int, course_id: int, origin: str) -> dict[str, Json]:
    """Show one page view of a person in a course."""
    at = stamp(view.at) or ""
    controller, _, asset = (
        CONTROLLERS.get(view.item.kind, ("context_modules", "", "ContentTag"))
        if view.item
        else (
            "courses",
            "",
            None,
        )
    )
    asset_id = None if view.item is None else view.item.content if view.item.kind in CONTROLLERS else view.item.id
    name = f"page view {user_id} {course_id} {view.at.timestamp()}"
    return {
        "id": str(uuid5(NAMESPACE_OID, name)),
        "url": view_url(view, course_id, origin),
        "context_type": "Course",
        "asset_type": asset,
        "controller": controller,
        "action": "show",
        "http_method": "post" if view.took_part else "get",
        "participated": view.took_part,
        "interaction_seconds": view.seconds,
        "created_at": at,
        "updated_at": at,
        "user_request": True,
        "render_time": 0.2,
        "user_agent": BROWSER,
        "remote_ip": "192.0.2.1",
        "contributed": False,
        "links": {"user": user_id, "context": course_id, "asset": asset_id, "real_user": None, "account": 1},
    }
