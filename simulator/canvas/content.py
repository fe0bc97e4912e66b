"""What a course holds to read: pages and files, with the states that decide who sees them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from secrets import token_hex

from simulator.canvas.inbox import Inbox
from simulator.canvas.refusals import NotFound
from simulator.canvas.rows import Course


@dataclass(slots=True, kw_only=True)
class Page:
    """A wiki page; `url` is its slug in the course, states: active, unpublished, deleted."""

    id: int
    course_id: int
    url: str
    title: str
    body: str
    workflow_state: str
    created_at: datetime
    updated_at: datetime
    front_page: bool = False


@dataclass(slots=True, kw_only=True)
class File:
    """A file of a course; a locked or hidden one is not for students, states: available, deleted."""

    id: int
    course_id: int
    display_name: str
    content_type: str
    content: bytes
    created_at: datetime
    updated_at: datetime
    locked: bool = False
    hidden: bool = False
    workflow_state: str = "available"
    verifier: str = field(default_factory=lambda: token_hex(20))


class Content(Inbox):
    """Operations on pages and files; `closed_tabs` names (course id, "pages" or "files") that a course switched off.

    `file_store` is the address of another host that keeps the bytes of files, as in the cloud; None keeps them here.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Start with nothing to read."""
        super().__init__(clock)
        self.pages: dict[int, Page] = {}
        self.files: dict[int, File] = {}
        self.closed_tabs: set[tuple[int, str]] = set()
        self.file_store: str | None = None

    def create_page(
        self, course_id: int, title: str, body: str, *, published: bool = True, front_page: bool = False
    ) -> Page:
        """Make a page; a slug that is taken gets a number."""
        with self.lock:
            self.find(Course, course_id)
            page = Page(
                id=len(self.pages) + 1,
                course_id=course_id,
                url=self._free_slug(course_id, title),
                title=title,
                body=body,
                workflow_state="active" if published else "unpublished",
                created_at=self.clock(),
                updated_at=self.clock(),
                front_page=front_page,
            )
            self.pages[page.id] = page
            return page

    def edit_page(self, page_id: int, *, title: str | None = None, body: str | None = None) -> Page:
        """Change a page; a new title changes the slug and keeps the number."""
        with self.lock:
            page = self.pages[page_id]
            if title is not None and title != page.title:
                page.title, page.url = title, self._free_slug(page.course_id, title)
            page.body = page.body if body is None else body
            page.updated_at = self.clock()
            return page

    def delete_page(self, page_id: int) -> None:
        """Delete a page; it is no longer listed."""
        with self.lock:
            self.pages[page_id].workflow_state = "deleted"

    def create_file(
        self, course_id: int, name: str, content_type: str, content: bytes, *, locked: bool = False
    ) -> File:
        """Put a file into a course."""
        with self.lock:
            self.find(Course, course_id)
            file = File(
                id=len(self.files) + 1,
                course_id=course_id,
                display_name=name,
                content_type=content_type,
                content=content,
                created_at=self.clock(),
                updated_at=self.clock(),
                locked=locked,
            )
            self.files[file.id] = file
            return file

    def pages_of(self, course_id: int) -> list[Page]:
        """Return the pages of a course that are not deleted, by title."""
        found = (page for page in self.pages.values() if page.course_id == course_id)
        return sorted((page for page in found if page.workflow_state != "deleted"), key=lambda page: page.title.lower())

    def files_of(self, course_id: int) -> list[File]:
        """Return the files of a course that are not deleted, by name."""
        found = (file for file in self.files.values() if file.course_id == course_id)
        shown = (file for file in found if file.workflow_state != "deleted")
        return sorted(shown, key=lambda file: file.display_name.lower())

    def find_page(self, course_id: int, slug_or_id: str) -> Page:
        """Return a page by its slug, its number, or `page_id:` and its number; raises NotFound."""
        wanted = slug_or_id.removeprefix("page_id:")
        for page in self.pages_of(course_id):
            if slug_or_id == page.url or wanted == str(page.id):
                return page
        raise NotFound

    def copy_content_of(self, other: Content) -> None:
        """Become an independent copy of another state's pages and files."""
        self.pages = {page.id: replace(page) for page in other.pages.values()}
        self.files = {file.id: replace(file) for file in other.files.values()}
        self.closed_tabs, self.file_store = set(other.closed_tabs), other.file_store

    def _free_slug(self, course_id: int, title: str) -> str:
        base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "page"
        taken = {page.url for page in self.pages.values() if page.course_id == course_id}
        numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
        return base if base not in taken else next(slug for slug in numbered if slug not in taken)
