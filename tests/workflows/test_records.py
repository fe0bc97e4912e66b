"""Whole records that somebody removed or renamed by hand: their work comes back, nothing blank is made (R4, R37)."""

from typing import Any

import pytest

from domain.findings import Discrepancy, DiscrepancyType, Handling
from domain.ports import FeedEvent
from evals.campus import Trial
from graphs.reports import RunReport
from tests.workflows.conftest import Start
from tests.workflows.exact import approve_all, assert_exact, assert_settled, two_people


@pytest.fixture
def trial(start: Start) -> Trial:
    return start(300, 2)


def planted(trial: Trial, what: str) -> dict[str, Any]:
    """The keys of the one thing of a kind that somebody did by hand."""
    (item,) = [one for one in trial.campus.answer_key()["real"] if one["operation"].get("what") == what]  # type: ignore[attr-defined]
    return dict(item["keys"])


def of_type(report: RunReport, kind: DiscrepancyType) -> Discrepancy:
    (one,) = [each for each in report.discrepancies if each.type is kind]
    return one


@pytest.mark.slow
def test_r4_an_id_held_by_a_deleted_account_is_offered_for_restoring_with_its_rows_after_it(trial: Trial) -> None:
    keys, canvas = planted(trial, "delete account"), trial.campus.canvas
    report = trial.reconcile()
    assert_exact(trial, report)
    found = of_type(report, DiscrepancyType.SIS_ID_HELD)
    assert (found.rule, found.handling) == ("R4", Handling.PROPOSE)
    deleted = canvas.user_by_sis(keys["bannerId"])
    assert deleted is not None
    assert deleted.workflow_state == "deleted"
    approve_all(trial, [each for each in report.held if "deleted accounts" in each.topic], two_people(trial))
    assert canvas.user_by_sis(keys["bannerId"]) is deleted
    assert deleted.workflow_state == "registered"
    trial.reconcile()
    assert any(row.workflow_state == "active" for row in canvas.enrollments_of_user(deleted.id))
    assert_settled(trial.reconcile())


@pytest.mark.slow
def test_r37_a_section_under_another_id_gets_its_own_back_and_no_blank_one_is_made(trial: Trial) -> None:
    keys, canvas = planted(trial, "retype section id"), trial.campus.canvas
    held_under = canvas.section_by_sis(keys["fromSisSectionId"])
    report = trial.reconcile()
    assert_exact(trial, report)
    found = of_type(report, DiscrepancyType.SECTION_RECREATED)
    assert (found.rule, found.handling) == ("R37", Handling.PROPOSE)
    assert (str(found.section), str(found.other_section)) == (keys["sisSectionId"], keys["fromSisSectionId"])
    assert canvas.section_by_sis(keys["sisSectionId"]) is None
    (answer,) = approve_all(trial, [each for each in report.held if "made anew" in each.topic], two_people(trial))
    assert answer.outcomes.verified == 1
    assert canvas.section_by_sis(keys["sisSectionId"]) is held_under
    trial.reconcile()
    assert_settled(trial.reconcile())


def test_r4_r37_a_live_event_makes_nothing_that_the_night_only_offers(trial: Trial) -> None:
    account, place = planted(trial, "delete account"), planted(trial, "retype section id")
    rows = trial.campus.banner.registrations.values()
    seats = [row for row in rows if row.section.key.term == trial.term and row.status.registered]
    theirs = next(row for row in seats if row.person.banner_id == account["bannerId"])
    there = next(row for row in seats if row.section.key.crn == place["crn"])
    kinds = [_look_at(trial, row.guid) for row in (theirs, there)]
    assert [DiscrepancyType.SIS_ID_HELD in kinds[0], DiscrepancyType.SECTION_RECREATED in kinds[1]] == [True, True]
    assert trial.campus.canvas.section_by_sis(place["sisSectionId"]) is None
    deleted = trial.campus.canvas.user_by_sis(account["bannerId"])
    assert deleted is not None
    assert deleted.workflow_state == "deleted"


def _look_at(trial: Trial, registration: str) -> set[DiscrepancyType]:
    """Run the event of one registration, and return what it found."""
    event = FeedEvent(
        event_id=f"event-{registration}",
        source="banner",
        resource="section-registrations",
        operation="replaced",
        resource_id=registration,
        published_at=trial.campus.clock.now(),
    )
    return {one.type for one in trial.provost.run_event(event).discrepancies}
