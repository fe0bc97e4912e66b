"""What a new course still needs once its row is in: the department's template and, where asked, publishing (S194)."""

import time
from collections.abc import Callable

from pydantic import BaseModel, ConfigDict

from domain.changes import CreateCourse
from domain.errors import RefusedBySystem, TransientError
from tools.lms.canvas.collecting import Collected
from tools.lms.canvas.lookup import course_path, find_course_row
from tools.lms.canvas.wire import MigrationRow, Text, read_row
from tools.lms.canvas.write.imports import ImportPatience
from tools.wire import WireClient, link_pages

COPY = "course_copy_importer"
_FAILED = frozenset({"failed", "pre_process_error"})


class _Job(BaseModel):
    """An asynchronous job of Canvas, as far as it matters here."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    workflow_state: Text = None
    progress_url: Text = None


class CourseFinisher:
    """Copies template content into a course and publishes it; safe to repeat."""

    def __init__(
        self,
        client: WireClient,
        patience: ImportPatience,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._patience, self._sleep, self._monotonic = client, patience, sleep, monotonic

    def finish(self, change: CreateCourse) -> None:
        """Copy the template once, then publish where asked; RefusedBySystem where the copy failed."""
        if change.template:
            self._copy(change)
        if change.publish:
            self._client.put(course_path(change.course), form=(("course[event]", "offer"),))

    def _copy(self, change: CreateCourse) -> None:
        template = find_course_row(self._client, change.template)
        if template is None:
            raise RefusedBySystem("The template course does not exist.", field="template", fix="Correct the template.")
        if self._is_copied(change, template.id):
            return
        form = (("migration_type", COPY), ("settings[source_course_id]", str(template.id)))
        answer = self._client.post(f"{course_path(change.course)}/content_migrations", form=form)
        self._wait(read_row(_Job, answer.json()))

    def _is_copied(self, change: CreateCourse, source: int) -> bool:
        """Tell whether a copy from the template was begun before, so that a repeated change does not copy twice."""
        pages = link_pages(
            self._client,
            f"{course_path(change.course)}/content_migrations",
            (("per_page", "100"),),
            may_be_missing=True,
        )
        rows = Collected(MigrationRow).take(pages, f"course {change.course}")
        return any(
            row.migration_type == COPY
            and row.workflow_state not in _FAILED
            and str((row.settings or {}).get("source_course_id")) == str(source)
            for row in rows
        )

    def _wait(self, job: _Job) -> None:
        """Wait for the copy to end, as long as patience allows; TransientError where it takes longer."""
        deadline = self._monotonic() + self._patience.limit
        progress = job
        while job.progress_url and progress.workflow_state != "completed":
            progress = read_row(_Job, self._client.get(job.progress_url).json())
            if progress.workflow_state in _FAILED:
                fix = "Copy the template by hand, then publish the course."
                raise RefusedBySystem(
                    "The course was made and its template could not be copied.", field="template", fix=fix
                )
            if self._monotonic() > deadline:
                raise TransientError("The template is still being copied.", field="template", fix="Publish it later.")
            self._sleep(self._patience.first_wait)
