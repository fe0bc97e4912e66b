"""Which things of a class each student opened, on how many days and how often."""

from collections import defaultdict
from collections.abc import Container, Mapping
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.calendar import local_day
from domain.ids import RecordHandle, ResourceId
from domain.learning import ResourceKind, ResourceUse
from tools.lms.canvas.classroom.activity_rows import CoursePageRow, PageViewRow
from tools.lms.canvas.classroom.page_views import (
    find_group,
    find_item,
    find_resource,
    first_seen,
    is_in_course,
    read_views,
)
from tools.lms.canvas.classroom.reading import Reading
from tools.lms.canvas.classroom.resources import kind_of, name_resource, read_groups, read_modules, read_pages
from tools.lms.canvas.classroom.roll import Roll, call_roll

MOST_STUDENTS = 300
"""Students of one section whose page views are asked for in one reading; each costs at least one request."""


class _Places(NamedTuple):
    """What page views are read against: pages, groups and links of the course, and where a day begins."""

    pages: Mapping[str, CoursePageRow]
    groups: Container[int]
    links: Container[int]
    zone: ZoneInfo


def read_uses(reading: Reading, zone: ZoneInfo, only: RecordHandle | None = None) -> list[ResourceUse]:
    """Read what each student opened since they joined, newest first, and say where a cap left something out.

    Canvas counts clicks by student and course but not by thing, so the page views of every student are asked for;
    ``only`` asks for those of one.
    """
    roll = call_roll(reading)
    if roll.course is None:
        return []
    places = _read_places(reading, roll, zone)
    people = [(user, person) for user in roll.students if (person := roll.student(user))]
    people = [(user, person) for user, person in people if only in (None, person)]
    if len(people) > MOST_STUDENTS:
        message = f"Page views were asked for {MOST_STUDENTS} of {len(people)} students."
        reading.leave_out(message, "page views", "Nothing; Canvas lists page views only student by student.")
    return [use for user, person in people[:MOST_STUDENTS] for use in _uses_of(reading, roll, user, person, places)]


def _read_places(reading: Reading, roll: Roll, zone: ZoneInfo) -> _Places:
    items = (item for module in read_modules(reading, roll.path) for item in module.items or ())
    return _Places(
        pages=read_pages(reading, roll.path),
        groups=frozenset(row.id for row in read_groups(reading, roll.path)),
        links=frozenset(item.id for item in items if kind_of(item) is ResourceKind.LINK),
        zone=zone,
    )


def _uses_of(reading: Reading, roll: Roll, user: int, person: RecordHandle, places: _Places) -> list[ResourceUse]:
    opened: dict[ResourceId, list[date]] = defaultdict(list)
    for row in read_views(reading, user, first_seen(roll.students[user])):
        resource = _find(row, roll, places)
        if resource is not None:
            opened[resource].append(local_day(row.created_at, places.zone))
    return [
        ResourceUse(section=reading.section, person=person, resource=resource, days=len(set(days)), views=len(days))
        for resource, days in sorted(opened.items())
    ]


def _find(row: PageViewRow, roll: Roll, places: _Places) -> ResourceId | None:
    """Return what of this course was opened: a thing in it, a link of a module, or one of its groups."""
    if roll.course is not None and is_in_course(row, roll.course):
        item = find_item(row)
        if item is None:
            return find_resource(row, places.pages)
        return name_resource(ResourceKind.LINK, item) if item in places.links else None
    group = find_group(row)
    return name_resource(ResourceKind.GROUP, group) if group is not None and group in places.groups else None
