"""Where the attendance file leaves the installation: as it lies, or with SIS ids for who may have them (S216)."""

import csv
import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import AccessDenied, ConfigurationError, LedgerBroken
from domain.ids import RecordHandle, RunId
from domain.principals import Principal
from domain.records import Record
from graphs.attendance_work import find_report, write_whole
from graphs.reports import RunReport, RunState
from privacy.access import Question
from store.canonical import JSON

if TYPE_CHECKING:
    from graphs.assembly import Provost

EXPORTED = "attendance.exported"
_PURPOSE = "attendance report"
_STUDENT = "student"


class Copied(Record):
    """A copy that left: where to, and its hash, which differs from the file's where ids stand in it."""

    path: str
    sha256: str
    lines: int


def describe_report(provost: "Provost", report: RunReport) -> dict[str, JSON]:
    """Return what ``--json`` writes."""
    file = find_report(provost.ledger, report.run_id)
    findings: list[JSON] = [found.model_dump(mode="json") for found in report.findings]
    counts: dict[str, JSON] = dict(report.counts)
    return {
        "run_id": report.run_id,
        "term": report.term,
        "stopped": report.state is RunState.STOPPED,
        "file": str(provost.settings.home / "attendance" / file.name) if file else None,
        "sha256": file.sha256 if file else None,
        "lines": file.lines if file else 0,
        "counts": counts,
        "findings": findings,
        "seconds": report.seconds,
    }


def copy_report(provost: "Provost", run: RunId, out: Path, reader: Principal | None) -> Copied:
    """Copy a run's file out, with SIS ids where ``reader`` is given; the copy's hash is on record.

    Raises LedgerBroken where the file is not what was put on record, AccessDenied where the reader may not have every
    student's id and attendance.
    """
    file = find_report(provost.ledger, run)
    if file is None:
        raise ConfigurationError("This run wrote no file.", field="run", fix="See its findings, mend that, run again.")
    content = (provost.settings.home / "attendance" / file.name).read_bytes()
    if hashlib.sha256(content).hexdigest() != file.sha256:
        fix = "Run the report again, and find out who changed the file."
        raise LedgerBroken("The attendance file is not what the ledger says was written.", field=file.name, fix=fix)
    if reader is not None:
        content = _with_ids(provost, content, reader, run)
    write_whole(out, content)
    copied = Copied(path=str(out), sha256=hashlib.sha256(content).hexdigest(), lines=file.lines)
    body: dict[str, JSON] = {"of": file.sha256, "sha256": copied.sha256, "sis_ids": reader is not None}
    provost.ledger.append(EXPORTED, reader.id if reader else "operator", run, body)
    return copied


def _with_ids(provost: "Provost", content: bytes, reader: Principal, run: RunId) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    head, lines = rows[0], rows[1:]
    place, section = head.index(_STUDENT), head.index("section")
    people = frozenset(RecordHandle(line[place]) for line in lines)
    asked = Question(
        reader=reader, fields=("sis_id", "attendance", "activity", "grade"), people=people, purpose=_PURPOSE, run=run
    )
    answer = provost.access.ask(asked)
    if any(answer.permitted[field] != people for field in asked.fields):
        fix = "Ask the registrar for the file."
        raise AccessDenied("Not every student in this file is open to you.", field="student", fix=fix)
    ids = {person: str(provost.identities.person(person)) for person in people}
    named = [[ids[RecordHandle(cell)] if n == place else cell for n, cell in enumerate(line)] for line in lines]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([head, *sorted(named, key=lambda row: (row[section], row[place]))])
    return text.getvalue().encode("utf-8")
