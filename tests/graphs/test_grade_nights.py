"""What begins a passback: a section by name, the weekly interim day, holds that wait; never the SIS's own echo."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.grade_holds import HoldState
from domain.grades import GradeColumn
from domain.ids import RunId
from graphs.grade_desk import GradeDesk
from graphs.workflows import begin_work, nightly_workflows
from service.nights import night_run
from tests.graphs.grading_house import SECTION, GradingHouse, open_house

INTERIM = [{"part": "full", "open_on": "2026-12-01", "freeze_on": "2026-12-18"}]
THURSDAY, FRIDAY = "2026-12-10T07:15:00+00:00", "2026-12-11T07:15:00+00:00"
pytestmark = pytest.mark.xdist_group("grade passback")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[GradingHouse]:
    opened = open_house(tmp_path, interim=INTERIM, interim_day="thursday")
    yield opened
    opened.close()


def night(house: GradingHouse, at: str) -> list[dict[str, str]]:
    return [dict(one) for one in house.provost.works_of_night("grade_passback", {"term": SECTION.term, "at": at})]


def test_a_notification_that_grades_changed_begins_nothing() -> None:
    event = {"resource": "student-unverified-grades", "operation": "replaced", "resource_id": "guid", "term": "202680"}
    assert begin_work("grade_passback", RunId("evt_1"), event) is None


def test_s200_interim_sections_are_looked_at_weekly_each_in_a_run_of_its_own(house: GradingHouse) -> None:
    assert "grade_passback" in nightly_workflows()
    (one,) = night(house, THURSDAY)
    assert (one["section"], one["column"]) == (str(SECTION), "interim")
    assert night(house, FRIDAY) == []
    request = begin_work("grade_passback", RunId("run_1"), one)
    assert request is not None
    assert (request.section, request.column) == (SECTION, GradeColumn.INTERIM)  # type: ignore[attr-defined]


def test_r94_s200_an_interim_grade_goes_to_its_own_column_each_week(house: GradingHouse) -> None:
    desk = GradeDesk(house.provost)
    seen = desk.sheet(house.teacher, SECTION, GradeColumn.INTERIM).looked.sheet.hash
    desk.attest(house.teacher, SECTION, GradeColumn.INTERIM, seen)
    report = house.run(column=GradeColumn.INTERIM)
    house.approve(report)
    assert house.again(report).counts["grades accepted"] == 12
    assert {one.grade_type for one in house.sis.posted} == {"interim"}
    assert {one.final_letter for one in house.sis.options.values()} == {None}


def test_r96_a_section_is_looked_at_each_night_for_some_time_after_its_final_grades_were_carried(
    house: GradingHouse,
) -> None:
    desk = GradeDesk(house.provost)
    seen = desk.sheet(house.teacher, SECTION, GradeColumn.FINAL).looked.sheet.hash
    desk.attest(house.teacher, SECTION, GradeColumn.FINAL, seen)
    report = house.run()
    assert night(house, FRIDAY) == []
    house.approve(report)
    house.again(report)
    (one,) = night(house, FRIDAY)
    assert (one["section"], one["column"]) == (str(SECTION), "final")
    vars(house.provost.clock)["_offset"] += timedelta(days=22)
    assert night(house, FRIDAY) == []


def test_s98_a_hold_nobody_answers_is_put_before_the_registrar_the_next_night(house: GradingHouse) -> None:
    house.lms.scores[house.people[8]][2] = house.lms.scores[house.people[8]][2] * 0  # type: ignore[operator]
    house.run()
    assert night(house, FRIDAY) == []
    vars(house.provost.clock)["_offset"] += timedelta(hours=30)
    (one,) = night(house, FRIDAY)
    house.provost.work_from("grade_passback", night_run("grade_passback", one), one)
    (ticket,) = house.provost.casedesk.list_open()
    assert "unanswered" in ticket["title"]
    assert "1 hold " in ticket["body"]
    assert ticket["person"] == ""
    (hold,) = [one for one in house.provost.grading.holds.of(SECTION) if one.state is HoldState.OPEN]
    GradeDesk(house.provost).answer(house.registrar, hold.hold.id, HoldState.RELEASED, "It is so.")
    assert night(house, FRIDAY) == []
