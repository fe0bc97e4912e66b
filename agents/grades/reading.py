"""What one look at a section's grades brought, from both systems: everything that a sheet and its doubts rest on.

Absence is a fact only where the reading was whole (R70): without the roster or the gradebook nothing is concluded, and
without the marks nothing is sent, because they could not be looked at (S88).
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from pydantic import Field

from domain.errors import IncompleteFetch
from domain.findings import Finding, Severity
from domain.grades import GradebookRow, GradeOptions, MarkChange, SectionGrading
from domain.ids import RecordHandle, SectionKey
from domain.learning import ActivityDay, Assignment, Submission
from domain.learning_ports import Classroom, StudentRecords
from domain.records import Record


class GradeReading(Record):
    """One section as it was read; people by handle.

    ``rows`` are the gradebook's in roster order, those of cross-listed siblings after them (R90); ``activity`` counts
    views by student, None where it could not be read whole. ``unread`` says why the marks could not be looked at.
    """

    key: SectionKey
    section: SectionGrading | None = None
    options: tuple[GradeOptions, ...] = ()
    rows: tuple[GradebookRow, ...] = ()
    registered_in: dict[RecordHandle, tuple[SectionKey, ...]] = Field(default_factory=dict)
    assignments: tuple[Assignment, ...] = ()
    submissions: tuple[Submission, ...] = ()
    changes: tuple[MarkChange, ...] = ()
    activity: dict[RecordHandle, int] | None = None
    unread: str = ""
    findings: tuple[Finding, ...] = ()
    stopped: bool = False

    @property
    def people(self) -> tuple[RecordHandle, ...]:
        """Everybody who was read about, for the record of reads (S224)."""
        students = {one.person for one in self.options} | {one.person for one in self.rows}
        named = {one.person for one in self.submissions} | {one.person for one in self.changes}
        return tuple(sorted(students | named))


def read_grades(
    key: SectionKey, classroom: Classroom, records: StudentRecords, siblings: Sequence[SectionKey] = ()
) -> GradeReading:
    """Read a section; ``siblings`` are the other sections of its cross-listed course (R90)."""
    section = records.read_grading(key, has_scheme=classroom.has_scheme(key))
    options, rows = records.read_grade_options(key), classroom.read_gradebook(key)
    whole = (("grade roster of the SIS", options), ("gradebook of the LMS", rows))
    missing = [_missing(key, what, Severity.STOP) for what, found in whole if not found.complete]
    if section is None:
        missing.append(_unknown_grading(key))
    said = (*missing, *options.findings, *rows.findings)
    if section is None or missing:
        return GradeReading(key=key, section=section, findings=said, stopped=True)
    known = GradeReading(key=key, section=section, options=options.rows, rows=rows.rows, findings=said)
    return _with_marks(_with_siblings(known, classroom, records, siblings), classroom)


def _with_siblings(
    reading: GradeReading, classroom: Classroom, records: StudentRecords, siblings: Sequence[SectionKey]
) -> GradeReading:
    """Add the gradebook rows of siblings that concern this roster, and where the SIS registers whom (R90)."""
    mine = {one.person for one in reading.options}
    rows = [row for key in siblings for row in classroom.read_gradebook(key).rows if row.person in mine]
    elsewhere: dict[RecordHandle, tuple[SectionKey, ...]] = {}
    for key in siblings:
        for one in records.read_grade_options(key).rows:
            elsewhere[one.person] = (*elsewhere.get(one.person, ()), key)
    return reading.model_copy(update={"rows": (*reading.rows, *rows), "registered_in": elsewhere})


def _with_marks(reading: GradeReading, classroom: Classroom) -> GradeReading:
    """Add the marks behind the course grades, what became of them, and how active everybody was."""
    assignments, submissions = classroom.read_assignments(reading.key), classroom.read_submissions(reading.key)
    changes, activity = classroom.read_mark_changes(reading.key), classroom.read_activity(reading.key)
    read = (
        ("list of assignments", assignments.complete, assignments.findings),
        ("list of marks", submissions.complete, submissions.findings),
        ("log of changed marks", changes.complete, changes.findings),
        ("activity", activity.complete, activity.findings),
    )
    missing = [_missing(reading.key, what, Severity.WARNING) for what, whole, _ in read if not whole]
    said = [finding for _, _, findings in read for finding in findings]
    marks_whole = assignments.complete and submissions.complete
    return reading.model_copy(
        update={
            "assignments": assignments.rows,
            "submissions": submissions.rows,
            "changes": changes.rows,
            "activity": dict(_views(reading, activity.rows)) if activity.complete else None,
            "unread": "" if marks_whole else "The marks did not come whole, so they could not be looked at.",
            "findings": (*reading.findings, *missing, *said),
        }
    )


def _views(reading: GradeReading, days: Iterable[ActivityDay]) -> Counter[RecordHandle]:
    """Count views; who has none in a whole reading was not active."""
    counts = Counter({row.person: 0 for row in reading.rows if row.section == reading.key})
    for day in days:
        counts[day.person] += day.views
    return counts


def _missing(key: SectionKey, what: str, severity: Severity) -> Finding:
    return Finding(
        code=IncompleteFetch.code,
        severity=severity,
        subject=f"section {key}",
        message=f"The {what} did not come whole.",
        fix="Check the credential's scopes and the connection, then look again.",
    )


def _unknown_grading(key: SectionKey) -> Finding:
    return Finding(
        code="R92",
        severity=Severity.STOP,
        subject=f"section {key}",
        message="The SIS does not say how this section is graded, nor by whom.",
        fix="Check the section's number, and that the reading application may see the section.",
    )
