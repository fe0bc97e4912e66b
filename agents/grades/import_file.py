"""The file that a SIS import takes, for an institution that loads grades by file instead of by call (S202).

Layout, one row per grade, UTF-8, comma, CRLF: ``term, crn, student_id, column, grade, incomplete_final,
extension_date, last_attendance_date, never_attended``; dates as YYYY-MM-DD, ``never_attended`` Y or empty. The student
ids enter here, at the edge; nothing before this point knows them.
"""

import csv
import hashlib
import io
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from agents.grades.sheet import GradeSheet
from domain.errors import ApprovalRequired, InvalidRecord
from domain.grades import Attestation, GradeSheetLine, SectionGrading
from domain.ids import RecordHandle, SisPersonId
from domain.rules.grades.authority import judge_attestation

LAYOUT = (
    "term",
    "crn",
    "student_id",
    "column",
    "grade",
    "incomplete_final",
    "extension_date",
    "last_attendance_date",
    "never_attended",
)


class ImportFile(NamedTuple):
    """The file's bytes, their SHA-256 and the number of grades in it."""

    content: bytes
    sha256: str
    grades: int


def write_import_file(
    sheet: GradeSheet,
    section: SectionGrading,
    attestation: Attestation | None,
    ids: Mapping[RecordHandle, SisPersonId],
    now: datetime,
) -> ImportFile:
    """Write the attested lines of a sheet, in the order of student ids; the same sheet gives the same bytes.

    Raises ApprovalRequired where the sheet is stopped or not attested in this form by a grader (R91 to R94), and
    InvalidRecord where a handle has no SIS id.
    """
    blocks = (*sheet.stops, judge_attestation(section, sheet.hash, attestation, now))
    for block in blocks:
        if block is not None:
            raise ApprovalRequired(f"{block.rule}: {block.reason}", field="attestation", fix=block.fix)
    rows = sorted(_row(line, ids) for line in sheet.lines)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(LAYOUT)
    writer.writerows(rows)
    content = text.getvalue().encode()
    return ImportFile(content, hashlib.sha256(content).hexdigest(), len(rows))


def _row(line: GradeSheetLine, ids: Mapping[RecordHandle, SisPersonId]) -> tuple[str, ...]:
    if line.person not in ids:
        raise InvalidRecord(
            "A student on the sheet has no SIS id.", field="person", fix="Refresh the directory, then write again."
        )
    return (
        line.section.term,
        line.section.crn,
        ids[line.person],
        line.column.value,
        line.letter,
        line.incomplete_default or "",
        line.extension_on.isoformat() if line.extension_on else "",
        line.last_engagement_on.isoformat() if line.last_engagement_on else "",
        "Y" if line.never_attended else "",
    )
