"""Insights on a campus that teaches, over real sockets: what was planted is found, and each reader sees their own."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agents.insights import Insights
from domain.errors import AccessDenied, ConfigurationError
from domain.ids import PrincipalId, RunId, SisPersonId
from domain.principals import Principal, PrincipalKind, Role
from evals.campus import Trial, install
from graphs.course_insights import ANSWERED, CourseInsights, InsightsRequest, thread_of
from graphs.insights_weekly import INSIGHTS_AGENT, WRITTEN
from graphs.reports import RunState
from service.insights_report import GRADES, LIFTS, PAGE, write_insights
from simulator.campus import Campus

AS_OF = datetime(2026, 12, 8, 14, tzinfo=UTC)
ASKED = "BUS, ART, ECON, EDUC"


def reader(role: Role, name: str = "", **more: object) -> Principal:
    return Principal.model_validate(
        {"id": PrincipalId(name or role.value), "kind": PrincipalKind.PERSON, "roles": frozenset({role}), **more}
    )


DESIGNER = reader(Role.INSTRUCTIONAL_DESIGNER)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    campus = Campus.build(students=100, seed=3, learning="planted", as_of=AS_OF)
    with campus, install(campus, tmp_path_factory.mktemp("insights")) as installed:
        yield installed


def ask(trial: Trial, asked: str, who: Principal) -> Insights:
    return CourseInsights(trial.provost).ask(InsightsRequest(asked=asked, term=trial.term, reader=who))


@pytest.fixture(scope="module")
def found(trial: Trial) -> Insights:
    return ask(trial, ASKED, DESIGNER)


def planted(trial: Trial, kind: str) -> dict:
    items = trial.campus.answer_key()["learning"]
    (item,) = [one for one in items if one["kind"] == kind]
    return item


def test_s108_the_planted_resource_is_found_and_its_neutral_neighbour_is_not(trial: Trial, found: Insights) -> None:
    item = planted(trial, "helpful resource")
    assert [(str(one.section), one.title) for one in found.found] == [(item["keys"]["sisSectionId"], item["helpful"])]
    (lift,) = found.found
    assert lift.low < 12 < lift.high
    neutral = [one for one in found.lifts if one.title == item["neutral"]]
    assert [one.stands for one in neutral] == [False]
    assert found.too_small > 0


def test_s109_the_planted_quiet_class_is_found_and_no_other(trial: Trial, found: Insights) -> None:
    item = planted(trial, "low engagement despite resources")
    assert [str(one.section) for one in found.quiet] == [item["keys"]["sisSectionId"]]
    assert found.quiet[0].next_step


def test_s107_a_designer_sees_no_names_and_no_handles(trial: Trial, found: Insights) -> None:
    text = found.model_dump_json()
    assert "per_" not in text
    people = trial.campus.banner.persons.values()
    assert not any(one.banner_id in text or f"{one.first} {one.last}" in text for one in people)


def test_r29_small_cells_are_hidden_with_enough_others_that_none_can_be_worked_out(found: Insights) -> None:
    for table in found.numbers:
        shown = [value for value in table.rows.values() if value is not None]
        assert all(value >= found.smallest or value == 0 for value in shown)
        assert len(table.rows) - len(shown) != 1 or table.hidden_because


def test_s224_who_asked_about_whom_is_on_record(trial: Trial, found: Insights) -> None:
    assert found.classes
    entries = [json.loads(line) for line in trial.provost.ledger.export(run=thread_of(DESIGNER))]
    answered = [entry for entry in entries if entry["kind"] == ANSWERED]
    assert answered[0]["body"]["classes"] == found.classes


def test_s106_a_chair_sees_the_department_and_no_other(trial: Trial) -> None:
    chair = reader(Role.DEPARTMENT_CHAIR, scopes=frozenset({"department:BUS"}))
    own = ask(trial, "BUS", chair)
    assert {row.department for row in own.adoption} == {"BUS"}
    mixed = ask(trial, "BUS, ECON", reader(Role.DEPARTMENT_CHAIR, "chair2", scopes=frozenset({"department:BUS"})))
    assert {row.department for row in mixed.adoption} == {"BUS"}
    with pytest.raises(AccessDenied):
        ask(trial, "ECON", chair)


def test_s106_an_instructor_sees_the_own_section_only(trial: Trial) -> None:
    sections = [one for one in trial.provost.sis.read_sections(trial.term).rows if one.department == "ECON"]
    teacher = SisPersonId(sections[0].instructors[0].sis_id)
    own = {str(one.key) for one in sections if teacher in {each.sis_id for each in one.instructors}}
    handle = trial.provost.identities.handles([teacher])[teacher]
    asked = ask(trial, "ECON", reader(Role.INSTRUCTOR, person=handle))
    assert 0 < asked.classes == len(own) < len(sections)
    assert {str(one.section) for one in asked.engagement} <= own


@pytest.mark.parametrize("role", [Role.STUDENT, Role.ADVISOR, Role.INSTRUCTIONAL_TECHNOLOGY])
def test_everybody_else_is_refused_and_the_refusal_is_on_record(trial: Trial, role: Role) -> None:
    stranger = reader(role, f"stranger-{role}")
    with pytest.raises(AccessDenied):
        ask(trial, "BUS", stranger)
    entries = [json.loads(line) for line in trial.provost.ledger.export(run=thread_of(stranger))]
    assert {entry["kind"] for entry in entries} == {"denied"}


def test_r21_a_chair_asks_no_more_about_a_class_that_ended_long_ago(trial: Trial) -> None:
    with pytest.raises(AccessDenied):
        ask(trial, "ART", reader(Role.DEPARTMENT_CHAIR, "late", scopes=frozenset({"department:ART"})))


def test_a_name_that_nothing_answers_to_is_said(trial: Trial) -> None:
    with pytest.raises(ConfigurationError):
        ask(trial, "ALCHEMY", DESIGNER)


def test_the_report_is_a_page_with_its_plots(found: Insights, tmp_path: Path) -> None:
    written = write_insights(found.model_copy(update={"smallest_chart": 2}), tmp_path)
    assert [path.name for path in written] == [PAGE, GRADES, LIFTS]
    assert all(path.read_bytes()[:4] == b"\x89PNG" for path in written[1:])
    page = written[0].read_text(encoding="utf-8")
    for words in (found.found[0].title, "comparisons stand", "that it causes them is not shown", f"]({GRADES})"):
        assert words in page


@pytest.mark.slow
def test_s108_s109_nothing_is_found_on_a_campus_where_nothing_was_planted(tmp_path: Path) -> None:
    campus = Campus.build(students=100, seed=3, learning="clean", as_of=AS_OF)
    with campus, install(campus, tmp_path / "clean") as clean:
        found = ask(clean, ASKED, DESIGNER)
        assert len(found.engagement) > 5
        assert (found.found, found.quiet) == ((), ())


def test_each_week_the_agent_writes_a_file_that_is_on_record_and_names_nobody(trial: Trial) -> None:
    provost = trial.provost
    report = provost.work_from("course_insights", RunId("run_weekly000001"), {"term": trial.term, "at": "x"})
    assert report is not None
    assert (report.state, report.counts["classes"] > 20) == (RunState.CLEAN, True)
    (file,) = (provost.settings.home / "insights").iterdir()
    content = file.read_bytes()
    entries = [json.loads(line) for line in provost.ledger.export(run="run_weekly000001")]
    (written,) = [entry for entry in entries if entry["kind"] == WRITTEN]
    assert written["body"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert Insights.model_validate_json(content).lifts
    people = trial.campus.banner.persons.values()
    text = content.decode("utf-8")
    assert not any(one.banner_id in text or f"{one.first} {one.last}" in text for one in people)
    assert "per_" not in text
    again = provost.work_from("course_insights", RunId("run_weekly000001"), {"term": trial.term, "at": "x"})
    assert again == report.model_copy(update={"ended_at": again.ended_at})


def test_s174_an_agent_without_the_scope_gets_no_numbers(trial: Trial) -> None:
    bare = INSIGHTS_AGENT.model_copy(update={"scopes": frozenset({"grade:aggregate"})})
    with pytest.raises(AccessDenied):
        ask(trial, ASKED, bare)
