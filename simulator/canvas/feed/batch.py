"""Batch mode: what a term holds from the SIS and this import did not mention is taken away.

A threshold in percent stops the taking away, not the rows already applied; the import then ends `aborted`.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.canvas.feed.enrollments import final_state
from simulator.canvas.feed.run import Run
from simulator.canvas.jobs import ImportMessage
from simulator.canvas.rows import Course, Enrollment, Row, Section
from simulator.canvas.writes import CURRENT_ACTOR

DROPPED = ("deleted", "completed", "inactive", "rejected")
"""Enrolment states that batch mode has nothing to take from."""


def clean_up_batch(run: Run) -> None:
    """Drop unmentioned courses, sections and enrolments of the batch's terms, unless too many would go."""
    options = run.options
    if not (options.batch_mode or options.multi_term_batch_mode) or options.diffing_data_set_identifier:
        return
    run.job.workflow_state = "cleanup_batch"
    stale = stale_rows(run, terms_of(run))
    for kind, (gone, total) in stale.items():
        if exceeds(run, kind, len(gone), total):
            return
    actor = CURRENT_ACTOR.get()._replace(batch_cleanup=True)
    with run.state.as_actor(actor):
        drop_all(run, {kind: gone for kind, (gone, _) in stale.items()})


def terms_of(run: Run) -> set[int]:
    """Return the terms a batch owns: the one named, or all that this import's courses are in."""
    if run.options.batch_mode_term_id is not None:
        return {run.options.batch_mode_term_id}
    return {course.term_id for course in run.state.courses.values() if course.sis_import_id == run.job.id}


def stale_rows(run: Run, terms: set[int]) -> dict[str, tuple[Sequence[Row], int]]:
    """Return per supplied kind the SIS rows that this import left out, and how many there are in all."""
    state = run.state
    ids = {each.id for each in state.courses.values() if each.term_id in terms}
    courses = [state.courses[each] for each in ids if alive(state.courses[each])]
    sections = [each for each in state.sections.values() if each.course_id in ids and alive(each)]
    enrollments = [each for each in state.enrollments.values() if each.course_id in ids and alive(each)]
    tables: dict[str, Sequence[Row]] = {"course": courses, "section": sections, "enrollment": enrollments}
    return {
        kind: ([row for row in rows if row.sis_import_id != run.job.id], len(rows))
        for kind, rows in tables.items()
        if kind in run.job.supplied
    }


def alive(row: Row) -> bool:
    """Tell whether a row came from the SIS and is still there to be taken."""
    if row.sis_import_id is None:
        return False
    gone = DROPPED if isinstance(row, Enrollment) else ("deleted",)
    return row.workflow_state not in gone


def exceeds(run: Run, kind: str, gone: int, total: int) -> bool:
    """Abort the clean-up when more than the threshold in percent of a kind would go."""
    threshold = run.options.change_threshold
    if threshold is None or gone * 100 <= threshold * total:
        return False
    message = f"There were {gone} {kind}s that would be deleted by batch mode, above the threshold of {threshold}%"
    run.job.messages.append(ImportMessage(file="", message=message, error=True))
    run.job.workflow_state = "aborted"
    return True


def drop_all(run: Run, stale: dict[str, Sequence[Row]]) -> None:
    """Take the rows away, enrolments first."""
    status = run.options.batch_mode_enrollment_drop_status or "deleted"
    for row in stale.get("enrollment", ()):
        assert isinstance(row, Enrollment)
        run.state.set_enrollment_state(row, final_state(run, status, row))
        run.job.counts["batch_enrollments_deleted"] += 1
    for row in stale.get("section", ()):
        assert isinstance(row, Section)
        run.state.change(row, {"workflow_state": "deleted"})
        run.job.counts["batch_sections_deleted"] += 1
    for row in stale.get("course", ()):
        assert isinstance(row, Course)
        run.state.set_course_state(row, "deleted")
        run.job.counts["batch_courses_deleted"] += 1
