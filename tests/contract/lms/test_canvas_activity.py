"""Discussion, clicks, changes of marks, engagement and things to read from Canvas (R99, R100, R122)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from domain.engagement import EngagementKind
from tests.tools.people import ANN, BOB, CID, DEE, TESS, planted_words
from tests.tools.scripted_canvas import (
    COURSE,
    COURSE_PATH,
    SECTION,
    SECTION_PATH,
    ScriptedCanvas,
    at,
    canvas_with_a_class,
    enrolled,
    page_view,
)
from tools.lms.canvas.classroom import CanvasClassroom

Pair = tuple[ScriptedCanvas, CanvasClassroom]
SUMMARIES = f"{COURSE_PATH}/analytics/student_summaries"
AUDIT = f"/api/v1/audit/grade_change/courses/{COURSE}"


@pytest.fixture
def pair() -> Iterator[Pair]:
    with canvas_with_a_class() as opened:
        yield opened


def entry(number: int, user: int | None, moment: str, *replies: dict[str, object], **more: object) -> dict[str, object]:
    """Return one entry of a discussion, with a text that must not show."""
    return {"id": number, "user_id": user, "created_at": moment, "message": "SECRET", "replies": list(replies), **more}


def test_entries_of_every_depth_and_of_groups_come_once_and_without_their_text(pair: Pair) -> None:
    canvas, classroom = pair
    late = entry(14, 1, "2026-09-03T10:00:00Z")
    canvas.answers |= {
        f"{COURSE_PATH}/discussion_topics": [
            {"id": 80, "author": {"id": 9}, "posted_at": "2026-09-01T10:00:00Z", "discussion_subentry_count": 4},
            {"id": 81, "author": {"id": 1}, "posted_at": "2026-09-02T10:00:00Z", "discussion_subentry_count": 0},
            {"id": 82, "author": {}, "group_topic_children": [{"id": 820, "group_id": 40}]},
        ],
        f"{COURSE_PATH}/discussion_topics/80/view": {
            "view": [
                entry(
                    10,
                    9,
                    "2026-09-01T11:00:00Z",
                    entry(11, 1, "2026-09-01T12:00:00Z", entry(12, 2, "2026-09-02T12:00:00Z")),
                ),
                entry(13, None, "2026-09-02T13:00:00Z", deleted=True),
                late,
            ],
            "new_entries": [late],
        },
        "/api/v1/groups/40/discussion_topics/820/view": {"view": [entry(15, 1, "2026-09-04T10:00:00Z")]},
    }
    fetch = classroom.read_contributions(SECTION)
    ann, bob = canvas.handles.handle(ANN), canvas.handles.handle(BOB)
    assert fetch.complete
    assert sorted((row.topic, row.entry, row.person) for row in fetch.rows) == sorted(
        [("80", "11", ann), ("80", "12", bob), ("80", "14", ann), ("81", "", ann), ("820", "15", ann)]
    )
    assert "SECRET" not in fetch.model_dump_json()


def test_since_leaves_quiet_discussions_unasked(pair: Pair) -> None:
    canvas, classroom = pair
    topic = {"id": 80, "last_reply_at": "2026-09-05T10:00:00Z", "discussion_subentry_count": 1}
    view = {"view": [entry(11, 1, "2026-09-05T10:00:00Z")]}
    canvas.answers |= {
        f"{COURSE_PATH}/discussion_topics": [topic],
        f"{COURSE_PATH}/discussion_topics/80/view": view,
    }
    assert len(classroom.read_contributions(SECTION, at("2026-09-05T10:00:00")).rows) == 1
    asked = len(canvas.asked)
    assert classroom.read_contributions(SECTION, at("2026-09-06T00:00:00")).rows == ()
    assert len(canvas.asked) == asked + 2


def test_an_anonymous_or_unreadable_discussion_is_incomplete(pair: Pair) -> None:
    canvas, classroom = pair
    topics = [{"id": 80, "anonymous_state": "full_anonymity"}, {"id": 81, "discussion_subentry_count": 2}, {"id": 82}]
    canvas.answers |= {f"{COURSE_PATH}/discussion_topics": topics, f"{COURSE_PATH}/discussion_topics/81/view": 503}
    fetch = classroom.read_contributions(SECTION)
    assert (fetch.rows, fetch.complete, len(fetch.findings)) == ((), False, 3)


def test_r122_clicks_are_campus_days_and_only_those_who_clicked_are_asked_for(pair: Pair) -> None:
    canvas, classroom = pair
    canvas.roll(enrolled(1, ANN), enrolled(2, BOB), enrolled(3, CID, state="inactive"))
    canvas.answers |= {
        SUMMARIES: [{"id": 1, "page_views": 9, "participations": 1}, {"id": 2, "page_views": 0, "participations": 0}],
        f"{COURSE_PATH}/analytics/users/1/activity": {
            "page_views": {"2026-09-02T03:00:00Z": 2, "2026-09-02T04:00:00Z": 3, "2026-09-02T20:00:00-04:00": 4},
            "participations": [{"created_at": "2026-09-02T03:10:00Z", "url": "https://x/courses/1"}],
        },
    }
    fetch = classroom.read_activity(SECTION)
    assert fetch.complete
    assert [(row.day, row.views, row.participations) for row in fetch.rows] == [
        (date(2026, 9, 1), 2, 1),
        (date(2026, 9, 2), 7, 0),
    ]
    assert [path for path in canvas.paths() if "/users/" in path] == [f"{COURSE_PATH}/analytics/users/1/activity"]
    assert [row.day for row in classroom.read_activity(SECTION, at("2026-09-02T12:00:00")).rows] == [date(2026, 9, 2)]


def test_r122_analytics_that_are_switched_off_are_unknown_and_said(pair: Pair) -> None:
    canvas, classroom = pair
    fetch = classroom.read_activity(SECTION)
    assert (fetch.rows, fetch.complete) == ((), False)
    assert "switched off" in fetch.findings[0].message
    assert "switch it on" in fetch.findings[0].fix
    assert len(canvas.asked) == 2


def test_r122_a_student_without_totals_is_asked_for_and_one_without_activity_is_not_zero(pair: Pair) -> None:
    canvas, classroom = pair
    canvas.answers[SUMMARIES] = []
    fetch = classroom.read_activity(SECTION)
    assert (fetch.rows, fetch.complete) == ((), False)
    assert "no activity" in fetch.findings[0].message


def test_r100_last_access_is_per_student_and_never_seen_is_none(pair: Pair) -> None:
    canvas, classroom = pair
    canvas.roll(enrolled(1, ANN), enrolled(2, BOB, last_activity_at=None))
    fetch = classroom.read_last_access(SECTION)
    assert [(row.person, row.at) for row in fetch.rows] == [
        (canvas.handles.handle(ANN), at("2026-09-18T15:30:00")),
        (canvas.handles.handle(BOB), None),
    ]
    hidden = enrolled(1, ANN)
    del hidden["last_activity_at"]
    canvas.roll(hidden)
    fetch = classroom.read_last_access(SECTION)
    assert (fetch.rows, fetch.complete) == ((), False)


def test_changes_of_marks_are_points_with_their_author_and_when_the_student_saw_them(pair: Pair) -> None:
    canvas, classroom = pair
    marked = {"id": 1, "assignment_id": 70, "user_id": 1, "posted_at": "2026-09-10T10:00:00Z"}
    staff = enrolled(8, DEE, kind="TeacherEnrollment", course_section_id=602)
    canvas.answers |= {
        f"{COURSE_PATH}/enrollments": [staff],
        f"{COURSE_PATH}/assignments": [{"id": 70, "name": "Essay"}],
        f"{SECTION_PATH}/students/submissions": [marked],
        AUDIT: {
            "events": [
                change("a", 1, 8, "8.5", "90%", points_possible_after=10),
                change("b", 1, None, None, "A-"),
                change("c", 1, 77, "complete", "10"),
                change("d", 44, 9, "1", "2"),
                change("e", 1, 9, None, "85%", links={"student": 1, "grader": 9, "assignment": None}),
            ],
            "linked": {},
        },
    }
    canvas.page = 3
    fetch = classroom.read_mark_changes(SECTION)
    assert fetch.complete
    assert [(row.before, row.after) for row in fetch.rows] == [
        (Decimal("8.5"), Decimal("9")),
        (None, None),
        (None, Decimal(10)),
        (None, Decimal(85)),
    ]
    assert fetch.rows[-1].column == "final grade override"
    first = fetch.rows[0]
    assert (first.column, first.posted_at) == ("Essay", at("2026-09-10T10:00:00"))
    assert [row.changed_by for row in fetch.rows] == [
        *(canvas.handles.handle(DEE), None, None),
        canvas.handles.handle(TESS),
    ]
    assert [row.automatic for row in fetch.rows] == [False, True, False, False]
    assert canvas.handles.calls == 1


def change(
    name: str, student: int, grader: int | None, before: str | None, after: str | None, **more: object
) -> dict[str, object]:
    """Return one line of the log."""
    links = {"assignment": 70, "course": COURSE, "student": student, "grader": grader}
    graded = {"grade_before": before, "grade_after": after}
    return {"id": name, "created_at": "2026-09-12T10:00:00Z", **graded, "links": links, **more}


@pytest.mark.parametrize("status", [401, 403])
def test_a_missing_right_to_the_log_is_named(pair: Pair, status: int) -> None:
    canvas, classroom = pair
    canvas.answers |= {f"{COURSE_PATH}/enrollments": [], AUDIT: status}
    fetch = classroom.read_mark_changes(SECTION)
    assert (fetch.rows, fetch.complete) == ((), False)
    assert "view change logs" in fetch.findings[0].fix


def engaged(canvas: ScriptedCanvas) -> None:
    """Let Ann do one thing of every kind."""
    attempts = [
        {"submitted_at": "2026-09-08T10:00:00Z", "submission_type": "online_upload", "attempt": 1},
        {"submitted_at": "2026-09-09T10:00:00Z", "submission_type": "online_upload", "attempt": 2},
        {"submitted_at": None, "submission_type": None},
    ]
    essay = {
        "id": 1,
        "assignment_id": 70,
        "user_id": 1,
        "submitted_at": "2026-09-09T10:00:00Z",
        "submission_type": "online_upload",
        "submission_history": attempts,
    }
    quiz = {
        "id": 2,
        "assignment_id": 71,
        "user_id": 1,
        "submitted_at": "2026-09-07T10:00:00Z",
        "submission_type": "online_quiz",
    }
    views = [page_view("v1", "2026-09-11T10:00:00Z"), page_view("v2", "2026-09-11T11:00:00Z", course=999)]
    canvas.answers |= {
        f"{COURSE_PATH}/students/submissions": [essay, quiz, {"id": 3, "assignment_id": 72, "user_id": 1}],
        f"{COURSE_PATH}/quizzes": [{"id": 60, "assignment_id": 71}, {"id": 61, "quiz_type": "practice_quiz"}],
        f"{COURSE_PATH}/quizzes/61/submissions": {
            "quiz_submissions": [
                {"id": 7, "user_id": 1, "started_at": "2026-09-06T10:00:00Z", "finished_at": None},
                {"id": 8, "user_id": 2, "started_at": "2026-09-06T10:00:00Z"},
            ]
        },
        f"{COURSE_PATH}/discussion_topics": [{"id": 80, "discussion_subentry_count": 1}],
        f"{COURSE_PATH}/discussion_topics/80/view": {"view": [entry(11, 1, "2026-09-10T10:00:00Z")]},
        "/api/v1/users/1/page_views": views,
        "/api/v1/users/1": {"id": 1, "last_login": "2026-09-12T10:00:00Z"},
    }


def test_r99_engagement_holds_every_attempt_and_keeps_clicks_apart(pair: Pair) -> None:
    canvas, classroom = pair
    engaged(canvas)
    read = classroom.read_engagement(SECTION, canvas.handles.handle(ANN))
    assert (read.complete, read.system) == (True, "canvas")
    assert [(event.kind, event.at) for event in read.events] == [
        (EngagementKind.ASSESSMENT, at("2026-09-06T10:00:00")),
        (EngagementKind.ASSESSMENT, at("2026-09-07T10:00:00")),
        (EngagementKind.SUBMISSION, at("2026-09-08T10:00:00")),
        (EngagementKind.SUBMISSION, at("2026-09-09T10:00:00")),
        (EngagementKind.DISCUSSION, at("2026-09-10T10:00:00")),
        (EngagementKind.PAGE_VIEW, at("2026-09-11T10:00:00")),
        (EngagementKind.LOGIN, at("2026-09-12T10:00:00")),
    ]


@pytest.mark.parametrize(
    "path",
    [
        f"{COURSE_PATH}/students/submissions",
        f"{COURSE_PATH}/quizzes/61/submissions",
        f"{COURSE_PATH}/discussion_topics/80/view",
        "/api/v1/users/1/page_views",
    ],
)
def test_r99_engagement_is_complete_only_if_every_part_was(pair: Pair, path: str) -> None:
    canvas, classroom = pair
    engaged(canvas)
    canvas.answers[path] = 403
    read = classroom.read_engagement(SECTION, canvas.handles.handle(ANN))
    assert not read.complete
    assert read.events


def test_a_removed_or_unknown_student_is_never_shown_as_having_done_nothing(pair: Pair) -> None:
    canvas, classroom = pair
    canvas.roll(enrolled(1, ANN), enrolled(3, CID, state="deleted"))
    for one in (CID, DEE):
        read = classroom.read_engagement(SECTION, canvas.handles.handle(one))
        assert (read.events, read.complete) == ((), False)


def test_no_record_or_finding_names_anybody(pair: Pair) -> None:
    canvas, classroom = pair
    engaged(canvas)
    shown = classroom.read_engagement(SECTION, canvas.handles.handle(ANN)).model_dump_json()
    for fetch in (
        classroom.read_contributions(SECTION),
        classroom.read_last_access(SECTION),
        classroom.read_activity(SECTION),
        classroom.read_uses(SECTION),
        classroom.read_mark_changes(SECTION),
    ):
        shown += fetch.model_dump_json()
    assert [word for word in planted_words() if word in shown] == []
