"""Assignments and what was handed in for them (R85, R86, R89)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from domain.ids import AssignmentId, SectionKey
from domain.learning import Assignment, Submission, WorkKind
from tools.lms.canvas.classroom.reading import Reading
from tools.lms.canvas.classroom.roll import Roll, call_roll, find_section
from tools.lms.canvas.classroom.rows import AssignmentRow, ClassCourseRow, DatesRow, GroupWeightRow, SubmissionRow
from tools.lms.canvas.lookup import API, section_path
from tools.lms.canvas.wire import iso_utc
from tools.wire import Params

ASSIGNMENT_RIGHT = "Course Content - view, or Assignments and Quizzes - manage"
SUBMISSION_RIGHT = "Grades - view all grades"
_STRICTLY = timedelta(seconds=1)
"""Canvas compares by "later than" and in whole seconds."""
_ROLL_CALL = "roll call attendance"


def read_assignments(reading: Reading) -> list[Assignment]:
    """Read what the section is asked for, with the due dates of this section and the weights of the course."""
    section = find_section(reading)
    if section is None:
        return []
    path = f"{API}/courses/{section.course_id}"
    groups = {
        row.id: row for row in reading.rows(GroupWeightRow, f"{path}/assignment_groups", what="assignment groups")
    }
    weighted = bool(groups) and _weighs_groups(reading, path)
    params = (("include[]", "all_dates"), ("override_assignment_dates", "false"))
    rows = reading.rows(AssignmentRow, f"{path}/assignments", params, what="assignments", right=ASSIGNMENT_RIGHT)
    return [_assignment(reading.section, row, section.id, groups, weighted) for row in rows if _is_for(row, section.id)]


def _weighs_groups(reading: Reading, path: str) -> bool:
    course = reading.one(ClassCourseRow, path, what="course")
    if course is not None and course.apply_assignment_group_weights is None:
        reading.tell("Canvas does not say whether the course weighs its groups, so no weights are given.", "course")
    return bool(course and course.apply_assignment_group_weights)


def _assignment(
    section: SectionKey, row: AssignmentRow, canvas_section: int, groups: Mapping[int, GroupWeightRow], weighted: bool
) -> Assignment:
    kind = _kind(row)
    group = groups.get(row.assignment_group_id or 0)
    return Assignment(
        id=AssignmentId(row.id),
        section=section,
        name=row.name or "",
        kind=kind,
        grading=row.grading_type or "",
        points=row.points_possible,
        due_at=_due(row, canvas_section),
        published=row.published is not False,
        counts=not row.omit_from_final_grade and kind is not WorkKind.NOT_GRADED,
        posted_by_hand=bool(row.post_manually or row.muted),
        group=(group.name or "") if group else "",
        weight=group.group_weight if group and weighted else None,
    )


def _kind(row: AssignmentRow) -> WorkKind:
    """Return what sort of work it is, by its grading first, then by the way it is handed in."""
    types = frozenset(row.submission_types or ())
    if row.grading_type == "not_graded" or "not_graded" in types:
        return WorkKind.NOT_GRADED
    if row.quiz_id or row.is_quiz_assignment or row.is_quiz_lti_assignment or "online_quiz" in types:
        return WorkKind.QUIZ
    if "discussion_topic" in types:
        return WorkKind.DISCUSSION
    if "external_tool" in types and (row.name or "").strip().lower() == _ROLL_CALL:
        return WorkKind.ATTENDANCE
    return WorkKind.ASSIGNMENT if types else WorkKind.UNKNOWN


def _due(row: AssignmentRow, canvas_section: int) -> datetime | None:
    """Return when it is due in this section: sections taught together may have dates of their own."""
    own = next((dates for dates in row.all_dates if _names(dates, canvas_section)), None)
    return own.due_at if own else row.due_at


def _is_for(row: AssignmentRow, canvas_section: int) -> bool:
    """Tell whether the section is asked for it; an assignment may be for other sections of the course only."""
    if not row.only_visible_to_overrides or not row.all_dates:
        return True
    return any(_names(dates, canvas_section) or dates.set_type != "CourseSection" for dates in row.all_dates)


def _names(dates: DatesRow, canvas_section: int) -> bool:
    return dates.set_type == "CourseSection" and dates.set_id == canvas_section


def read_submissions(reading: Reading, since: datetime | None) -> list[Submission]:
    """Read every student's submissions, or those handed in or marked from ``since`` on.

    Excusing and posting a mark move neither date, so a narrowed reading may miss them; a whole one does not.
    """
    roll = call_roll(reading)
    if roll.course is None:
        return []
    return to_submissions(reading, roll, read_rows(reading, since))


def read_rows(reading: Reading, since: datetime | None = None) -> list[SubmissionRow]:
    """Ask for everything, or twice for what is new: Canvas joins two dates in one query by and, not by or."""
    if since is None:
        return _ask(reading, ())
    moment = iso_utc(since - _STRICTLY)
    found = (*_ask(reading, (("submitted_since", moment),)), *_ask(reading, (("graded_since", moment),)))
    return list({row.id: row for row in found}.values())


def _ask(reading: Reading, narrowed: Params) -> list[SubmissionRow]:
    path = f"{section_path(reading.section)}/students/submissions"
    params = (("student_ids[]", "all"), *narrowed)
    return reading.rows(SubmissionRow, path, params, what="submissions", right=SUBMISSION_RIGHT)


def to_submissions(reading: Reading, roll: Roll, rows: Iterable[SubmissionRow]) -> list[Submission]:
    """Return the submissions of this section's students; anonymous ones belong to nobody and are noted."""
    listed = list(rows)
    nobody = sum(row.user_id is None for row in listed)
    if nobody:
        fix = "They appear once the assignment's grades are posted and its students shown."
        reading.leave_out(
            f"{nobody} submissions are graded anonymously, so Canvas does not say whose.", "submissions", fix
        )
    return [submission for row in listed if (submission := _submission(reading.section, roll, row))]


def _submission(section: SectionKey, roll: Roll, row: SubmissionRow) -> Submission | None:
    person = roll.student(row.user_id)
    if person is None:
        return None
    return Submission(
        assignment=AssignmentId(row.assignment_id),
        section=section,
        person=person,
        submitted_at=row.submitted_at,
        graded_at=row.graded_at,
        posted_at=row.posted_at,
        score=row.score,
        late=bool(row.late),
        missing=bool(row.missing),
        excused=bool(row.excused),
        attempt=row.attempt or 0,
        graded_by=roll.person(row.grader_id),
    )
