"""All deliveries that make up one picture: a bulk bundle and the deltas that followed it.

Reading a file through here says in one place whether absence from it means anything (R70).
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.errors import IncompleteFetch
from domain.findings import Severity
from domain.records import Record
from tools.sis.oneroster.bundle import Bundle, lay_over
from tools.sis.oneroster.manifest import FileMode
from tools.sis.oneroster.rows import Row
from tools.sis.oneroster.settings import OneRosterSettings
from tools.sis.oneroster.tables import TableSpec
from tools.sis.oneroster.values import Fields
from tools.sis.reading import Reading

_Mark = tuple[str, int, int]
"""Name, time of change in nanoseconds and size in bytes of one file: what tells two deliveries apart."""


class DeliveredFile(Record):
    """One file of a delivery, by its content: what a run read, and whether a later run reads it again."""

    name: str
    sha256: str


class FileReading(Reading):
    """One pass over some files, with the reader of their fields."""

    def __init__(self, delivery: "Delivery") -> None:
        super().__init__("oneroster")
        self.fields = Fields(delivery.zone, delivery.settings.date_formats, self.notes)


class Delivery:
    """The bundles, oldest first."""

    def __init__(self, paths: Sequence[Path], settings: OneRosterSettings, zone: ZoneInfo) -> None:
        self.settings, self.zone, self._paths = settings, zone, tuple(paths)
        self._opened: tuple[Bundle, ...] = ()
        self._marks: tuple[_Mark, ...] | None = None

    @property
    def bundles(self) -> tuple[Bundle, ...]:
        """The bundles, opened when first needed and again once another delivery lies in their place."""
        marks = tuple(mark for path in self._paths for mark in _read_marks(path))
        if marks != self._marks:
            self._opened = tuple(Bundle(path, self.settings, self.zone) for path in self._paths)
            self._marks = marks
        return self._opened

    def files(self) -> tuple[DeliveredFile, ...]:
        """Return every file that was delivered, by name and content."""
        found = (file for path in self._paths for file in _files_at(path))
        return tuple(DeliveredFile(name=file.name, sha256=_digest(file)) for file in found)

    @property
    def version(self) -> str:
        """The OneRoster version of the newest bundle."""
        return self.bundles[-1].manifest.version

    def reading(self) -> FileReading:
        """Begin one pass."""
        reading = FileReading(self)
        for bundle in self.bundles:
            reading.notes.extend(bundle.notes)
        return reading

    def rows(self, spec: TableSpec, reading: FileReading, *, may_be_empty: bool = False) -> tuple[Row, ...]:
        """Return the rows of one file over all bundles, noting whether they are the whole truth."""
        tables = [bundle.table(spec, reading.notes) for bundle in self.bundles]
        rows = lay_over(tables, reading.fields)
        if not all(table.whole for table in tables):
            reading.lost_some(0)
        if self.bundles[0].mode(spec) not in {FileMode.BULK, FileMode.ABSENT}:
            self._note_partial(spec, reading)
        if not rows and not may_be_empty:
            reading.note_empty(f"rows in {spec.file}")
        return rows

    def _note_partial(self, spec: TableSpec, reading: FileReading) -> None:
        reading.lost_some(0)
        mode = self.bundles[0].mode(spec)
        what = "only what changed" if mode is FileMode.DELTA else "nobody says how much"
        reading.notes.add(
            IncompleteFetch,
            f"{spec.file} holds {what} ({mode.value}), so absence from it proves nothing.",
            place=spec.file,
            fix="Lay the delta over the bulk bundle it follows, or export in bulk.",
            severity=Severity.INFO,
        )


def _read_marks(path: Path) -> Iterator[_Mark]:
    """Yield the marks of a zip, or of the files in a folder; none where nothing is there."""
    for file in _files_at(path):
        status = file.stat()
        yield file.name, status.st_mtime_ns, status.st_size


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _files_at(path: Path) -> list[Path]:
    """Return the files of a delivery, in order; none where nothing is there."""
    found = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file for file in found if file.is_file()]
