"""What a class offers: its modules and what stands in them, pages, quizzes and groups."""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urljoin

from domain.ids import ResourceId, SectionKey
from domain.learning import Resource, ResourceKind
from tools.lms.canvas.classroom.activity_rows import CoursePageRow, ItemRow, ModuleRow, QuizRow, StudyGroupRow
from tools.lms.canvas.classroom.reading import Reading
from tools.lms.canvas.classroom.roll import find_section
from tools.lms.canvas.lookup import API

CONTENT_RIGHT = "Course Content - view"
GROUP_RIGHT = "Groups - view all"
_KINDS = {
    "File": ResourceKind.FILE,
    "Page": ResourceKind.PAGE,
    "Discussion": ResourceKind.DISCUSSION,
    "Assignment": ResourceKind.ASSIGNMENT,
    "Quiz": ResourceKind.QUIZ,
    "ExternalUrl": ResourceKind.LINK,
    "ExternalTool": ResourceKind.LINK,
}
_HEADING = "SubHeader"


def name_resource(kind: ResourceKind, number: int | str) -> ResourceId:
    """Return the id of a resource: its kind and Canvas's number of it."""
    return ResourceId(f"{kind.value}-{number}")


def name_page(slug: str, pages: Mapping[str, CoursePageRow]) -> ResourceId:
    """Return the id of a page, by its number where it is listed and by the word in its address else."""
    return name_resource(ResourceKind.PAGE, pages[slug].page_id if slug in pages else slug)


def read_resources(reading: Reading) -> list[Resource]:
    """Read what the section's course offers; a tab that is switched off offers nothing.

    Canvas offers it to the course, so sections taught together are offered the same.
    """
    section = find_section(reading)
    if section is None:
        return []
    course = f"{API}/courses/{section.course_id}"
    pages = read_pages(reading, course)
    modules = read_modules(reading, course)
    found = [
        *(_module(reading, course, row) for row in modules),
        *(resource for row in modules for resource in _items(reading, row, pages)),
        *(_page(reading.section, page) for page in pages.values()),
        *(_quiz(reading.section, row) for row in _read_quizzes(reading, course)),
        *(_group(reading, row) for row in read_groups(reading, course)),
    ]
    return _each_once(found)


def read_pages(reading: Reading, course: str) -> dict[str, CoursePageRow]:
    """Read the pages of a course by the name in their address, which alone names them in modules and page views."""
    rows = reading.rows(CoursePageRow, f"{course}/pages", what="pages", right=CONTENT_RIGHT, absent="")
    return {row.url: row for row in rows}


def read_groups(reading: Reading, course: str) -> list[StudyGroupRow]:
    """Read the groups of a course."""
    return reading.rows(StudyGroupRow, f"{course}/groups", what="groups", right=GROUP_RIGHT, absent="")


def _read_quizzes(reading: Reading, course: str) -> list[QuizRow]:
    return reading.rows(QuizRow, f"{course}/quizzes", what="quizzes", right=CONTENT_RIGHT, absent="")


def read_modules(reading: Reading, course: str) -> list[ModuleRow]:
    """Read modules with their items."""
    params = (("include[]", "items"),)
    rows = reading.rows(ModuleRow, f"{course}/modules", params, what="modules", right=CONTENT_RIGHT, absent="")
    return [row if row.items is not None else _with_items(reading, course, row) for row in rows]


def _with_items(reading: Reading, course: str, row: ModuleRow) -> ModuleRow:
    """Ask for the items of a module that Canvas left out because there are many."""
    path = f"{course}/modules/{row.id}/items"
    items = reading.rows(ItemRow, path, what="module items", right=CONTENT_RIGHT)
    return row.model_copy(update={"items": tuple(items)})


def _module(reading: Reading, course: str, row: ModuleRow) -> Resource:
    place = f"{course.removeprefix(API)}/modules/{row.id}"
    return Resource(
        id=name_resource(ResourceKind.MODULE, row.id),
        section=reading.section,
        kind=ResourceKind.MODULE,
        title=row.name or "",
        url=urljoin(reading.client.base_url, place),
        position=row.position or 0,
        published=row.published is not False,
    )


def _items(reading: Reading, module: ModuleRow, pages: Mapping[str, CoursePageRow]) -> Iterator[Resource]:
    """Yield what stands in a module; headings offer nothing, and a draft module hides what is in it."""
    for row in module.items or ():
        if row.type == _HEADING:
            continue
        yield Resource(
            id=name_item(row, pages),
            section=reading.section,
            kind=kind_of(row),
            title=row.title or "",
            url=row.html_url or row.external_url or "",
            module=module.name or "",
            position=row.position or 0,
            published=row.published is not False and module.published is not False,
        )


def kind_of(row: ItemRow) -> ResourceKind:
    """Return what sort of thing stands in a module."""
    return _KINDS.get(row.type or "", ResourceKind.UNKNOWN)


def name_item(row: ItemRow, pages: Mapping[str, CoursePageRow]) -> ResourceId:
    """Return what names the thing itself; a link is named by its place, as it is nothing outside its module."""
    kind = kind_of(row)
    if kind is ResourceKind.PAGE and row.page_url:
        return name_page(row.page_url, pages)
    return name_resource(kind, row.id if kind is ResourceKind.LINK or row.content_id is None else row.content_id)


def _page(section: SectionKey, row: CoursePageRow) -> Resource:
    return Resource(
        id=name_resource(ResourceKind.PAGE, row.page_id),
        section=section,
        kind=ResourceKind.PAGE,
        title=row.title or row.url,
        url=row.html_url or "",
        published=row.published is not False,
    )


def _quiz(section: SectionKey, row: QuizRow) -> Resource:
    return Resource(
        id=name_resource(ResourceKind.QUIZ, row.id),
        section=section,
        kind=ResourceKind.QUIZ,
        title=row.title or "",
        url=row.html_url or "",
        published=row.published is not False,
    )


def _group(reading: Reading, row: StudyGroupRow) -> Resource:
    return Resource(
        id=name_resource(ResourceKind.GROUP, row.id),
        section=reading.section,
        kind=ResourceKind.GROUP,
        title=row.name or "",
        url=urljoin(reading.client.base_url, f"/groups/{row.id}"),
    )


def _each_once(found: Iterable[Resource]) -> list[Resource]:
    """Keep the first of each id: what stands in a module is told with its module."""
    kept: dict[ResourceId, Resource] = {}
    for resource in found:
        kept.setdefault(resource.id, resource)
    return list(kept.values())
