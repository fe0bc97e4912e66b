"""What one student did in a class, event by event; which of it counts is for the rules to say (R99, E14)."""

from collections.abc import Collection, Iterator
from enum import StrEnum

from domain.engagement import EngagementEvent, EngagementKind, EngagementRead
from domain.ids import RecordHandle
from tools.lms.canvas.classroom.activity_rows import LastLoginRow, QuizAttemptRow, QuizRow
from tools.lms.canvas.classroom.discussion import contributions_of
from tools.lms.canvas.classroom.page_views import first_seen, is_in_course, read_views
from tools.lms.canvas.classroom.reading import Reading
from tools.lms.canvas.classroom.resources import CONTENT_RIGHT
from tools.lms.canvas.classroom.roll import Roll, call_roll
from tools.lms.canvas.classroom.rows import SubmissionRow
from tools.lms.canvas.classroom.work import SUBMISSION_RIGHT
from tools.lms.canvas.lookup import API

QUIZ_RIGHT = "Grades - view all grades"
_KINDS = {
    "online_quiz": EngagementKind.ASSESSMENT,
    "basic_lti_launch": EngagementKind.ASSESSMENT,
    "discussion_topic": EngagementKind.DISCUSSION,
}


class Part(StrEnum):
    """The parts of a student's engagement, each with a collection of the scope file behind it."""

    SUBMISSIONS = "submissions"
    DISCUSSION = "discussion"
    PAGE_VIEWS = "page_views"


EVERY_PART = frozenset(Part)


def read_engagement(reading: Reading, person: RecordHandle, parts: Collection[Part] = EVERY_PART) -> EngagementRead:
    """Read one student's events in a class; complete only if every part was whole and the student is on the roll.

    A part that is not in ``parts`` is not asked for. The last sign-in stands for all of them: Canvas keeps no more for
    this right, and no sign-in is engagement.
    """
    roll = call_roll(reading)
    user = next((user for user in roll.students if roll.student(user) == person), None)
    if user is None or roll.course is None:
        reading.complete = False
        return _engagement(reading, [])
    reading.complete = reading.complete and frozenset(parts) >= EVERY_PART
    events: list[EngagementEvent] = []
    if Part.SUBMISSIONS in parts:
        events += [*_submissions(reading, roll, user), *_practice(reading, roll, user)]
    if Part.DISCUSSION in parts:
        events += _discussion(reading, roll, person)
    if Part.PAGE_VIEWS in parts:
        events += [*_views(reading, roll, user), *_sign_in(reading, user)]
    return _engagement(reading, events)


def _engagement(reading: Reading, events: list[EngagementEvent]) -> EngagementRead:
    ordered = tuple(sorted(events, key=lambda event: (event.at, event.record)))
    return EngagementRead(events=ordered, complete=reading.complete, system="canvas", read_at=reading.clock.now())


def _submissions(reading: Reading, roll: Roll, user: int) -> Iterator[EngagementEvent]:
    """Yield every attempt at every piece of work, the earlier ones too."""
    params = (("student_ids[]", str(user)), ("include[]", "submission_history"))
    path = f"{roll.path}/students/submissions"
    for row in reading.rows(SubmissionRow, path, params, what="submissions", right=SUBMISSION_RIGHT):
        yield from _attempts(row)


def _attempts(row: SubmissionRow) -> Iterator[EngagementEvent]:
    moments = {each.submitted_at: each.submission_type for each in row.submission_history if each.submitted_at}
    if row.submitted_at:
        moments.setdefault(row.submitted_at, row.submission_type)
    for at, kind in moments.items():
        if at is not None:
            yield EngagementEvent(
                kind=_KINDS.get(kind or "", EngagementKind.SUBMISSION), at=at, record=f"submission {row.id}"
            )


def _practice(reading: Reading, roll: Roll, user: int) -> Iterator[EngagementEvent]:
    """Yield attempts at quizzes that are no assignment, such as practice quizzes and surveys."""
    for quiz in reading.rows(QuizRow, f"{roll.path}/quizzes", what="quizzes", right=CONTENT_RIGHT, absent=""):
        if quiz.assignment_id is not None or quiz.published is False:
            continue
        path = f"{roll.path}/quizzes/{quiz.id}/submissions"
        rows = reading.rows(QuizAttemptRow, path, key="quiz_submissions", what="quiz attempts", right=QUIZ_RIGHT)
        for row in rows:
            at = row.finished_at or row.started_at
            if row.user_id == user and at is not None:
                yield EngagementEvent(kind=EngagementKind.ASSESSMENT, at=at, record=f"quiz submission {row.id}")


def _discussion(reading: Reading, roll: Roll, person: RecordHandle) -> Iterator[EngagementEvent]:
    for one in contributions_of(reading, roll, None):
        if one.person == person:
            record = f"discussion {one.topic} entry {one.entry}" if one.entry else f"discussion {one.topic}"
            yield EngagementEvent(kind=EngagementKind.DISCUSSION, at=one.at, record=record)


def _views(reading: Reading, roll: Roll, user: int) -> Iterator[EngagementEvent]:
    assert roll.course is not None
    for row in read_views(reading, user, first_seen(roll.students[user])):
        if is_in_course(row, roll.course):
            yield EngagementEvent(kind=EngagementKind.PAGE_VIEW, at=row.created_at, record=f"page view {row.id}")


def _sign_in(reading: Reading, user: int) -> Iterator[EngagementEvent]:
    row = reading.one(LastLoginRow, f"{API}/users/{user}", (("include[]", "last_login"),), what="last sign-in")
    if row is not None and row.last_login is not None:
        yield EngagementEvent(kind=EngagementKind.LOGIN, at=row.last_login, record="last sign-in")
