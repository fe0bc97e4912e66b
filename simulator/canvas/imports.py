"""Jobs: SIS imports that queue one behind the other, undoing them, and course copies.

Nothing here runs by itself. Over the wire every look at an import or at a progress moves it one step, so a client
really sees `created`, `importing` and the end; in process `import_csv` and `settle` go to the end at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from simulator.canvas.feed.apply import apply_import
from simulator.canvas.feed.restore import restore_states
from simulator.canvas.jobs import ContentMigration, ImportOptions, Progress, SisImport
from simulator.canvas.membership import Membership
from simulator.canvas.refusals import NotFound, Rejected
from simulator.canvas.rows import Course
from simulator.canvas.writes import Actor, Stickiness

IDENTIFIER_BYTES = 128


class Jobs(Membership):
    """Operations that take their time."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Start with no jobs; `import_steps` is how many looks an import stays in `importing`."""
        super().__init__(clock)
        self.sis_imports: dict[int, SisImport] = {}
        self.progresses: dict[int, Progress] = {}
        self.migrations: dict[int, ContentMigration] = {}
        self.import_steps = 1
        self._queue: list[SisImport] = []
        self._deferred: dict[int, Callable[[], None]] = {}

    def queue_import(self, files: Mapping[str, str], options: ImportOptions, *, swallowed: bool = False) -> SisImport:
        """Accept an import for later; a swallowed one will report success and change nothing (a fault on request)."""
        identifier = options.diffing_data_set_identifier
        if identifier is not None and len(identifier.encode()) > IDENTIFIER_BYTES:
            raise Rejected("diffing_data_set_identifier is too long")
        if identifier is not None and options.batch_mode:
            raise Rejected("Batch mode and diffing mode cannot be combined")
        if options.multi_term_batch_mode and options.change_threshold is None:
            raise Rejected("A change_threshold is required to use multi_term_batch_mode")
        with self.lock:
            now = self.clock()
            job = SisImport(
                id=len(self.sis_imports) + 1,
                files=dict(files),
                options=options,
                created_at=now,
                updated_at=now,
                swallowed=swallowed,
            )
            self.sis_imports[job.id] = job
            self._queue.append(job)
            return job

    def import_csv(
        self, files: Mapping[str, str], options: ImportOptions | None = None, **named: bool | int | str | None
    ) -> SisImport:
        """Apply CSV files at once, by the code that serves imports over the wire; options by Canvas's names."""
        with self.lock:
            job = self.queue_import(files, options or ImportOptions(**named))  # type: ignore[arg-type]
            self.settle()
            return job

    def run_import(self, job: SisImport) -> None:
        """Apply a queued import and give it its final state."""
        options = job.options
        stickiness = Stickiness(
            options.override_sis_stickiness, options.add_sis_stickiness, options.clear_sis_stickiness
        )
        target = self.twin_for_nothing() if job.swallowed else self
        with target.as_actor(Actor("sis", f"sis_import {job.id}", job.id, stickiness)):
            apply_import(target, job, self.sis_imports)
        job.ended_at = job.updated_at = self.clock()
        if options.diffing_data_set_identifier is None:
            job.files = {}

    def twin_for_nothing(self) -> Membership:
        """Return a copy whose changes are lost, for imports that only pretend."""
        twin = Membership(self.clock)
        twin.copy_tables(self)
        return twin

    def advance_imports(self) -> None:
        """Move the import at the head of the queue one step: created, importing, its end."""
        with self.lock:
            if not self._queue:
                return
            job = self._queue[0]
            if job.workflow_state == "created":
                job.workflow_state = "importing"
            elif job.progress < 100 * self.import_steps // (self.import_steps + 1):
                job.progress += 100 // (self.import_steps + 1)
            else:
                self.run_import(self._queue.pop(0))

    def settle(self) -> None:
        """Run every queued import to its end."""
        with self.lock:
            while self._queue:
                self.run_import(self._queue.pop(0))

    def find_import(self, import_id: int) -> SisImport:
        """Return an import; raises NotFound."""
        job = self.sis_imports.get(import_id)
        if job is None:
            raise NotFound
        return job

    def abort_import(self, import_id: int) -> SisImport:
        """Stop an import that has not been applied yet; a finished one is refused."""
        with self.lock:
            job = self.find_import(import_id)
            if job not in self._queue:
                raise Rejected("Cannot abort a SIS import that has already finished")
            self._queue.remove(job)
            job.workflow_state = "aborted"
            job.ended_at = self.clock()
            return job

    def abort_waiting(self) -> None:
        """Stop every import that has not been applied yet."""
        with self.lock:
            for job in list(self._queue):
                self.abort_import(job.id)

    def restore_import(
        self, import_id: int, *, batch_mode: bool = False, undelete_only: bool = False, unconclude_only: bool = False
    ) -> Progress:
        """Start undoing an import's state changes; the import is `restoring` until the progress completes."""
        with self.lock:
            job = self.find_import(import_id)
            if not job.over:
                raise Rejected("Cannot restore a SIS import that has not finished")
            job.workflow_state = "restoring"
            partial = batch_mode or undelete_only or unconclude_only

            def restore() -> None:
                restore_states(
                    self,
                    import_id,
                    batch_mode=batch_mode,
                    undelete_only=undelete_only,
                    unconclude_only=unconclude_only,
                )
                job.workflow_state = "partially_restored" if partial else "restored"

            return self.start_progress(1, "Account", "sis_batch_state_restore", restore)

    def start_progress(
        self, context_id: int, context_type: str, tag: str, work: Callable[[], None] | None = None
    ) -> Progress:
        """Begin a job that finishes, and only then does its work, when it has been looked at often enough."""
        with self.lock:
            now = self.clock()
            progress = Progress(
                id=len(self.progresses) + 1,
                context_id=context_id,
                context_type=context_type,
                tag=tag,
                created_at=now,
                updated_at=now,
            )
            self.progresses[progress.id] = progress
            if work is not None:
                self._deferred[progress.id] = work
            return progress

    def advance_progress(self, progress_id: int) -> Progress:
        """Move a job one step: queued, running, completed; raises NotFound."""
        with self.lock:
            progress = self.progresses.get(progress_id)
            if progress is None:
                raise NotFound
            if progress.workflow_state == "queued":
                progress.workflow_state, progress.completion = "running", 50
            elif progress.workflow_state == "running":
                self._deferred.pop(progress_id, lambda: None)()
                progress.workflow_state, progress.completion = "completed", 100
            progress.updated_at = self.clock()
            return progress

    def start_course_copy(self, course_id: int, source_id: int, migration_type: str) -> ContentMigration:
        """Begin copying one course's content into another; raises NotFound when either is missing."""
        with self.lock:
            self.find(Course, course_id)
            self.find(Course, source_id)
            migration_id = len(self.migrations) + 1

            def copy() -> None:
                self.copy_content(source_id, course_id)
                self.migrations[migration_id].finished_at = self.clock()

            progress = self.start_progress(migration_id, "ContentMigration", "content_migration", copy)
            self.migrations[migration_id] = ContentMigration(
                id=migration_id,
                course_id=course_id,
                source_course_id=source_id,
                migration_type=migration_type,
                progress_id=progress.id,
                created_at=self.clock(),
            )
            return self.migrations[migration_id]
