"""Reads what courses publish: pages and text files, as materials for the knowledge base (S161, S170).

Anybody with the right to edit a course wrote it, so nothing of it is trusted (R135) and any of it may name people.
"""

from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.errors import CredentialRejected, MalformedSource, ProvostError, RefusedBySystem
from domain.lms import CourseState, LmsCourse
from domain.materials import AccessClass, Material, MaterialKind, MediaType
from domain.ports import Clock, Fetch
from store.clock import SYSTEM_CLOCK
from tools.lms.canvas.collecting import Collected
from tools.lms.canvas.file_store import FileStore
from tools.lms.canvas.lookup import API
from tools.lms.canvas.wire import W, read_row
from tools.wire import WireClient, escape_id, link_pages

MEDIA = {"text/html": MediaType.HTML, "text/plain": MediaType.TEXT, "text/markdown": MediaType.MARKDOWN}
MAX_BYTES = 2_000_000
_REDIRECTS = (301, 302, 303, 307, 308)


class PageRow(BaseModel):
    """A page of a course; ``body`` is absent where the list was given without it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    page_id: int
    url: str
    title: str = ""
    body: str | None = None
    published: bool = False
    locked_for_user: bool = False
    updated_at: AwareDatetime | None = None
    html_url: str = ""


class FileRow(BaseModel):
    """A file of a course; ``url`` carries a secret that stands for a login and goes nowhere else."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int
    display_name: str = ""
    content_type: str = Field(default="", alias="content-type")
    url: str = ""
    size: int = 0
    locked: bool = False
    hidden: bool = False
    hidden_for_user: bool = False
    updated_at: AwareDatetime | None = None

    @property
    def is_published(self) -> bool:
        """Whether students see it."""
        return not (self.locked or self.hidden or self.hidden_for_user)


class CanvasMaterials:
    """Reads the published pages and text files of courses with a credential that may only read (S222)."""

    def __init__(
        self,
        client: WireClient,
        *,
        store: FileStore | None = None,
        clock: Clock = SYSTEM_CLOCK,
        page_size: int = 100,
    ) -> None:
        self._client, self._store = client, store or FileStore()
        self._clock, self._page_size = clock, page_size

    def read_materials(self, courses: Sequence[LmsCourse]) -> Fetch[Material]:
        """Read every published course that has an SIS id; complete only where every page and file of it came (R70)."""
        pages, files = Collected(PageRow), Collected(FileRow)
        rows: list[Material] = []
        for course in courses:
            if course.state is not CourseState.AVAILABLE or not course.sis_course_id:
                continue
            rows += self._read_pages(course, pages)
            rows += self._read_files(course, files)
            if pages.resting or files.resting:
                pages.complete = False
                break
        return Fetch(
            source="canvas",
            rows=tuple(rows),
            complete=pages.complete and files.complete,
            read_at=self._clock.now(),
            findings=(*pages.findings, *files.findings),
        )

    def _read_pages(self, course: LmsCourse, collected: Collected[PageRow]) -> list[Material]:
        """Read the pages of a course; one whose pages are switched off has none."""
        params = (("published", "true"), ("include[]", "body"), ("per_page", str(self._page_size)))
        path = f"{API}/courses/{course.id}/pages"
        shown = [
            page for page in self._take(collected, course, path, params) if page.published and not page.locked_for_user
        ]
        whole = (self._with_body(page, path, collected) for page in shown)
        return [_page_material(course, page) for page in whole if page is not None]

    def _with_body(self, page: PageRow, path: str, collected: Collected[PageRow]) -> PageRow | None:
        """Return a page with its body, asking for it alone where the list left it out."""
        if page.body is not None:
            return page
        try:
            return read_row(PageRow, self._client.get(f"{path}/{escape_id(page.url)}").json())
        except ProvostError as error:
            collected.note(error, f"page {page.page_id}")
            return None

    def _read_files(self, course: LmsCourse, collected: Collected[FileRow]) -> list[Material]:
        """Read the text files of a course that students may see."""
        kinds = tuple(("content_types[]", kind) for kind in MEDIA)
        path, params = f"{API}/courses/{course.id}/files", (*kinds, ("per_page", str(self._page_size)))
        shown = [file for file in self._take(collected, course, path, params) if file.is_published]
        read = (self._read_file(course, file, collected) for file in shown if _media(file) is not None)
        return [material for material in read if material is not None]

    def _read_file(self, course: LmsCourse, file: FileRow, collected: Collected[FileRow]) -> Material | None:
        """Return one file; what cannot be read is noted, and the whole is then not complete."""
        try:
            text = self._download(file)
        except ProvostError as error:
            collected.note(error, f"file {file.id}")
            return None
        place = urlsplit(urljoin(self._client.base_url, f"/courses/{course.id}/files/{file.id}")).geturl()
        return _file_material(course, file, text, place)

    def _download(self, file: FileRow) -> str:
        if file.size > MAX_BYTES:
            raise MalformedSource(f"A file is larger than {MAX_BYTES:,} bytes.", field="size", fix="Split it.")
        answer = self._client.get(file.url, accept=_REDIRECTS)
        if answer.status in _REDIRECTS:
            answer = self._store.read(answer.headers.get("location", ""))
        try:
            return answer.content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise MalformedSource("A file is not UTF-8 text.", field="encoding", fix="Save it as UTF-8.") from None

    def _take(
        self, collected: Collected[W], course: LmsCourse, path: str, params: tuple[tuple[str, str], ...]
    ) -> list[W]:
        try:
            pages = link_pages(self._client, path, params, may_be_missing=True)
            return collected.take(pages, f"course {course.id}")
        except (CredentialRejected, RefusedBySystem) as error:
            collected.note(error, f"course {course.id}")
            return []


def _media(file: FileRow) -> MediaType | None:
    return MEDIA.get(file.content_type.partition(";")[0].strip().lower())


def _page_material(course: LmsCourse, page: PageRow) -> Material:
    return Material(
        key=f"course {course.id} page {page.page_id}",
        title=page.title or page.url,
        body=page.body or "",
        media=MediaType.HTML,
        access=AccessClass.COURSE,
        kind=MaterialKind.COURSE_MATERIAL,
        course=course.sis_course_id,
        version=page.updated_at.date().isoformat() if page.updated_at else "",
        updated_at=page.updated_at,
        url=page.html_url,
    )


def _file_material(course: LmsCourse, file: FileRow, text: str, place: str) -> Material:
    media = _media(file)
    assert media is not None
    return Material(
        key=f"course {course.id} file {file.id}",
        title=file.display_name,
        body=text,
        media=media,
        access=AccessClass.COURSE,
        kind=MaterialKind.COURSE_MATERIAL,
        course=course.sis_course_id,
        version=file.updated_at.date().isoformat() if file.updated_at else "",
        updated_at=file.updated_at,
        url=place,
    )
