"""Pages that one student opened, as far back as asked and no further than a cap (R122).

Canvas lists page views by person, over all courses at once, and by nothing else, so this is the one reading that costs
a request for each student. The cap keeps a class of hundreds from emptying the token's allowance.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import unquote, urlsplit

from domain.ids import ResourceId
from domain.learning import ResourceKind
from tools.lms.canvas.classroom.activity_rows import CoursePageRow, PageViewRow
from tools.lms.canvas.classroom.reading import Reading
from tools.lms.canvas.classroom.resources import name_page, name_resource
from tools.lms.canvas.classroom.rows import ClassRow
from tools.lms.canvas.lookup import API
from tools.lms.canvas.wire import iso_utc

VIEWS_RIGHT = "Users - view statistics"
_PLACE = re.compile(r"^/(?:api/v1/)?courses/(?P<course>\d+)(?:/(?P<tab>[a-z_]+)(?:/(?P<thing>[^/]+))?)?(?:/|$)")
_GROUP = re.compile(r"^/(?:api/v1/)?groups/(?P<group>\d+)(?:/|$)")
_ITEM = re.compile(r"^/(?:api/v1/)?courses/\d+/modules/items/(?P<item>\d+)(?:/|$)")
_TABS = {
    "pages": ResourceKind.PAGE,
    "wiki": ResourceKind.PAGE,
    "files": ResourceKind.FILE,
    "quizzes": ResourceKind.QUIZ,
    "assignments": ResourceKind.ASSIGNMENT,
    "discussion_topics": ResourceKind.DISCUSSION,
}
_ASSETS = {
    "wiki_page": ResourceKind.PAGE,
    "wikipage": ResourceKind.PAGE,
    "attachment": ResourceKind.FILE,
    "quizzes::quiz": ResourceKind.QUIZ,
    "quizzes:quiz": ResourceKind.QUIZ,
    "quiz": ResourceKind.QUIZ,
    "assignment": ResourceKind.ASSIGNMENT,
    "discussion_topic": ResourceKind.DISCUSSION,
    "discussiontopic": ResourceKind.DISCUSSION,
}


MOST_VIEWS = 2000
"""Page views of one student that are read; Canvas gives the newest first, so the oldest are left out."""


def first_seen(rows: Iterable[ClassRow]) -> datetime | None:
    """Return when a student joined the class; nothing they did before belongs to it."""
    return min((row.created_at for row in rows if row.created_at), default=None)


def read_views(reading: Reading, user: int, start: datetime | None) -> list[PageViewRow]:
    """Read the newest page views of one account, in all courses, since ``start``."""
    params = (("start_time", iso_utc(start)),) if start else ()
    off = "Canvas keeps no page views of a student, so which pages were opened is unknown."
    path = f"{API}/users/{user}/page_views"
    return reading.rows(PageViewRow, path, params, what="page views", right=VIEWS_RIGHT, absent=off, most=MOST_VIEWS)


def is_in_course(row: PageViewRow, course: int) -> bool:
    """Tell whether a page of the course was opened, by the context first and the address else."""
    if row.context_type == "Course" and row.links.context is not None:
        return row.links.context == course
    place = _PLACE.match(urlsplit(row.url or "").path)
    return place is not None and place["course"] == str(course)


def find_resource(row: PageViewRow, pages: Mapping[str, CoursePageRow]) -> ResourceId | None:
    """Return what was opened, by the address, or by the asset that Canvas names; None for lists and other pages."""
    place = _PLACE.match(urlsplit(row.url or "").path)
    kind = _TABS.get(place["tab"] or "") if place else None
    if place and kind and place["thing"]:
        thing = unquote(place["thing"])
        if kind is ResourceKind.PAGE:
            return name_page(thing, pages)
        return name_resource(kind, thing) if thing.isdigit() else None
    asset = _ASSETS.get((row.asset_type or "").lower())
    return name_resource(asset, row.links.asset) if asset and row.links.asset else None


def find_item(row: PageViewRow) -> int | None:
    """Return the module item that was followed; what it leads to is a page view of its own, unless it is a link."""
    place = _ITEM.match(urlsplit(row.url or "").path)
    return int(place["item"]) if place else None


def find_group(row: PageViewRow) -> int | None:
    """Return the group in which a page was opened."""
    place = _GROUP.match(urlsplit(row.url or "").path)
    return int(place["group"]) if place else None
