"""Advising notes from a file: what is since, whose, and what cannot be read (R131)."""

import json
from datetime import UTC, datetime
from pathlib import Path

from domain.ids import RecordHandle
from tools.cases.notes_file import NotesFile

AT = datetime(2026, 9, 20, 8, tzinfo=UTC)


class Handles:
    def handles(self, people):
        return {person: RecordHandle(f"per_{person}") for person in people}


class Held:
    def now(self) -> datetime:
        return AT


def line(at: str, **more: str) -> str:
    return json.dumps({"person": "N1", "id": "7", "at": at, "text": "secret words", **more})


def reader(path: Path) -> NotesFile:
    return NotesFile(path, Handles(), Held())  # type: ignore[arg-type]


def test_notes_since_a_moment_come_by_handle_and_show_no_words(tmp_path: Path) -> None:
    file = tmp_path / "notes.jsonl"
    file.write_text("\n".join([line("2026-09-19T08:00:00Z"), line("2026-09-10T08:00:00Z", id="6")]), encoding="utf-8")
    fetch = reader(file).read_texts(datetime(2026, 9, 15, tzinfo=UTC))
    assert [(row.person, row.record) for row in fetch.rows] == [("per_N1", "7")]
    assert fetch.complete
    assert "secret words" not in repr(fetch.rows[0])


def test_a_bad_line_is_said_by_number_and_the_rest_is_read(tmp_path: Path) -> None:
    file = tmp_path / "notes.jsonl"
    file.write_text("\n".join(["no json", line("2026-09-19T08:00:00Z"), line("2026-09-19T08:00:00")]), encoding="utf-8")
    fetch = reader(file).read_texts(None)
    assert (len(fetch.rows), fetch.complete) == (1, False)
    assert ["line 1" in fetch.findings[0].message, "line 3" in fetch.findings[1].message] == [True, True]
    assert "secret" not in str(fetch.findings)


def test_a_file_that_is_not_there_is_incomplete_and_not_empty(tmp_path: Path) -> None:
    fetch = reader(tmp_path / "none").read_texts(None)
    assert (fetch.rows, fetch.complete) == ((), False)
