"""Jobs as Canvas shows them: SIS imports with their messages, progress objects and course copies."""

from __future__ import annotations

from simulator.canvas.jobs import ContentMigration, ImportMessage, Progress, SisImport
from simulator.canvas.refusals import Json
from simulator.canvas.wire.show import stamp

MESSAGE_LIMIT = 1000
"""How many messages the import itself lists; the rest is only in its errors list."""


def show_import(row: SisImport) -> dict[str, Json]:
    """Show an SIS import; messages appear once it is over, progress is a string of percent."""
    options = row.options
    shown: dict[str, Json] = {
        "id": row.id,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
        "started_at": None if row.workflow_state == "created" else stamp(row.created_at),
        "ended_at": stamp(row.ended_at),
        "workflow_state": row.workflow_state,
        "progress": str(row.progress),
        "data": {"import_type": "instructure_csv"},
        "batch_mode": options.batch_mode or None,
        "batch_mode_term_id": options.batch_mode_term_id,
        "multi_term_batch_mode": options.multi_term_batch_mode or None,
        "skip_deletes": options.skip_deletes or None,
        "override_sis_stickiness": options.override_sis_stickiness or None,
        "add_sis_stickiness": options.add_sis_stickiness or None,
        "clear_sis_stickiness": options.clear_sis_stickiness or None,
        "change_threshold": options.change_threshold,
        "diff_row_count_threshold": options.diff_row_count_threshold,
        "diffing_data_set_identifier": options.diffing_data_set_identifier,
        "diffing_remaster": options.diffing_remaster_data_set or None,
        "diffed_against_import_id": row.diffed_against,
        "diffing_threshold_exceeded": row.threshold_exceeded or None,
    }
    return shown | outcome(row) if row.over else shown


def outcome(row: SisImport) -> dict[str, Json]:
    """Show what came of an import: counts, and messages by file."""
    warnings: list[Json] = [[each.file, each.message] for each in row.messages if not each.error]
    errors: list[Json] = [[each.file, each.message] for each in row.messages if each.error]
    data: dict[str, Json] = {
        "import_type": "instructure_csv",
        "supplied_batches": list(row.supplied),
        "counts": dict(row.counts),
    }
    return {
        "data": data,
        "statistics": {"total_state_changes": sum(row.counts.values())},
        "processing_warnings": warnings[:MESSAGE_LIMIT],
        "processing_errors": errors[:MESSAGE_LIMIT],
    }


def show_import_error(row: SisImport, message: ImportMessage) -> dict[str, Json]:
    """Show one message of an import with the row it concerns."""
    return {
        "sis_import_id": row.id,
        "file": message.file,
        "message": message.message,
        "row_info": message.row_info,
        "row": message.row,
    }


def show_progress(row: Progress, origin: str) -> dict[str, Json]:
    """Show a progress object."""
    return {
        "id": row.id,
        "context_id": row.context_id,
        "context_type": row.context_type,
        "user_id": 1,
        "tag": row.tag,
        "completion": row.completion,
        "workflow_state": row.workflow_state,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
        "message": row.message,
        "url": f"{origin}/api/v1/progress/{row.id}",
    }


def show_migration(row: ContentMigration, origin: str) -> dict[str, Json]:
    """Show a course copy."""
    return {
        "id": row.id,
        "migration_type": row.migration_type,
        "migration_type_title": "Course Copy",
        "user_id": 1,
        "workflow_state": "running" if row.finished_at is None else "completed",
        "started_at": stamp(row.created_at),
        "finished_at": stamp(row.finished_at),
        "migration_issues_count": 0,
        "settings": {"source_course_id": row.source_course_id},
        "progress_url": f"{origin}/api/v1/progress/{row.progress_id}",
    }
