"""What an import's end means for each change: accepted, refused, or refused because of one row (R74).

Canvas's messages quote ids and names, so a receipt carries only a sentence of ours for the kind of message.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from domain.ids import ChangeId
from domain.ports import Receipt
from tools.lms.canvas.wire import ImportErrorRow, ImportRow
from tools.lms.canvas.write.imports import DONE, RUNNING
from tools.lms.canvas.write.sis_rows import SisRow

_TOKEN = re.compile(r"[^\s,;\"'(){}\[\]=>:]+")
_MISSING = r"(?:not found|non-?existent|does ?n.t exist|no such|unknown)"
_NOTES = ((r"e-?mail", "Canvas kept the account and left out an e-mail address in use (R6)."),)
_REASONS = (
    (r"(?:login|unique).*(?:claimed|in use|taken|already)|claimed.*login", "the login belongs to another SIS id (R5)"),
    (r"already.*(?:in use|exists|claimed)", "the id is in use by another record (R4)"),
    (r"unrelated section", "the section was moved by hand to another course (R40)"),
    (rf"{_MISSING}.*user|user.*{_MISSING}", "the person has no account"),
    (rf"{_MISSING}.*section|section.*{_MISSING}", "the section does not exist there"),
    (rf"{_MISSING}.*course|course.*{_MISSING}", "the course does not exist there"),
    (r"role", "the role is not known there"),
    (r"date|start_at|end_at", "a date cannot be read"),
)


def word_message(text: str) -> tuple[bool, str]:
    """Return whether a message is only a note, and a sentence of ours for it, without Canvas's words."""
    for pattern, note in _NOTES:
        if re.search(pattern, text, re.IGNORECASE):
            return True, note
    reason = next((words for pattern, words in _REASONS if re.search(pattern, text, re.IGNORECASE)), "")
    return False, f"Canvas refused the row: {reason}." if reason else "Canvas refused the row for a reason of its own."


def to_receipts(job: ImportRow, rows: Sequence[SisRow], messages: Iterable[ImportErrorRow]) -> dict[ChangeId, Receipt]:
    """Return one receipt per change from the end of its import."""
    reference = f"sis_import:{job.id}"
    changes = dict.fromkeys(row.change for row in rows)
    if job.workflow_state in RUNNING:
        still = f"Import {job.id} was still {job.workflow_state} when the wait ended."
        return {change: Receipt(change=change, accepted=True, reference=reference, message=still) for change in changes}
    if job.workflow_state not in DONE:
        ended = f"Import {job.id} ended as {job.workflow_state}; nothing of it can be relied on."
        return {
            change: Receipt(change=change, accepted=False, reference=reference, message=ended) for change in changes
        }
    refused, notes = sort_messages(rows, messages)
    return {
        change: Receipt(
            change=change,
            accepted=change not in refused,
            reference=reference,
            message=refused.get(change) or notes.get(change, ""),
        )
        for change in changes
    }


def sort_messages(
    rows: Sequence[SisRow], messages: Iterable[ImportErrorRow]
) -> tuple[Mapping[ChangeId, str], Mapping[ChangeId, str]]:
    """Return refusals and notes by change; a message that fits no single row is left to the reading back."""
    index: dict[str, list[SisRow]] = defaultdict(list)
    for row in rows:
        for key in row.keys:
            index[key].append(row)
    refused: dict[ChangeId, str] = {}
    notes: dict[ChangeId, str] = {}
    for message in messages:
        is_note, words = word_message(message.message)
        for row in _find_rows(message, index):
            (notes if is_note else refused).setdefault(row.change, words)
    return refused, notes


def _find_rows(message: ImportErrorRow, index: Mapping[str, list[SisRow]]) -> list[SisRow]:
    """Return the rows a message speaks of: all their keys stand in the row it quotes, else in its text.

    Text alone may name only the person: it then speaks of that person's rows in the file, if there is just one.
    """
    quoted = _mentioned(message.row_info or "", message.file, index)
    whole = [row for row, hits in quoted if hits == len(row.keys)]
    if whole:
        return whole
    spoken = _mentioned(message.message, message.file, index)
    whole = [row for row, hits in spoken if hits == len(row.keys)]
    return whole or ([spoken[0][0]] if len(spoken) == 1 else [])


def _mentioned(text: str, file: str, index: Mapping[str, list[SisRow]]) -> list[tuple[SisRow, int]]:
    tokens = set(_TOKEN.findall(text)) | {token.rstrip(".") for token in _TOKEN.findall(text)}
    rows = {id(row): row for token in tokens for row in index.get(token, []) if not file or row.file in file}
    return [(row, sum(key in tokens for key in row.keys)) for row in rows.values()]
