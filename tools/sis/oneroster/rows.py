"""Turns one CSV file into rows with line numbers: lenient about how it is written, strict about what is missing.

A header in other case or order, known misspellings, blank lines and a byte order mark are read. A file without a
header, in another encoding or cut short is named with its line and the fix, and what stood before the damage is kept.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from domain.errors import EmptySource, InvalidRecord, MalformedSource
from domain.findings import Severity
from tools.sis.notes import Notes
from tools.sis.oneroster.tables import HEADER_DRIFT, TableSpec

if TYPE_CHECKING:
    from _csv import Reader

csv.field_size_limit(1024 * 1024)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its file and line, and its values by column name of the standard, trimmed."""

    file: str
    line: int
    values: dict[str, str]

    @property
    def place(self) -> str:
        """Name the row for a finding."""
        return f"{self.file} line {self.line}"

    def get(self, column: str) -> str:
        """Return a value, empty where the column is missing."""
        return self.values.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one file and whether they are all that the file holds."""

    file: str
    rows: tuple[Row, ...]
    whole: bool
    columns: frozenset[str] = frozenset()


def read_table(content: bytes, spec: TableSpec, encoding: str, notes: Notes) -> Table:
    """Read a file; MalformedSource for another encoding or no usable header, EmptySource for no bytes at all."""
    if not content.strip():
        raise EmptySource(f"{spec.file} is empty.", field=spec.file, fix="Have the export run again.")
    lines = csv.reader(io.StringIO(_decode(content, spec, encoding), newline=""), strict=True)
    header = _read_header(next(lines, []), spec, notes)
    reading = _Reading(spec, header, notes)
    rows = tuple(reading.rows(lines))
    return Table(spec.file, rows, reading.whole, frozenset(header))


def _decode(content: bytes, spec: TableSpec, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise MalformedSource(
            f"{spec.file} line {line} is not text in {encoding}: byte {error.start} cannot be read.",
            field=spec.file,
            fix="Export the file as UTF-8, or set encoding to what the export uses (for example windows-1252).",
        ) from error


def _read_header(names: list[str], spec: TableSpec, notes: Notes) -> list[str]:
    """Return the columns under their standard names; MalformedSource where what must be there is not."""
    known = {column.lower(): column for column in spec.columns}
    header = [_standard_name(name, known) for name in names]
    if not set(header) & set(spec.columns):
        raise MalformedSource(
            f"{spec.file} line 1 is not a header: none of its {len(names)} fields is a OneRoster column.",
            field=spec.file,
            fix="Export the file with the header row of the standard.",
        )
    missing = [column for column in spec.required if column not in header]
    if missing:
        raise _missing_columns(spec, names, missing)
    if header != names:
        fix = "Nothing; have the export follow the standard's spelling."
        what = f"{spec.file} has a header that differs from the standard in spelling."
        notes.add(InvalidRecord, what, place=f"{spec.file} line 1", fix=fix, severity=Severity.INFO)
    return header


def _standard_name(name: str, known: dict[str, str]) -> str:
    plain = name.strip().lower()
    return known.get(plain) or HEADER_DRIFT.get(plain) or name.strip()


def _missing_columns(spec: TableSpec, names: list[str], missing: list[str]) -> MalformedSource:
    near = [match for column in missing for match in get_close_matches(column, names, n=1)]
    hint = f" The file has {', '.join(near)}." if near else ""
    return MalformedSource(
        f"{spec.file} line 1 lacks the column {', '.join(missing)}.{hint}",
        field=missing[0],
        fix="Correct the header of the export.",
    )


class _Reading:
    """Walks the rows under one header and remembers whether any was lost."""

    def __init__(self, spec: TableSpec, header: list[str], notes: Notes) -> None:
        self.spec, self.header, self.notes, self.whole = spec, header, notes, True

    def rows(self, lines: "Reader") -> Iterator[Row]:
        """Yield every usable row; a broken end or a row of another width is noted and makes the table incomplete."""
        try:
            for fields in lines:
                if any(field.strip() for field in fields) and self._fits(fields, lines.line_num):
                    values = {name: field.strip() for name, field in zip(self.header, fields, strict=True)}
                    yield Row(self.spec.file, lines.line_num, values)
        except csv.Error:
            self._lost(lines.line_num, "breaks off inside a quotation, as a file that was cut short")

    def _fits(self, fields: list[str], line: int) -> bool:
        if len(fields) < len(self.header):
            self._lost(line, "has fewer fields than the header, as the last row of a file that was cut short")
        elif len(fields) > len(self.header):
            self._lost(line, "has more fields than the header, as a row with an unquoted comma")
        return len(fields) == len(self.header)

    def _lost(self, line: int, how: str) -> None:
        self.whole = False
        self.notes.add(
            MalformedSource,
            f"A row of {self.spec.file} {how}; it was left out, and absence from this file proves nothing.",
            place=f"{self.spec.file} line {line}",
            fix="Have the file exported and transferred again.",
            severity=Severity.STOP,
        )
