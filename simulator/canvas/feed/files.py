"""Reading what an import brought: which file is which is told by its columns, never by its name."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

FeedRow: TypeAlias = Mapping[str, str]

HEADERS: tuple[tuple[str, frozenset[str]], ...] = (
    ("change_sis_id", frozenset({"old_id", "new_id", "type"})),
    ("xlists", frozenset({"xlist_course_id", "section_id"})),
    ("enrollments", frozenset({"section_id", "user_id", "role"})),
    ("enrollments", frozenset({"course_id", "user_id", "role"})),
    ("enrollments", frozenset({"section_id", "user_id", "role_id"})),
    ("enrollments", frozenset({"section_id", "user_integration_id", "role"})),
    ("courses", frozenset({"course_id", "short_name"})),
    ("sections", frozenset({"section_id", "course_id", "name"})),
    ("terms", frozenset({"term_id", "name"})),
    ("accounts", frozenset({"account_id", "parent_account_id"})),
    ("logins", frozenset({"user_id", "login_id", "existing_user_id"})),
    ("logins", frozenset({"user_id", "login_id", "existing_canvas_user_id"})),
    ("users", frozenset({"user_id", "login_id", "status"})),
)
"""Columns that give a kind of file away, the more telling ones first."""

ORDER = (
    "change_sis_id",
    "accounts",
    "terms",
    "courses",
    "sections",
    "xlists",
    "users",
    "logins",
    "enrollments",
)
"""The order in which kinds are applied, whatever the order inside the zip."""

KEYS: Mapping[str, tuple[str, ...]] = {
    "accounts": ("account_id",),
    "terms": ("term_id",),
    "courses": ("course_id",),
    "sections": ("section_id",),
    "xlists": ("xlist_course_id", "section_id"),
    "users": ("user_id",),
    "logins": ("user_id", "login_id"),
    "enrollments": (
        "course_id",
        "section_id",
        "user_id",
        "user_integration_id",
        "role",
        "role_id",
        "associated_user_id",
    ),
}
"""What identifies a row of each kind between two imports; change_sis_id rows are never removed, only added."""


class FileRefused(Exception):
    """A file that cannot be read at all; the message goes into the import's processing errors."""


@dataclass(slots=True)
class FeedFile:
    """One readable file: its name, its kind, and the rows to apply with their line numbers (the header is line 1)."""

    name: str
    kind: str
    rows: list[tuple[int, FeedRow]] = field(default_factory=list)


def read_file(name: str, content: str) -> FeedFile:
    """Parse one CSV; raises FileRefused when its columns are none that Canvas knows or its quoting is broken."""
    lines = csv.reader(io.StringIO(content.removeprefix("\ufeff")), strict=True)
    try:
        header = [column.strip().lower() for column in next(lines, [])]
        kind = kind_of(frozenset(header))
        if kind is None:
            raise FileRefused("Couldn't find Canvas CSV import headers")
        return FeedFile(name, kind, list(numbered_rows(header, lines)))
    except csv.Error as error:
        raise FileRefused("Malformed CSV") from error


def kind_of(header: frozenset[str]) -> str | None:
    """Return the kind of file that has these columns, or None."""
    return next((kind for kind, telling in HEADERS if telling <= header), None)


def numbered_rows(header: list[str], lines: Iterator[list[str]]) -> Iterator[tuple[int, FeedRow]]:
    """Yield the non-empty rows with their line numbers; short rows have empty last columns."""
    for number, cells in enumerate(lines, start=2):
        if any(cell.strip() for cell in cells):
            padded = cells + [""] * (len(header) - len(cells))
            yield number, {name: cell.strip() for name, cell in zip(header, padded, strict=False)}


def unpack(content: bytes, extension: str) -> dict[str, str]:
    """Return the texts of an uploaded zip or csv by file name; raises FileRefused for what is neither or not UTF-8."""
    if extension != "zip":
        return {"import.csv": decode(content)}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
            return {name.rpartition("/")[2]: decode(archive.read(name)) for name in names}
    except zipfile.BadZipFile as error:
        raise FileRefused("Unable to extract zip file") from error


def decode(content: bytes) -> str:
    """Return UTF-8 text; raises FileRefused for any other encoding."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused("Invalid UTF-8") from error
