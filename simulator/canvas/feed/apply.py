"""Applying a whole import, file kind by file kind in Canvas's order, and saying how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulator.canvas.feed.batch import clean_up_batch
from simulator.canvas.feed.diffing import diff_against_base
from simulator.canvas.feed.enrollments import apply_enrollment
from simulator.canvas.feed.files import ORDER, FeedFile, FeedRow, FileRefused, read_file
from simulator.canvas.feed.frame import apply_account, apply_change_sis_id, apply_term
from simulator.canvas.feed.people import apply_login, apply_user
from simulator.canvas.feed.run import RowRefused, Run
from simulator.canvas.feed.shells import apply_course, apply_section, apply_xlist
from simulator.canvas.jobs import ImportMessage, SisImport
from simulator.canvas.membership import Membership
from simulator.canvas.refusals import Refusal

IMPORTERS: Mapping[str, Callable[[Run, FeedRow], None]] = {
    "change_sis_id": apply_change_sis_id,
    "accounts": apply_account,
    "terms": apply_term,
    "courses": apply_course,
    "sections": apply_section,
    "xlists": apply_xlist,
    "users": apply_user,
    "logins": apply_login,
    "enrollments": apply_enrollment,
}

COUNTER = {"change_sis_id": None, "logins": "users"}
"""Kinds whose rows are counted elsewhere, or nowhere."""


def apply_import(state: Membership, job: SisImport, history: Mapping[int, SisImport]) -> None:
    """Apply an import to a state and leave counts, messages and the final workflow state on it."""
    run = Run(state, job)
    files = readable_files(job)
    if files and diff_against_base(run, files, history):
        for kind in ORDER:
            for file in files:
                if file.kind == kind:
                    apply_file(run, file)
        clean_up_batch(run)
    finish(job, bool(files))


def readable_files(job: SisImport) -> list[FeedFile]:
    """Return the files that can be read; the others leave an error on the import."""
    files = []
    for name, content in job.files.items():
        try:
            files.append(read_file(name, content))
        except FileRefused as refused:
            job.messages.append(ImportMessage(file=name, message=str(refused), error=True))
    job.supplied = sorted({file.kind.rstrip("s") for file in files})
    return files


def apply_file(run: Run, file: FeedFile) -> None:
    """Apply the rows of one file; a refused row becomes a warning and the rest goes on."""
    importer = IMPORTERS[file.kind]
    for number, row in file.rows:
        if run.options.skip_deletes and row.get("status", "").lower() == "deleted":
            continue
        try:
            importer(run, row)
        except RowRefused as refused:
            run.warn(file, number, row, str(refused))
        except Refusal as refused:
            run.warn(file, number, row, f"Failed saving a row of {file.kind}: {refused.body}")
        else:
            counter = COUNTER.get(file.kind, file.kind)
            if counter is not None:
                run.job.counts[counter] += 1


def finish(job: SisImport, anything_read: bool) -> None:
    """Give an import its final state, unless a threshold already did."""
    job.counts["error_count"] = sum(message.error for message in job.messages)
    job.counts["warning_count"] = len(job.messages) - job.counts["error_count"]
    job.progress = 100
    if not job.over:
        if not anything_read:
            job.workflow_state = "failed_with_messages"
        else:
            job.workflow_state = "imported_with_messages" if job.messages else "imported"
