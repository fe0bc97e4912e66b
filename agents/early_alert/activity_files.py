"""The activity tables at rest: one sealed file for each section, and one with the numbers of a term.

DuckDB's own encryption writes only with a module that would have to be downloaded, so tables are worked on in memory
and lie on disk sealed under the key ring, as compressed Arrow streams. A file is replaced whole, so that a crash leaves
the old one. Sections apart from each other let one event open one section.
"""

import io
import os
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agents.early_alert.numbering import Numbers
from agents.early_alert.tables import create_tables
from domain.ids import Crn, RecordHandle, SectionKey, TermCode
from store.keys import KeyRing

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

KEPT: Mapping[str, str] = {
    "section": "section = {section}",
    "enrolment": "section = {section}",
    "assessment": "section = {section}",
    "assignment": "section = {section}",
    "feed_mark": "section = {section}",
    "not_in_lms": "section = {section}",
    "submission": "enrolment IN (SELECT enrolment FROM enrolment WHERE section = {section})",
    "activity_day": "enrolment IN (SELECT enrolment FROM enrolment WHERE section = {section})",
}
"""The tables of a section's file and which of their rows are the section's."""
NORMS = dict.fromkeys(("section_now", "due_now", "section_norm"), "section = {section}")
"""What the last tick worked out for a section, so that an event can set one student beside it (S74)."""


class ActivityFiles:
    """The folder of the activity tables; ``folder`` is readable by its owner only."""

    def __init__(self, folder: Path, keyring: KeyRing) -> None:
        self._folder, self._keyring = folder, keyring

    def read_numbers(self, term: TermCode) -> Numbers:
        """Return the numbers of a term; none are given out yet where there is no file."""
        data = self._read(f"{term}.numbers")
        return Numbers.model_validate_json(data) if data else Numbers(term=term)

    def write_numbers(self, numbers: Numbers) -> None:
        """Keep the numbers of a term."""
        self._write(f"{numbers.term}.numbers", numbers.model_dump_json().encode())

    def terms(self) -> tuple[TermCode, ...]:
        """Return every term that has numbers."""
        return tuple(TermCode(path.stem) for path in sorted(self._folder.glob("*.numbers")))

    def open_sections(self, sections: Iterable[SectionKey], *, norms: bool = False) -> "duckdb.DuckDBPyConnection":
        """Return the tables of some sections in memory; ``norms`` brings what the last tick worked out as well."""
        import duckdb

        connection = duckdb.connect(config={"threads": 2, "autoinstall_known_extensions": False})
        create_tables(connection)
        found: dict[str, list[pa.Table]] = {}
        for section in sections:
            for end in (".section", ".norms") if norms else (".section",):
                for name, table in _unpack(self._read(f"{section}{end}") or b"").items():
                    found.setdefault(name, []).append(table)
        for name, tables in found.items():
            _fill(connection, name, tables)
        return connection

    def write_section(self, connection: "duckdb.DuckDBPyConnection", section: SectionKey, number: int) -> None:
        """Keep the rows of one section."""
        self._write(f"{section}.section", _pack(_rows(connection, KEPT, number)))

    def write_norms(self, connection: "duckdb.DuckDBPyConnection", section: SectionKey, number: int) -> None:
        """Keep what the last tick worked out for one section."""
        self._write(f"{section}.norms", _pack(_rows(connection, NORMS, number)))

    def forget_person(self, person: RecordHandle) -> None:
        """Take out everything of a person, in every term (E18)."""
        for term in self.terms():
            numbers = self.read_numbers(term)
            if person in numbers.people:
                for place in numbers.places.values():
                    self._forget_in(SectionKey(term, Crn(place.crn)), place.section, numbers.people[person])
                self.write_numbers(numbers.without(person))

    def _forget_in(self, section: SectionKey, place: int, number: int) -> None:
        with self.open_sections([section]) as connection:
            mine = "SELECT enrolment FROM enrolment WHERE person = ?"
            if not connection.execute(mine, [number]).fetchall():
                return
            for table in ("activity_day", "submission", "enrolment"):
                connection.execute(f"DELETE FROM {table} WHERE enrolment IN ({mine})", [number])  # noqa: S608
            self.write_section(connection, section, place)

    def forget(self, term: TermCode) -> None:
        """Remove everything of a term."""
        for path in (self._folder / f"{term}.numbers", *self._folder.glob(f"{term}-*")):
            path.unlink(missing_ok=True)

    def _read(self, name: str) -> bytes | None:
        path = self._folder / name
        if not path.exists():
            return None
        key_id, _, sealed = path.read_bytes().partition(b"\n")
        return self._keyring.unseal_bytes(key_id.decode(), sealed, _place(name))

    def _write(self, name: str, data: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key_id, sealed = self._keyring.seal_bytes(data, _place(name))
        path, fresh = self._folder / name, self._folder / f".{name}.new"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(key_id.encode() + b"\n" + sealed)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)


def _rows(connection: "duckdb.DuckDBPyConnection", wanted: Mapping[str, str], number: int) -> dict[str, "pa.Table"]:
    return {
        name: connection.sql(f"FROM {name} WHERE {rows.format(section=int(number))}").to_arrow_table()
        for name, rows in wanted.items()
    }


def _place(name: str) -> bytes:
    return f"alert activity|{name}".encode()


def _pack(tables: Mapping[str, "pa.Table"]) -> bytes:
    import pyarrow as pa

    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, table in tables.items():
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
                writer.write_table(table)
            archive.writestr(name, sink.getvalue().to_pybytes())
    return whole.getvalue()


def _unpack(data: bytes) -> dict[str, "pa.Table"]:
    import pyarrow as pa

    if not data:
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: pa.ipc.open_stream(archive.read(name)).read_all() for name in archive.namelist()}


def _fill(connection: "duckdb.DuckDBPyConnection", name: str, tables: Sequence["pa.Table"]) -> None:
    import pyarrow as pa

    connection.register("incoming", pa.concat_tables(tables))
    connection.execute(f"CREATE TABLE IF NOT EXISTS {name} AS FROM incoming LIMIT 0")
    connection.execute(f"INSERT INTO {name} BY NAME FROM incoming")
    connection.unregister("incoming")
