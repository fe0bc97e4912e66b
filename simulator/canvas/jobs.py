"""What Canvas does later: SIS imports, progress objects and course copies, each moved on by being asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

TERMINAL = frozenset(
    {
        "imported",
        "imported_with_messages",
        "aborted",
        "failed",
        "failed_with_messages",
        "partially_restored",
        "restored",
    }
)
"""States in which an SIS import is over."""

COUNTED = (
    "accounts",
    "terms",
    "abstract_courses",
    "courses",
    "sections",
    "xlists",
    "users",
    "enrollments",
    "groups",
    "group_memberships",
    "grade_publishing_results",
    "batch_courses_deleted",
    "batch_sections_deleted",
    "batch_enrollments_deleted",
    "error_count",
    "warning_count",
)
"""The counters an import reports."""


@dataclass(slots=True, frozen=True, kw_only=True)
class ImportOptions:
    """How an SIS import is to be applied; names are Canvas's own, percentages are 0 to 100."""

    batch_mode: bool = False
    batch_mode_term_id: int | None = None
    multi_term_batch_mode: bool = False
    skip_deletes: bool = False
    override_sis_stickiness: bool = False
    add_sis_stickiness: bool = False
    clear_sis_stickiness: bool = False
    update_sis_id_if_login_claimed: bool = False
    diffing_data_set_identifier: str | None = None
    diffing_remaster_data_set: bool = False
    diffing_drop_status: str | None = None
    diffing_user_remove_status: str | None = None
    batch_mode_enrollment_drop_status: str | None = None
    change_threshold: int | None = None
    diff_row_count_threshold: int | None = None


@dataclass(slots=True, frozen=True, kw_only=True)
class ImportMessage:
    """One warning or error about a file, with the row it concerns (None for the whole file)."""

    file: str
    message: str
    row: int | None = None
    row_info: str | None = None
    error: bool = False


@dataclass(slots=True, kw_only=True)
class SisImport:
    """One SIS import: the files that came, how to apply them, and what became of it."""

    id: int
    files: Mapping[str, str]
    options: ImportOptions
    created_at: datetime
    updated_at: datetime
    workflow_state: str = "created"
    progress: int = 0
    ended_at: datetime | None = None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    supplied: list[str] = field(default_factory=list)
    messages: list[ImportMessage] = field(default_factory=list)
    diffed_against: int | None = None
    threshold_exceeded: bool = False
    swallowed: bool = False

    @property
    def over(self) -> bool:
        """Tell whether the import has reached a final state."""
        return self.workflow_state in TERMINAL


@dataclass(slots=True, kw_only=True)
class Progress:
    """A job's progress; every look moves it from queued over running to completed."""

    id: int
    context_id: int
    context_type: str
    tag: str
    created_at: datetime
    updated_at: datetime
    workflow_state: str = "queued"
    completion: int = 0
    message: str | None = None


@dataclass(slots=True, kw_only=True)
class ContentMigration:
    """A course copy under way; done when its progress is."""

    id: int
    course_id: int
    source_course_id: int
    migration_type: str
    progress_id: int
    created_at: datetime
    finished_at: datetime | None = None
