"""A folder of texts as a source: Markdown, plain text and HTML, with what is known of each at its head.

A file may begin with YAML between ``---`` lines: title, access, kind, course, version, url, person_free, trusted. What
it leaves out is taken from the defaults given for the folder.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.errors import ConfigurationError, InvalidRecord, MalformedSource, ProvostError
from domain.findings import Finding, Severity
from domain.ids import SisCourseId
from domain.materials import AccessClass, Material, MaterialKind, MediaType
from domain.ports import Clock, Fetch

MEDIA = {
    ".md": MediaType.MARKDOWN,
    ".markdown": MediaType.MARKDOWN,
    ".txt": MediaType.TEXT,
    ".html": MediaType.HTML,
    ".htm": MediaType.HTML,
}
MAX_BYTES = 2_000_000
_MARK = "---\n"
_KINDS = {
    AccessClass.PUBLIC: MaterialKind.POLICY,
    AccessClass.STAFF: MaterialKind.PROCEDURE,
    AccessClass.COURSE: MaterialKind.COURSE_MATERIAL,
}


class Head(BaseModel):
    """What stands at the head of a file; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    access: AccessClass = AccessClass.UNKNOWN
    kind: MaterialKind = MaterialKind.UNKNOWN
    course: SisCourseId | None = None
    version: str | date = ""
    url: str = ""
    person_free: bool = False
    trusted: bool = True


def read_folder(folder: Path, defaults: Head, clock: Clock) -> Fetch[Material]:
    """Read every text under a folder; hidden files and links out of it are left alone.

    A file that cannot be read is a finding, and the fetch is then not complete, so that nothing is removed because of
    it (R70). Raises ConfigurationError where there is no such folder.
    """
    if not folder.is_dir():
        raise ConfigurationError("There is no such folder of texts.", field="folder", fix="Name an existing folder.")
    rows: list[Material] = []
    findings: list[Finding] = []
    for path in _files(folder):
        key = path.relative_to(folder).as_posix()
        try:
            rows.append(read_file(path, key, defaults))
        except (ProvostError, OSError) as error:
            findings.append(_finding(len(rows) + len(findings) + 1, error))
    complete = not findings
    return Fetch(source="folder", rows=tuple(rows), complete=complete, read_at=clock.now(), findings=tuple(findings))


def read_file(path: Path, key: str, defaults: Head) -> Material:
    """Read one file; raises InvalidRecord for a head that is not valid, MalformedSource for one that is no text."""
    if path.stat().st_size > MAX_BYTES:
        raise MalformedSource(f"A file is larger than {MAX_BYTES:,} bytes.", field="size", fix="Split it.")
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise MalformedSource("A file is not UTF-8 text.", field="encoding", fix="Save it as UTF-8.") from None
    head, body = _split(text, defaults)
    return Material(
        key=key,
        title=head.title or path.stem.replace("-", " ").replace("_", " "),
        body=body,
        media=MEDIA[path.suffix.lower()],
        access=head.access,
        kind=_KINDS.get(head.access, MaterialKind.UNKNOWN) if head.kind is MaterialKind.UNKNOWN else head.kind,
        course=head.course,
        version=str(head.version),
        updated_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        url=head.url,
        person_free=head.person_free,
        trusted=head.trusted and head.person_free,
    )


def _files(folder: Path) -> list[Path]:
    root = folder.resolve()
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in MEDIA)
    visible = (path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))
    return sorted(path for path in visible if path.resolve().is_relative_to(root))


def _split(text: str, defaults: Head) -> tuple[Head, str]:
    if not text.startswith(_MARK):
        return defaults, text
    head, _, body = text.removeprefix(_MARK).partition("\n---\n")
    try:
        said: dict[str, Any] = yaml.safe_load(head) or {}
        return Head.model_validate({**defaults.model_dump(exclude_unset=True), **said}), body
    except (yaml.YAMLError, TypeError):
        raise InvalidRecord("The head of a file is not YAML.", field="head", fix="Correct it.") from None
    except ValidationError as error:
        field = ".".join(map(str, error.errors()[0]["loc"])) or "head"
        fix = "Correct it; docs/knowledge.md lists the keys."
        raise InvalidRecord("The head of a file has a value that cannot be read.", field=field, fix=fix) from None


def _finding(number: int, error: ProvostError | OSError) -> Finding:
    known = error if isinstance(error, ProvostError) else MalformedSource("A file cannot be opened.", fix="Check it.")
    return Finding(
        code=known.code, severity=Severity.STOP, subject=f"file {number}", message=known.message, fix=known.fix
    )
