"""Diffing mode: only rows that differ from the previous file of the same data set are applied.

A row that is gone from the new file is dropped. A diff cannot see what was changed in Canvas meanwhile. When the
files differ too much in size the full file is applied and is no base for later; five times in a row and imports of
that data set fail until it is remastered.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulator.canvas.feed.files import KEYS, FeedFile, FeedRow, FileRefused, read_file
from simulator.canvas.feed.run import Run
from simulator.canvas.jobs import ImportMessage, SisImport

EXCEEDANCES = 5
"""How many imports in a row may exceed the threshold before the data set is closed."""


def diff_against_base(run: Run, files: list[FeedFile], history: Mapping[int, SisImport]) -> bool:
    """Reduce the files to their differences where diffing applies; False when the data set refuses the import."""
    job, options = run.job, run.options
    if options.diffing_data_set_identifier is None:
        return True
    earlier = data_set(job, history)
    if options.diffing_remaster_data_set:
        return True
    if too_often(earlier):
        refuse(job)
        return False
    base = next((each for each in reversed(earlier) if is_base(each)), None)
    if base is None:
        return True
    if size_exceeded(job, base):
        job.threshold_exceeded = True
        return True
    reduce_files(run, files, base)
    return True


def data_set(job: SisImport, history: Mapping[int, SisImport]) -> list[SisImport]:
    """Return the earlier imports of the same data set, oldest first."""
    name = job.options.diffing_data_set_identifier
    return [
        each
        for each in history.values()
        if each.id < job.id and each.options.diffing_data_set_identifier == name and each.over
    ]


def is_base(job: SisImport) -> bool:
    """Tell whether later imports may be compared with this one."""
    return job.workflow_state.startswith(("imported", "restored", "partially")) and not job.threshold_exceeded


def too_often(earlier: list[SisImport]) -> bool:
    """Tell whether the last imports all exceeded the threshold and none was a remaster."""
    last = earlier[-EXCEEDANCES:]
    return len(last) == EXCEEDANCES and all(each.threshold_exceeded for each in last)


def refuse(job: SisImport) -> None:
    """Fail an import whose data set has exceeded its threshold too often."""
    message = "Diffing is not possible because the change threshold was exceeded too many times; remaster the data set"
    job.threshold_exceeded = True
    job.workflow_state = "failed_with_messages"
    job.messages.append(ImportMessage(file="", message=message, error=True))


def size_exceeded(job: SisImport, base: SisImport) -> bool:
    """Tell whether the new files are larger or smaller than the base by more than the threshold in percent."""
    if job.options.change_threshold is None:
        return False
    old, new = (sum(map(len, each.files.values())) for each in (base, job))
    return bool(old) and abs(new - old) * 100 > job.options.change_threshold * old


def reduce_files(run: Run, files: list[FeedFile], base: SisImport) -> None:
    """Replace every file's rows by new, changed and dropped ones; too many rows and the full file stays."""
    old = rows_of(base)
    reduced = [differing_rows(run, file, old.get(file.kind, {})) for file in files]
    limit = run.options.diff_row_count_threshold
    if limit is not None and sum(map(len, reduced)) > limit:
        run.job.threshold_exceeded = True
        return
    run.job.diffed_against = base.id
    for file, rows in zip(files, reduced, strict=True):
        file.rows = rows


def rows_of(base: SisImport) -> dict[str, dict[tuple[str, ...], FeedRow]]:
    """Return the base's rows by kind and key."""
    found: dict[str, dict[tuple[str, ...], FeedRow]] = {}
    for name, content in base.files.items():
        try:
            file = read_file(name, content)
        except FileRefused:
            continue
        keyed = found.setdefault(file.kind, {})
        keyed.update({key_of(file.kind, row): row for _, row in file.rows})
    return found


def key_of(kind: str, row: FeedRow) -> tuple[str, ...]:
    """Return what identifies a row between two files."""
    return tuple(row.get(column, "") for column in KEYS.get(kind, tuple(row)))


def differing_rows(run: Run, file: FeedFile, old: dict[tuple[str, ...], FeedRow]) -> list[tuple[int, FeedRow]]:
    """Return the rows of a file that are new or changed, then the dropped ones with a dropping status."""
    kept = {key_of(file.kind, row) for _, row in file.rows}
    differing = [(number, row) for number, row in file.rows if old.get(key_of(file.kind, row)) != row]
    if file.kind not in KEYS:
        return differing
    status = drop_status(run, file.kind)
    dropped = [
        (0, {**row, "status": status})
        for key, row in old.items()
        if key not in kept and row.get("status", "").lower() != "deleted"
    ]
    return differing + dropped


def drop_status(run: Run, kind: str) -> str:
    """Return the status that a vanished row of a kind gets."""
    options = run.options
    if kind == "enrollments":
        return options.diffing_drop_status or "deleted"
    if kind == "users":
        return options.diffing_user_remove_status or "deleted"
    return "deleted"
