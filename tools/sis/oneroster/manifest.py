"""The manifest of a bundle: which version it speaks and whether each file is the whole truth or only what changed.

A missing row means *removed* in a bulk file and nothing at all in a delta (R70), so a bundle that does not say which it
is never lets anyone conclude from absence.
"""

import csv
from dataclasses import dataclass, field
from enum import StrEnum

from domain.errors import MalformedSource
from domain.findings import Severity
from tools.sis.notes import Notes
from tools.sis.oneroster.files import BundleFiles
from tools.sis.oneroster.settings import OneRosterSettings

MANIFEST = "manifest.csv"
VERSIONS = ("1.1", "1.2")


class FileMode(StrEnum):
    """What a file of the bundle claims to hold."""

    BULK = "bulk"
    DELTA = "delta"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Version, source and the mode of each file."""

    version: str
    modes: dict[str, FileMode] = field(default_factory=dict)
    system: str = ""
    assumed: FileMode = FileMode.UNKNOWN

    def mode(self, table: str) -> FileMode:
        """Return what the file of ``table`` holds; UNKNOWN where nothing says so."""
        return self.modes.get(table.lower(), self.assumed)


def read_manifest(files: BundleFiles, settings: OneRosterSettings, notes: Notes) -> Manifest:
    """Read the manifest, or work out the version without one; a version that is not 1.1 or 1.2 is MalformedSource."""
    assumed = FileMode(settings.assume_mode) if settings.assume_mode else FileMode.UNKNOWN
    if MANIFEST not in files.names():
        _note_missing(notes, assumed)
        return Manifest(_guess_version(files), assumed=assumed)
    properties = _read_properties(files, settings)
    version = properties.get("oneroster.version", "")
    if version not in VERSIONS:
        raise MalformedSource(
            f"{MANIFEST} names OneRoster version '{version}'; versions 1.1 and 1.2 are read.",
            field="oneroster.version",
            fix="Export the bundle as OneRoster 1.1 or 1.2.",
        )
    modes = {name: _read_mode(name, value, notes) for name, value in _file_modes(properties).items()}
    return Manifest(version, modes, properties.get("source.systemname", ""), FileMode.ABSENT)


def _note_missing(notes: Notes, assumed: FileMode) -> None:
    notes.add(
        MalformedSource,
        "The bundle has no manifest.csv, so nothing says whether its files are complete.",
        place=MANIFEST,
        fix="Add the manifest to the export, or set assume_mode if the files are always of one kind.",
        severity=Severity.INFO if assumed is not FileMode.UNKNOWN else Severity.WARNING,
    )


def _guess_version(files: BundleFiles) -> str:
    return "1.2" if "roles.csv" in files.names() else "1.1"


def _read_properties(files: BundleFiles, settings: OneRosterSettings) -> dict[str, str]:
    try:
        lines = files.read(MANIFEST).decode(settings.encoding).splitlines()
    except UnicodeDecodeError as error:
        raise MalformedSource(
            f"{MANIFEST} is not text in {settings.encoding}.", field=MANIFEST, fix="Export the bundle as UTF-8."
        ) from error
    rows = [row for row in csv.reader(lines) if len(row) >= len(("name", "value"))]
    return {row[0].strip().lower(): row[1].strip() for row in rows}


def _file_modes(properties: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix("file."): value for name, value in properties.items() if name.startswith("file.")}


def _read_mode(name: str, value: str, notes: Notes) -> FileMode:
    try:
        return FileMode(value.lower())
    except ValueError:
        notes.add(
            MalformedSource,
            f"{MANIFEST} gives file {name} the unknown mode '{value}'.",
            place=MANIFEST,
            fix="Use bulk, delta or absent.",
        )
        return FileMode.UNKNOWN
