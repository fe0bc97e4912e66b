"""One delivery of OneRoster files, each read when it is first asked for, so a broken one stops only what needs it.

Deltas are laid over the bulk bundle they follow: the newest row of a sourcedId wins, in whatever order they came (R52).
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.errors import DuplicateKey, InvalidRecord, MalformedSource
from domain.findings import Severity
from tools.sis.notes import Notes
from tools.sis.oneroster.files import open_files
from tools.sis.oneroster.manifest import FileMode, read_manifest
from tools.sis.oneroster.rows import Row, Table, read_table
from tools.sis.oneroster.settings import OneRosterSettings
from tools.sis.oneroster.tables import TableSpec
from tools.sis.oneroster.values import Fields


class Bundle:
    """The files of one delivery with its manifest."""

    def __init__(self, path: Path, settings: OneRosterSettings, zone: ZoneInfo) -> None:
        self.files = open_files(path, max_mib=settings.max_file_mib)
        self.notes = Notes("oneroster")
        self.manifest = read_manifest(self.files, settings, self.notes)
        self._settings, self._zone = settings, zone
        self._read: dict[str, tuple[Table, Notes]] = {}

    def mode(self, spec: TableSpec) -> FileMode:
        """Return what the file of ``spec`` claims to hold."""
        return self.manifest.mode(spec.name)

    def table(self, spec: TableSpec, notes: Notes) -> Table:
        """Return the rows of one file, noting what was wrong; MalformedSource where it is announced and missing."""
        if spec.name not in self._read:
            own = Notes("oneroster")
            self._read[spec.name] = (self._open(spec, own), own)
        table, noted = self._read[spec.name]
        notes.extend(noted)
        return table

    def _open(self, spec: TableSpec, notes: Notes) -> Table:
        mode = self.mode(spec)
        if spec.file in self.files.names():
            table = read_table(self.files.read(spec.file), spec, self._settings.encoding, notes)
            return self._unique(table, notes)
        if mode in {FileMode.ABSENT, FileMode.UNKNOWN}:
            return Table(spec.file, (), whole=mode is FileMode.ABSENT)
        raise MalformedSource(
            f"The manifest announces {spec.file} as {mode.value}, and the bundle does not have it.",
            field=spec.file,
            fix="Have the bundle exported again; nothing was concluded from the missing file.",
        )

    def _unique(self, table: Table, notes: Notes) -> Table:
        """Return the table with one row per sourcedId, the newest where dateLastModified tells."""
        fields = Fields(self._zone, self._settings.date_formats, Notes("oneroster"))
        kept, whole = dict[str, Row](), table.whole
        for row in table.rows:
            key = row.get("sourcedId")
            if not key:
                whole = _note_missing_id(row, notes)
            elif key not in kept:
                kept[key] = row
            else:
                kept[key], decided = _newer(kept[key], row, fields)
                whole = _note_duplicate(row, notes, decided) and whole
        return Table(table.file, tuple(kept.values()), whole, table.columns)


def _newer(first: Row, second: Row, fields: Fields) -> tuple[Row, bool]:
    """Choose between two rows of one sourcedId; False where nothing tells which one holds."""
    if first.values == second.values:
        return first, True
    one, two = fields.moment(first, "dateLastModified"), fields.moment(second, "dateLastModified")
    if one is None or two is None or one == two:
        return first, False
    return (second, True) if two > one else (first, True)


def _note_missing_id(row: Row, notes: Notes) -> bool:
    notes.add(
        InvalidRecord,
        f"Column sourcedId of {row.file} is blank; the row was left out, and absence from this file proves nothing.",
        place=row.place,
        fix="Give every row its sourcedId.",
        severity=Severity.STOP,
    )
    return False


def _note_duplicate(row: Row, notes: Notes, decided: bool) -> bool:
    which = "the newest was taken" if decided else "the first was taken, and absence from this file proves nothing"
    notes.add(
        DuplicateKey,
        f"A sourcedId stands in {row.file} more than once; {which}.",
        place=row.place,
        fix="Have the export give each sourcedId one row.",
        severity=Severity.WARNING if decided else Severity.STOP,
    )
    return decided


def lay_over(tables: Sequence[Table], fields: Fields) -> tuple[Row, ...]:
    """Lay later deliveries over earlier ones by sourcedId; an older row never replaces a newer one (R52)."""
    if len(tables) == 1:
        return tables[0].rows
    kept: dict[str, tuple[datetime | None, Row]] = {}
    for row in (row for table in tables for row in table.rows):
        at = fields.moment(row, "dateLastModified")
        before = kept.get(row.get("sourcedId"), (None, row))[0]
        if before is None or at is None or at >= before:
            kept[row.get("sourcedId")] = (at, row)
    return tuple(row for _, row in kept.values())
