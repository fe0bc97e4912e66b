"""All deliveries that make up one picture: a bulk bundle and the deltas that followed it.

Reading a file through here says in one place whether absence from it means anything (R70).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.errors import EmptySource, IncompleteFetch
from domain.findings import Severity
from tools.sis.notes import Notes
from tools.sis.oneroster.bundle import Bundle, lay_over
from tools.sis.oneroster.manifest import FileMode
from tools.sis.oneroster.rows import Row
from tools.sis.oneroster.settings import OneRosterSettings
from tools.sis.oneroster.tables import TableSpec
from tools.sis.oneroster.values import Fields


@dataclass(slots=True)
class Reading:
    """One pass over some files: its notes, and whether everything it touched was whole."""

    notes: Notes
    fields: Fields
    complete: bool = True

    def lost(self) -> None:
        """Remember that something could not be read, so that absence proves nothing."""
        self.complete = False


class Delivery:
    """The bundles, oldest first."""

    def __init__(self, paths: Sequence[Path], settings: OneRosterSettings, zone: ZoneInfo) -> None:
        self.settings, self.zone, self._paths = settings, zone, tuple(paths)

    @cached_property
    def bundles(self) -> tuple[Bundle, ...]:
        """The bundles, opened when first needed."""
        return tuple(Bundle(path, self.settings, self.zone) for path in self._paths)

    @property
    def version(self) -> str:
        """The OneRoster version of the newest bundle."""
        return self.bundles[-1].manifest.version

    def reading(self) -> Reading:
        """Begin one pass."""
        notes = Notes("oneroster")
        for bundle in self.bundles:
            notes.extend(bundle.notes)
        return Reading(notes, Fields(self.zone, self.settings.date_formats, notes))

    def rows(self, spec: TableSpec, reading: Reading, *, may_be_empty: bool = False) -> tuple[Row, ...]:
        """Return the rows of one file over all bundles, noting whether they are the whole truth."""
        tables = [bundle.table(spec, reading.notes) for bundle in self.bundles]
        rows = lay_over(tables, reading.fields)
        if not all(table.whole for table in tables):
            reading.lost()
        if self.bundles[0].mode(spec) not in {FileMode.BULK, FileMode.ABSENT}:
            self._note_partial(spec, reading)
        if not rows and not may_be_empty:
            _note_empty(spec, reading)
        return rows

    def _note_partial(self, spec: TableSpec, reading: Reading) -> None:
        reading.lost()
        mode = self.bundles[0].mode(spec)
        what = "only what changed" if mode is FileMode.DELTA else "nobody says how much"
        reading.notes.add(
            IncompleteFetch,
            f"{spec.file} holds {what} ({mode.value}), so absence from it proves nothing.",
            place=spec.file,
            fix="Lay the delta over the bulk bundle it follows, or export in bulk.",
            severity=Severity.INFO,
        )


def _note_empty(spec: TableSpec, reading: Reading) -> None:
    reading.lost()
    reading.notes.add(
        EmptySource,
        f"{spec.file} has no rows where some must be; this was not taken as everyone having left (R66).",
        place=spec.file,
        fix="Have the export checked and run again.",
        severity=Severity.STOP,
    )
