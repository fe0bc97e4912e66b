"""S219 to S221: of classes, what the scope file does not name is not asked for, and never looks like nothing."""

from collections.abc import Iterator, Sequence

import pytest

from domain.engagement import EngagementKind
from domain.errors import ConfigurationError
from domain.grades import GradebookRow
from domain.learning import ActivityDay, Contribution, Submission
from domain.learning_ports import Classroom
from domain.scope import COLLECTIONS, DataScope
from tests.tools.people import ANN, TESS
from tests.tools.scripted_canvas import (
    COURSE_PATH,
    SECTION,
    SECTION_PATH,
    ScriptedCanvas,
    at,
    enrolled,
    scripted_canvas,
)
from tools.lms.canvas.classroom import CanvasClassroom
from tools.scoped_classroom import ScopedClassroom

ALWAYS = {"users": ("name", "sortable_name", "login"), "enrollments": ("role", "state")}
NEEDED = {name: tuple(COLLECTIONS[name].needed) for name in ("submissions", "gradebook", "activity", "discussion")}
Pair = tuple[ScriptedCanvas, CanvasClassroom]


def scope_of(**collections: Sequence[str]) -> DataScope:
    """Return a scope with the collections that rosters need, and these."""
    named = {**ALWAYS, **collections}
    return DataScope(version=1, systems={"canvas": {name: tuple(fields) for name, fields in named.items()}})


@pytest.fixture
def pair() -> Iterator[Pair]:
    with scripted_canvas() as opened:
        canvas, _ = opened
        canvas.roll(enrolled(1, ANN), enrolled(9, TESS, kind="TeacherEnrollment"))
        work = {"id": 1, "assignment_id": 70, "user_id": 1, "score": 8, "grader_id": 9, "late": True}
        handed_in = {**work, "submitted_at": "2026-09-08T10:00:00Z", "graded_at": "2026-09-09T10:00:00Z"}
        canvas.answers |= {
            f"{SECTION_PATH}/students/submissions": [handed_in],
            f"{COURSE_PATH}/students/submissions": [handed_in],
            f"{COURSE_PATH}/quizzes": [],
            f"{COURSE_PATH}/discussion_topics": [],
            "/api/v1/users/1/page_views": [],
            "/api/v1/users/1": {"id": 1},
        }
        yield opened


def test_it_fits_the_port_that_workflows_know(pair: Pair) -> None:
    fits: Classroom = ScopedClassroom(pair[1], scope_of())
    assert fits.has_scheme(SECTION) is None


def test_what_is_out_of_scope_is_not_asked_for_and_never_empty(pair: Pair) -> None:
    canvas, classroom = pair
    scoped = ScopedClassroom(classroom, scope_of())
    for fetch in (
        scoped.read_submissions(SECTION, at("2026-09-01T00:00:00")),
        scoped.read_contributions(SECTION),
        scoped.read_activity(SECTION),
        scoped.read_last_access(SECTION),
        scoped.read_gradebook(SECTION),
        scoped.read_mark_changes(SECTION),
        scoped.read_uses(SECTION),
    ):
        assert (fetch.rows, fetch.complete, len(fetch.findings)) == ((), False, 1)
        assert "out of scope" in fetch.findings[0].message
    assert canvas.asked == []


def test_fields_out_of_scope_are_blank_and_those_in_scope_are_whole(pair: Pair) -> None:
    _, classroom = pair
    scoped = ScopedClassroom(classroom, scope_of(**NEEDED))
    (row,) = scoped.read_submissions(SECTION).rows
    assert (row.score, row.graded_by, row.late) == (None, None, True)
    (grades,) = scoped.read_gradebook(SECTION).rows
    assert (grades.current_letter, grades.final_letter) == (None, None)
    assert grades.current_score is not None
    assert not scoped.read_mark_changes(SECTION).complete
    whole = ScopedClassroom(classroom, scope_of(submissions=COLLECTIONS["submissions"].fields))
    assert whole.read_submissions(SECTION).rows == classroom.read_submissions(SECTION).rows


def test_r99_engagement_without_a_part_in_scope_is_not_complete_and_that_part_is_not_asked_for(pair: Pair) -> None:
    canvas, classroom = pair
    person = canvas.handles.handle(ANN)
    everything = {**NEEDED, "activity": ("views", "participations", "page_views")}
    assert ScopedClassroom(classroom, scope_of(**everything)).read_engagement(SECTION, person).complete
    asked = len(canvas.asked)
    read = ScopedClassroom(classroom, scope_of(**NEEDED)).read_engagement(SECTION, person)
    assert ([event.kind for event in read.events], read.complete) == ([EngagementKind.SUBMISSION], False)
    assert not any("page_views" in path or path == "/api/v1/users/1" for path in canvas.paths()[asked:])


def test_last_access_is_in_scope_with_the_enrolments(pair: Pair) -> None:
    scope = scope_of(enrollments=("role", "state", "last_activity_at"))
    assert ScopedClassroom(pair[1], scope).read_last_access(SECTION).complete


def test_a_system_that_is_not_named_is_refused(pair: Pair) -> None:
    with pytest.raises(ConfigurationError, match="canvas is not in scope"):
        ScopedClassroom(pair[1], DataScope(version=1, systems={}))


@pytest.mark.parametrize(
    ("collection", "record", "gates"),
    [
        ("submissions", Submission, set()),
        ("gradebook", GradebookRow, {"changes"}),
        ("activity", ActivityDay, {"page_views"}),
        ("discussion", Contribution, set()),
    ],
)
def test_every_field_of_a_record_is_named_in_the_scope_file(collection: str, record: type, gates: set[str]) -> None:
    keys = {"section", "person", "assignment", "day"}
    assert COLLECTIONS[collection].fields - gates == record.model_fields.keys() - keys


def test_what_can_be_left_out_can_be_left_blank() -> None:
    """Blank must mean unknown: no optional field may have a default that says something."""
    for name, record in (("submissions", Submission), ("gradebook", GradebookRow)):
        for field in COLLECTIONS[name].optional & record.model_fields.keys():
            assert record.model_fields[field].default is None
