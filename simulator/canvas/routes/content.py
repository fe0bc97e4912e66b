"""Pages and files of a course over the wire, and the download that a file's own address leads to."""

from __future__ import annotations

from simulator.canvas.content import File, Page
from simulator.canvas.refusals import Json, NotFound, Refusal
from simulator.canvas.rows import Course
from simulator.canvas.wire.call import Call, Reply
from simulator.canvas.wire.lookup import find_course
from simulator.canvas.wire.paging import numbered_page
from simulator.canvas.wire.routing import RouteTable
from simulator.canvas.wire.show import stamp

routes = RouteTable()

UNAUTHORIZED: Json = {
    "status": "unauthorized",
    "errors": [{"message": "user not authorized to perform that action"}],
}


@routes.on("GET", "/courses/:course_id/pages")
def list_pages(call: Call) -> Reply:
    """List a course's pages without their bodies, unless `include[]=body` asks for them."""
    course = find_course(call)
    require_open(call, course.id, "pages")
    rows, search = every_page(call, course), (call.params.text("search_term") or "").lower()
    if call.params.text("published") is not None:
        wanted = call.params.flag("published")
        rows = [page for page in rows if (page.workflow_state == "active") == wanted]
    rows = [page for page in rows if search in page.title.lower()]
    with_body = "body" in call.params.items("include")
    return numbered_page(call, rows, lambda page: show_page(call, page, body=with_body))


@routes.on("GET", "/courses/:course_id/pages/:url_or_id")
def get_page(call: Call) -> Reply:
    """Show one page with its body."""
    course = find_course(call)
    require_open(call, course.id, "pages")
    wanted = call.slots["url_or_id"]
    taught = (page for page in taught_pages(call, course) if wanted in (page.url, str(page.id), f"page_id:{page.id}"))
    page = next(taught, None) or call.state.find_page(course.id, wanted)
    return Reply(show_page(call, page, body=True))


def every_page(call: Call, course: Course) -> list[Page]:
    """Return the pages kept in a course and those its coursework consists of, by title."""
    pages = [*call.state.pages_of(course.id), *taught_pages(call, course)]
    return sorted(pages, key=lambda page: page.title.lower())


def taught_pages(call: Call, course: Course) -> list[Page]:
    """Return the readings of a course's coursework as pages."""
    book = call.state.coursework.book(course)
    at = course.created_at
    return [
        Page(
            id=each.id,
            course_id=course.id,
            url=each.slug,
            title=each.title,
            body=each.body,
            workflow_state="active",
            created_at=at,
            updated_at=at,
        )
        for each in (book.readings if book else ())
    ]


@routes.on("GET", "/courses/:course_id/files")
def list_files(call: Call) -> Reply:
    """List a course's files, of the asked content types only; a switched-off tab is refused, not empty."""
    course = find_course(call)
    if (course.id, "files") in call.state.closed_tabs:
        raise Refusal(403, UNAUTHORIZED)
    kinds = call.params.items("content_types")
    rows = [file for file in call.state.files_of(course.id) if not kinds or is_of(file, kinds)]
    return numbered_page(call, rows, lambda file: show_file(call, file))


@routes.on("GET", "/files/:file_id/download", root="")
def download_file(call: Call) -> Reply:
    """Give the bytes of a file to whoever has its verifier, or send them to the host that keeps them."""
    slot = call.slots["file_id"]
    file = call.state.files.get(int(slot)) if slot.isdigit() else None
    if file is None or file.workflow_state == "deleted":
        raise NotFound
    if call.params.text("verifier") != file.verifier:
        raise Refusal(401, UNAUTHORIZED)
    if call.state.file_store is not None:
        return Reply(None, 302, {"Location": f"{call.state.file_store}/files/{file.id}?token=signed"})
    return Reply(None, content=file.content, content_type=file.content_type)


def require_open(call: Call, course_id: int, tab: str) -> None:
    """Raise the 404 with which Canvas says that a tab is switched off."""
    if (course_id, tab) in call.state.closed_tabs:
        raise Refusal(404, {"message": "That page has been disabled for this course"})


def is_of(file: File, kinds: list[str]) -> bool:
    """Tell whether a file is of one of the content types, each whole or a main type alone."""
    return any(file.content_type == kind or file.content_type.startswith(f"{kind}/") for kind in kinds)


def show_page(call: Call, page: Page, *, body: bool) -> Json:
    """Show a page; its number is `page_id`, there is no `id`."""
    shown: dict[str, Json] = {
        "page_id": page.id,
        "url": page.url,
        "title": page.title,
        "created_at": stamp(page.created_at),
        "updated_at": stamp(page.updated_at),
        "published": page.workflow_state == "active",
        "front_page": page.front_page,
        "hide_from_students": page.workflow_state != "active",
        "editing_roles": "teachers",
        "locked_for_user": False,
        "html_url": f"{call.origin}/courses/{page.course_id}/pages/{page.url}",
    }
    return {**shown, "body": page.body} if body else shown


def show_file(call: Call, file: File) -> Json:
    """Show a file; its `url` carries the verifier that stands for a login."""
    return {
        "id": file.id,
        "uuid": f"{file.verifier[::-1]}",
        "folder_id": file.course_id,
        "display_name": file.display_name,
        "filename": file.display_name.replace(" ", "+"),
        "upload_status": "success",
        "content-type": file.content_type,
        "url": f"{call.origin}/files/{file.id}/download?download_frd=1&verifier={file.verifier}",
        "size": len(file.content),
        "created_at": stamp(file.created_at),
        "updated_at": stamp(file.updated_at),
        "modified_at": stamp(file.updated_at),
        "unlock_at": None,
        "lock_at": None,
        "locked": file.locked,
        "hidden": file.hidden,
        "hidden_for_user": False,
        "locked_for_user": False,
        "mime_class": "html" if "html" in file.content_type else "file",
    }
