"""From a detection to a plan: order, tickets, no record twice, nothing when stopped."""

from datetime import UTC, datetime

import pytest

from agents.roster import Detection, Preflight, propose
from agents.roster.tickets import marker_of
from domain.changes import CreateTicket
from domain.findings import DiscrepancyType as D
from domain.ids import PrincipalId, RunId, SisPersonId
from domain.plans import Plan
from domain.records import RegistrationStatus
from governance.actions import gate_order
from tests.agents.simulated import Directory
from tests.agents.world import NOW, TERM, World


def _plan(detection: Detection, **options: object) -> Plan:
    return propose(
        detection,
        run=RunId("run-1"),
        requested_by=PrincipalId("agent:roster"),
        made_at=NOW,
        **options,  # type: ignore[arg-type]
    )


def _messy() -> World:
    world = World()
    world.busy()
    section = world.section("10001")
    world.registers(world.person(1, account=False), section)
    leaver = world.person(2)
    world.registers(leaver, section, RegistrationStatus.DROPPED)
    world.enrolled(leaver, section)
    world.enrolled(world.person(3), section)
    renamed = world.person(4, account=False, prior_sis_ids=("A00000777",))
    world.account(SisPersonId("A00000777"), name="Zoë Muñoz 4", login="zm4")
    world.registers(renamed, section)
    world.registers(world.person(5), world.section("10002", in_lms=False, course_number="102"))
    return world


def test_r3_r52_the_plan_is_in_an_order_that_can_be_carried_out() -> None:
    kinds = [change.kind for change in _plan(_messy().detect()).changes]
    assert kinds == [
        "change_sis_id",
        "create_person",
        "create_course",
        "create_section",
        "enrol",
        "enrol",
        "deactivate",
        "create_ticket",
    ]
    assert kinds == sorted(kinds, key=gate_order)


def test_no_two_changes_touch_one_record() -> None:
    keys = [change.natural_key for change in _plan(_messy().detect()).changes]
    assert len(keys) == len(set(keys))


def test_the_same_campus_gives_the_same_plan_hash() -> None:
    assert _plan(_messy().detect()).plan_hash == _plan(_messy().detect()).plan_hash


@pytest.mark.parametrize("stopped", [True, False])
def test_s51_a_stopped_detection_proposes_nothing(stopped: bool) -> None:
    detection = _messy().detect().model_copy(update={"preflight": Preflight(stopped=stopped, reason="No.")})
    assert bool(_plan(detection).changes) is not stopped


def test_s253_a_ticket_asks_shows_and_names_nobody() -> None:
    world = _messy()
    plan = _plan(world.detect())
    (ticket,) = (change for change in plan.changes if isinstance(change, CreateTicket))
    found = next(each for each in world.found() if each.type is D.UNEXPECTED_ENROLLMENT)
    assert ticket.marker == marker_of(found)
    assert "The feed enrolled this student" in ticket.body
    assert "banner, registration 202680-10001 per_" in ticket.body
    assert "canvas, enrolment 202680-10001 per_" in ticket.body
    assert not any(secret in ticket.body + ticket.title for secret in ("Muñoz", "A00000003", "zm3"))


def test_s57_the_marker_of_a_disagreement_outlives_the_run() -> None:
    first, later = World(), World()
    for world in (first, later):
        world.busy()
        world.enrolled(world.person(3), world.section("10001"))
    found = first.found()[0]
    again = later.found()[0].model_copy(update={"detected_at": datetime(2026, 9, 30, tzinfo=UTC)})
    assert marker_of(found) == marker_of(again)
    assert first.directory is not later.directory


def test_an_empty_detection_is_an_empty_plan() -> None:
    assert _plan(Detection(term=TERM, detected_at=NOW)).changes == ()
    assert Directory().known == {}
