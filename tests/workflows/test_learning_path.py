"""Learning paths over real sockets: what they name resolves in the LMS, and only those they are for see them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from agents.paths import Driver, LearningPath, View
from domain.errors import AccessDenied
from domain.ids import Crn, PrincipalId, RecordHandle, RunId, SectionKey, SisPersonId
from domain.principals import Principal, PrincipalKind, Role
from evals.campus import Trial, install
from graphs.learning_path import PathRequest, begin
from graphs.path_outcomes import RECOMMENDED, read_tried
from graphs.path_work import PathWork
from graphs.reports import RunState
from privacy.knowledge.folder import Head
from simulator.campus import Campus

AS_OF = datetime(2026, 10, 7, 14, tzinfo=UTC)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    campus = Campus.build(students=60, seed=7, learning="planted", as_of=AS_OF)
    with campus, install(campus, tmp_path_factory.mktemp("paths")) as installed:
        yield installed


def handle(trial: Trial, person: str) -> RecordHandle:
    sis = SisPersonId(person)
    return trial.provost.identities.handles([sis])[sis]


@pytest.fixture(scope="module")
def seat(trial: Trial) -> tuple[RecordHandle, SectionKey]:
    """A student who stopped working, and the class."""
    items = trial.campus.answer_key()["learning"]
    (item, *_) = [one for one in items if one["kind"] == "disengaged"]
    key = SectionKey.parse(item["keys"]["sisSectionId"])
    assert key is not None
    return handle(trial, item["keys"]["bannerId"]), key


def someone(role: Role, person: RecordHandle | None, name: str = "") -> Principal:
    return Principal(
        id=PrincipalId(name or role.value), kind=PrincipalKind.PERSON, roles=frozenset({role}), person=person
    )


def advisor_of(trial: Trial, person: RecordHandle) -> Principal:
    student = trial.provost.identities.person(person)
    found = trial.provost.readers.relationships.read_advisors(student).rows
    return someone(Role.ADVISOR, handle(trial, found[0]))


def teacher_of(trial: Trial, key: SectionKey) -> Principal:
    section = trial.provost.sis.read_section(key)
    assert section is not None
    return someone(Role.INSTRUCTOR, handle(trial, section.instructors[0].sis_id))


def show(trial: Trial, who: Principal, seat: tuple[RecordHandle, SectionKey], view: View) -> LearningPath:
    return PathWork(trial.provost).show(who, seat[0], seat[1], view)


def test_s93_s158_a_student_who_stopped_is_shown_things_that_the_lms_has(
    trial: Trial, seat: tuple[RecordHandle, SectionKey]
) -> None:
    path = show(trial, someone(Role.STUDENT, seat[0]), seat, View.STUDENT)
    assert path.recommendations
    room = trial.provost.readers.classroom
    assert room is not None
    offered = {one.id: one for one in room.read_resources(seat[1]).rows}
    for one in path.recommendations:
        assert offered[one.resource].published
        assert offered[one.resource].url == one.url
        assert urlsplit(one.url).scheme == "https"


def test_s210_the_instructor_sees_it_without_the_students_history(
    trial: Trial, seat: tuple[RecordHandle, SectionKey]
) -> None:
    path = show(trial, teacher_of(trial, seat[1]), seat, View.INSTRUCTOR)
    assert path.recommendations
    assert {"past courses", "programme"} <= set(path.not_known)


def test_r21_the_assigned_advisor_sees_it_and_nobody_else(trial: Trial, seat: tuple[RecordHandle, SectionKey]) -> None:
    own = advisor_of(trial, seat[0])
    assert "past courses" not in show(trial, own, seat, View.INSTRUCTOR).not_known
    others = [one.student.banner_id for one in trial.campus.banner.advising.values()]
    other = next(handle(trial, each) for each in others if handle(trial, each) != seat[0])
    for role, person in (
        (Role.STUDENT, other),
        (Role.ADVISOR, other),
        (Role.INSTRUCTOR, other),
        (Role.REGISTRAR, None),
        (Role.DEPARTMENT_CHAIR, None),
        (Role.INSTRUCTIONAL_DESIGNER, None),
    ):
        with pytest.raises(AccessDenied):
            show(trial, someone(role, person, f"stranger-{role}"), seat, View.STUDENT)
    with pytest.raises(AccessDenied):
        show(trial, someone(Role.STUDENT, seat[0]), seat, View.INSTRUCTOR)


def test_s172_an_advisors_note_proposes_a_message_that_waits_for_the_advisor(
    trial: Trial, seat: tuple[RecordHandle, SectionKey]
) -> None:
    values = {"section": str(seat[1]), "person": seat[0], "driver": "note"}
    request = begin(RunId("run_path00001"), values)
    assert request is not None
    report = trial.provost.work(request)
    assert (report.state, report.proposed, report.outcomes.applied) == (RunState.WAITING, 1, 0)
    (held,) = report.held
    assert held.approver_role == "advisor"
    (view,) = trial.provost.inbox(advisor_of(trial, seat[0]))
    assert view.id == held.approval_id
    entries = [json.loads(line) for line in trial.provost.ledger.export(run="run_path00001")]
    read = [one for one in entries if one["kind"] == "read"]
    assert {one["actor"] for one in read} == {"agent:learning_path"}


def test_the_driver_is_told_and_an_event_without_a_student_is_passed(
    trial: Trial, seat: tuple[RecordHandle, SectionKey]
) -> None:
    request = PathRequest(
        run=RunId("run_path00002"),
        term=seat[1].term,
        section=str(seat[1]),
        person=seat[0],
        driver=Driver.RISK,
        dry_run=True,
    )
    report = trial.provost.work(request)
    assert report.outcomes.applied == 0
    assert report.outcomes.held == 1
    kinds = {json.loads(line)["kind"] for line in trial.provost.ledger.export(run="run_path00002")}
    assert RECOMMENDED not in kinds
    assert begin(RunId("run_path00003"), {"section": str(seat[1])}) is None


def test_s97_what_was_recommended_is_kept_sealed_and_read_back(
    trial: Trial, seat: tuple[RecordHandle, SectionKey]
) -> None:
    path = show(trial, someone(Role.STUDENT, seat[0]), seat, View.STUDENT)
    tried = list(read_tried(trial.provost, *seat))
    assert {one.resource for one in path.recommendations} <= {one.resource for one in tried}
    other = SectionKey(seat[1].term, Crn("99999"))
    assert list(read_tried(trial.provost, seat[0], other)) == []
    lines = [json.loads(line) for line in trial.provost.ledger.export(person=seat[0])]
    bodies = [one["body"] for one in lines if one["kind"] == RECOMMENDED]
    assert bodies
    assert not any(one.resource in json.dumps(bodies) for one in path.recommendations)


def test_s161_passages_are_cited_where_the_knowledge_base_is_open(
    trial: Trial, seat: tuple[RecordHandle, SectionKey], tmp_path: Path
) -> None:
    reader = someone(Role.STUDENT, seat[0])
    first = show(trial, reader, seat, View.STUDENT)
    assert first.citations == ()
    title = f"{first.recommendations[0].module} {first.recommendations[0].title}"
    (tmp_path / "help.md").write_text(f"# How to use {title}\n\nOpen {title} before the work that is due.\n")
    head = Head.model_validate({"access": "public", "person_free": True})
    registrar = someone(Role.REGISTRAR, None)
    report = trial.provost.knowledge.ingest_folder(tmp_path, "help", head, registrar)
    assert report.added == 1, report.refused
    cited = show(trial, reader, seat, View.STUDENT).citations
    assert any("folder:help" in one for one in cited)
