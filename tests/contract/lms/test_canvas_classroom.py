"""Work and course grades of classes from Canvas: own section, whole or said not to be, nobody named (R85 to R90)."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.learning import WorkKind
from tests.tools.people import ANN, BOB, CID, TESS, planted_words
from tests.tools.scripted_canvas import (
    CANVAS_SECTION,
    COURSE_PATH,
    GRADES,
    OTHER_CANVAS_SECTION,
    SECTION,
    SECTION_PATH,
    ScriptedCanvas,
    at,
    enrolled,
    scripted_canvas,
)
from tests.tools.wire_server import Reply
from tools.lms.canvas.classroom import CanvasClassroom

Pair = tuple[ScriptedCanvas, CanvasClassroom]
SUBMISSIONS = f"{SECTION_PATH}/students/submissions"


@pytest.fixture
def pair() -> Iterator[Pair]:
    with scripted_canvas() as opened:
        opened[0].roll(
            enrolled(1, ANN), enrolled(2, BOB, state="inactive"), enrolled(9, TESS, kind="TeacherEnrollment")
        )
        yield opened


def submission(number: int, user: int | None = 1, **more: object) -> dict[str, object]:
    """Return a submission that nothing was done about."""
    blank = {"submitted_at": None, "graded_at": None, "posted_at": None, "score": None, "excused": None}
    return {"id": number, "assignment_id": 70, "user_id": user, **blank, **more}


def test_assignments_come_with_the_dates_of_the_section_and_weights_only_where_groups_are_weighed(pair: Pair) -> None:
    canvas, classroom = pair
    own = {"set_type": "CourseSection", "set_id": CANVAS_SECTION, "due_at": "2026-09-12T03:59:59Z"}
    other = {"set_type": "CourseSection", "set_id": OTHER_CANVAS_SECTION, "due_at": "2026-09-19T03:59:59Z"}
    canvas.answers |= {
        f"{COURSE_PATH}/assignment_groups": [{"id": 5, "name": "Homework", "group_weight": 12.5}],
        COURSE_PATH: {"id": 501, "apply_assignment_group_weights": True},
        f"{COURSE_PATH}/assignments": [
            {
                "id": 70,
                "name": "Essay",
                "points_possible": 0.1,
                "grading_type": "points",
                "submission_types": ["online_upload"],
                "assignment_group_id": 5,
                "due_at": "2026-09-10T03:59:59Z",
                "all_dates": [{"base": True, "due_at": "2026-09-10T03:59:59Z"}, other, own],
                "post_manually": True,
            },
            {"id": 71, "submission_types": ["online_quiz"], "omit_from_final_grade": True, "published": False},
            {"id": 72, "submission_types": ["discussion_topic"], "points_possible": None},
            {"id": 73, "submission_types": ["external_tool"], "name": "Roll Call Attendance"},
            {"id": 74, "submission_types": ["on_paper"], "grading_type": "not_graded"},
            {"id": 75, "submission_types": ["none"], "only_visible_to_overrides": True, "all_dates": [other]},
            {"id": 76},
        ],
    }
    fetch = classroom.read_assignments(SECTION)
    assert (fetch.complete, fetch.findings) == (True, ())
    assert [(row.id, row.kind) for row in fetch.rows] == [
        (70, WorkKind.ASSIGNMENT),
        (71, WorkKind.QUIZ),
        (72, WorkKind.DISCUSSION),
        (73, WorkKind.ATTENDANCE),
        (74, WorkKind.NOT_GRADED),
        (76, WorkKind.UNKNOWN),
    ]
    essay, quiz, talk = fetch.rows[:3]
    assert (essay.due_at, essay.points) == (at("2026-09-12T03:59:59"), Decimal("0.1"))
    assert (essay.weight, essay.group, essay.posted_by_hand) == (Decimal("12.5"), "Homework", True)
    assert (quiz.counts, quiz.published, talk.points, talk.counts) == (False, False, None, True)
    canvas.answers[COURSE_PATH] = {"id": 501, "apply_assignment_group_weights": False}
    assert {row.weight for row in classroom.read_assignments(SECTION).rows} == {None}


def test_r89_work_not_done_is_not_zero_and_excused_work_is_neither_missing_nor_marked(pair: Pair) -> None:
    canvas, classroom = pair
    canvas.answers[SUBMISSIONS] = [
        submission(1, missing=True),
        submission(2, assignment_id=71, excused=True, graded_at="2026-09-09T10:00:00Z", grader_id=9),
        submission(3, assignment_id=72, score=0, graded_at="2026-09-09T10:00:00Z", grader_id=-72, attempt=1),
        submission(4, 2, score=17.35, graded_at="2026-09-09T10:00:00Z", posted_at="2026-09-10T10:00:00Z", late=True),
    ]
    fetch = classroom.read_submissions(SECTION)
    assert fetch.complete
    missed, excused, zero, marked = fetch.rows
    assert (missed.score, missed.missing, missed.submitted_at, missed.attempt) == (None, True, None, 0)
    assert (excused.score, excused.missing, excused.excused) == (None, False, True)
    assert (zero.score, zero.graded_by, zero.attempt) == (Decimal(0), None, 1)
    assert (marked.score, marked.late, marked.posted_at) == (Decimal("17.35"), True, at("2026-09-10T10:00:00"))
    assert [row.person for row in fetch.rows] == [canvas.handles.handle(one) for one in (ANN, ANN, ANN, BOB)]
    assert excused.graded_by == canvas.handles.handle(TESS)


def test_r90_only_students_of_the_section_itself_have_rows(pair: Pair) -> None:
    """The course of a cross-listed section holds the people of another; the test student is nobody."""
    canvas, classroom = pair
    canvas.roll(enrolled(1, ANN), enrolled(3, CID, state="deleted"), enrolled(8, None, kind="StudentViewEnrollment"))
    canvas.answers[SUBMISSIONS] = [submission(1), submission(2, 3), submission(3, 44), submission(4, 8)]
    fetch = classroom.read_submissions(SECTION)
    assert ([row.person for row in fetch.rows], fetch.complete) == ([canvas.handles.handle(ANN)], True)
    assert fetch.rows[0].section == SECTION


def test_everything_of_many_pages_comes_in_one_walk_with_one_call_for_handles(pair: Pair) -> None:
    canvas, classroom = pair
    canvas.page = 2
    canvas.answers[SUBMISSIONS] = [submission(number, assignment_id=number) for number in range(7)]
    fetch = classroom.read_submissions(SECTION)
    assert ([row.assignment for row in fetch.rows], fetch.complete) == (list(range(7)), True)
    assert canvas.paths() == [f"{SECTION_PATH}/enrollments"] * 2 + [SUBMISSIONS] * 4
    assert canvas.handles.calls == 1


def test_since_asks_twice_and_misses_neither_new_work_nor_new_marks(pair: Pair) -> None:
    canvas, classroom = pair
    rows = [
        submission(1, submitted_at="2026-09-15T10:00:00Z", graded_at="2026-09-16T10:00:00Z", score=9),
        submission(2, assignment_id=71, submitted_at="2026-09-15T10:00:00Z"),
        submission(3, assignment_id=72, submitted_at="2026-08-30T10:00:00Z", graded_at="2026-09-15T10:00:00Z", score=8),
        submission(4, assignment_id=73, submitted_at="2026-09-14T00:00:00Z"),
        submission(5, assignment_id=74, submitted_at="2026-08-30T10:00:00Z"),
    ]

    def answer(query: dict[str, list[str]]) -> list[dict[str, object]]:
        """Compare strictly and join by and, as Canvas does."""
        dates = {name: query[f"{name}_since"][0] for name in ("submitted", "graded") if f"{name}_since" in query}
        assert dates
        return [row for row in rows if all(str(row[f"{name}_at"] or "") > since for name, since in dates.items())]

    canvas.answers[SUBMISSIONS] = answer
    since = at("2026-09-14T00:00:00")
    assert sorted(row.assignment for row in classroom.read_submissions(SECTION, since).rows) == [70, 71, 72, 73]


def test_r86_scores_keep_their_digits_and_unposted_and_override_come_beside_them(pair: Pair) -> None:
    canvas, classroom = pair
    hidden = {**GRADES, "unposted_current_score": 61.1, "override_score": 92.35, "override_grade": "A-"}
    canvas.roll(enrolled(1, ANN, grades=hidden), enrolled(2, BOB, state="completed"))
    fetch = classroom.read_gradebook(SECTION)
    assert fetch.complete
    ann, bob = fetch.rows
    assert (ann.current_score, ann.final_score) == (Decimal("88.1"), Decimal("70.05"))
    assert (ann.unposted_current_score, ann.unposted_final_score) == (Decimal("61.1"), Decimal("70.05"))
    assert (ann.override_score, ann.override_letter, bob.override_score) == (Decimal("92.35"), "A-", None)


def test_r87_r89_letters_are_null_without_a_scheme_and_no_mark_is_no_score(pair: Pair) -> None:
    canvas, classroom = pair
    blank = dict.fromkeys(GRADES)
    canvas.roll(enrolled(1, ANN, grades={**GRADES, "current_grade": None, "final_grade": None}))
    (row,) = classroom.read_gradebook(SECTION).rows
    assert (row.current_letter, row.final_letter, row.graded) == (None, None, True)
    canvas.roll(enrolled(1, ANN, grades=blank))
    (row,) = classroom.read_gradebook(SECTION).rows
    assert (row.current_score, row.final_score, row.graded) == (None, None, False)


@pytest.mark.parametrize(
    ("grades", "rows", "said"),
    [(None, 0, "no course grade"), ({"current_score": 90, "final_score": 90}, 1, "no scores with unposted")],
)
def test_r86_grades_that_the_credential_may_not_see_are_not_taken_for_none(
    pair: Pair, grades: dict[str, object] | None, rows: int, said: str
) -> None:
    canvas, classroom = pair
    canvas.roll(enrolled(1, ANN, grades=grades))
    fetch = classroom.read_gradebook(SECTION)
    assert (len(fetch.rows), fetch.complete) == (rows, False)
    assert said in fetch.findings[0].message
    assert "view all grades" in fetch.findings[0].fix


@pytest.mark.parametrize(
    ("course", "account", "expected"),
    [
        ({"grading_standard_id": None}, [], False),
        ({"grading_standard_id": 0}, [], True),
        ({"grading_standard_id": 31}, [], True),
        ({"grading_standard_id": 32, "account_id": 7}, [{"id": 30}, {"id": 32}], True),
        ({"grading_standard_id": 33, "account_id": 7}, [{"id": 30}], None),
        ({}, [], None),
    ],
)
def test_r87_a_scheme_is_the_courses_own_or_its_accounts_and_otherwise_unknown(
    pair: Pair, course: dict[str, object], account: list[object], expected: bool | None
) -> None:
    canvas, classroom = pair
    canvas.answers |= {
        COURSE_PATH: {"id": 501, **course},
        f"{COURSE_PATH}/grading_standards/31": {"id": 31, "title": "Letters"},
        "/api/v1/accounts/7/grading_standards": account,
    }
    assert classroom.has_scheme(SECTION) is expected


def test_people_without_an_sis_id_are_left_out_and_counted(pair: Pair) -> None:
    canvas, classroom = pair
    canvas.roll(enrolled(1, ANN), enrolled(5, None), enrolled(6, None))
    canvas.answers[SUBMISSIONS] = [submission(1), submission(2, 5)]
    for fetch in (classroom.read_submissions(SECTION), classroom.read_gradebook(SECTION)):
        assert ([row.person for row in fetch.rows], fetch.complete) == ([canvas.handles.handle(ANN)], True)
        assert [each.message for each in fetch.findings] == ["2 students have no SIS id in Canvas and are left out."]


def test_where_no_student_shows_an_sis_id_the_credential_is_at_fault(pair: Pair) -> None:
    canvas, classroom = pair
    canvas.roll(enrolled(5, None), enrolled(6, None))
    fetch = classroom.read_gradebook(SECTION)
    assert (fetch.rows, fetch.complete) == ((), False)
    assert "SIS Data" in fetch.findings[0].fix


def test_r70_anonymous_work_is_said_and_belongs_to_nobody(pair: Pair) -> None:
    canvas, classroom = pair
    canvas.answers[SUBMISSIONS] = [submission(1), submission(2, None, assignment_id=71)]
    fetch = classroom.read_submissions(SECTION)
    assert (len(fetch.rows), fetch.complete) == (1, False)
    assert "1 submissions are graded anonymously" in fetch.findings[0].message


@pytest.mark.parametrize("status", [403, 429])
def test_r73_a_throttled_reading_is_repeated_and_whole(pair: Pair, status: int) -> None:
    canvas, classroom = pair
    canvas.answers[SUBMISSIONS] = [submission(1)]
    throttled = Reply(status, b"403 Forbidden (Rate Limit Exceeded)\n", {"Content-Type": "text/plain"})
    canvas.faults = [throttled, throttled]
    fetch = classroom.read_submissions(SECTION)
    assert (len(fetch.rows), fetch.complete, len(canvas.asked)) == (1, True, 4)


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_r70_what_canvas_refuses_makes_the_reading_incomplete_and_says_what_is_needed(pair: Pair, status: int) -> None:
    canvas, classroom = pair
    canvas.answers[SUBMISSIONS] = status
    fetch = classroom.read_submissions(SECTION)
    assert (fetch.rows, fetch.complete, len(fetch.findings)) == ((), False, 1)
    assert fetch.findings[0].fix
    assert fetch.findings[0].subject == "submissions of section 202680-10001"


def test_r70_a_list_that_breaks_off_keeps_what_came_and_is_not_complete(pair: Pair) -> None:
    canvas, classroom = pair
    canvas.page = 2
    broken = {"count": 0}

    def answer(query: dict[str, list[str]]) -> object:
        broken["count"] += 1
        return 500 if "page" in query else [submission(number, assignment_id=number) for number in range(5)]

    canvas.answers[SUBMISSIONS] = answer
    fetch = classroom.read_submissions(SECTION)
    assert (len(fetch.rows), fetch.complete) == (2, False)


def test_a_section_that_canvas_lacks_is_not_an_empty_one(pair: Pair) -> None:
    canvas, classroom = pair
    canvas.answers.clear()
    for fetch in (classroom.read_submissions(SECTION), classroom.read_assignments(SECTION)):
        assert (fetch.rows, fetch.complete) == ((), False)
        assert [each.message for each in fetch.findings] == ["Canvas has no such section."]
    assert classroom.has_scheme(SECTION) is None


def test_a_section_without_people_is_complete_and_empty(pair: Pair) -> None:
    canvas, classroom = pair
    canvas.roll()
    canvas.answers[SUBMISSIONS] = []
    assert (classroom.read_submissions(SECTION).complete, classroom.read_gradebook(SECTION).complete) == (True, True)


def test_since_is_a_moment_of_any_zone(pair: Pair) -> None:
    canvas, classroom = pair
    asked: list[str] = []
    canvas.answers[SUBMISSIONS] = lambda query: asked.append(query.get("graded_since", [""])[0]) or []
    classroom.read_submissions(SECTION, at("2026-09-14T00:00:00") + timedelta(seconds=0.5))
    assert asked[-1] == "2026-09-13T23:59:59Z"


def test_records_and_findings_name_nobody(pair: Pair) -> None:
    canvas, classroom = pair
    canvas.roll(enrolled(1, ANN), enrolled(5, None), enrolled(9, TESS, kind="TeacherEnrollment"))
    canvas.answers[SUBMISSIONS] = [submission(1, grader_id=9), submission(2, None)]
    shown = classroom.read_submissions(SECTION).model_dump_json() + classroom.read_gradebook(SECTION).model_dump_json()
    assert [word for word in (*planted_words(), "Walk In") if word in shown] == []
