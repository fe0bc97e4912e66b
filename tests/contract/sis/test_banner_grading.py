"""Carrying attested grades to Banner through Ethos: the grader alone, and behind the gate."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.changes import PostGrade
from domain.errors import CredentialRejected, RecordLocked
from domain.grades import GradeOptions, GradeStage
from domain.ids import RunId, SisPersonId
from domain.images import Image
from domain.ports import Receipt
from governance.gate_report import ChangeOutcome
from simulator.banner.grade_rows import entry_guid
from simulator.banner.tables import Registration
from simulator.faults import FaultKind
from store.database import Database
from store.ledger import Ledger
from store.outbox import IntentState
from tests.contract.sis.grades_campus import GRADING_DAY, GradesCampus, open_grades_campus
from tests.governance.conftest import database, empty_url, folder, keyring, ledger, migrated, url
from tests.governance.house import House
from tests.governance.plans import plan_of
from tools.sis.banner.write import BannerGrader

__all__ = ["database", "empty_url", "folder", "keyring", "ledger", "migrated", "url"]
ATTENDED = date(2026, 10, 2)


@pytest.fixture(scope="module")
def shared() -> Iterator[GradesCampus]:
    with open_grades_campus(seed=13) as running:
        yield running


@pytest.fixture
def campus(shared: GradesCampus) -> Iterator[GradesCampus]:
    yield shared
    shared.campus.faults.clear()
    shared.campus.banner.refuses_with_200 = False
    shared.campus.banner.locks.clear()


@pytest.fixture
def house(campus: GradesCampus, database: Database, ledger: Ledger, tmp_path: Path) -> House:
    """The gate with Banner behind it."""
    house = House(database, ledger, tmp_path / "state")
    house.observers, house.writers = {"banner": campus.observer()}, {"banner": campus.grader()}
    return house.rebuild()


def ungraded(campus: GradesCampus, number: int = 1, mode: str = "standard") -> list[Registration]:
    """Undergraduates of a grade mode whom nobody graded yet."""
    return campus.rows(lambda row: row.mode == mode and row.section.course.number < "500")[:number]


def shown(campus: GradesCampus, row: Registration) -> GradeOptions:
    """What Banner holds of one student now."""
    found = campus.records().read_grade_options(campus.key_of(row)).rows
    return next(one for one in found if one.person == campus.handle_of(row))


def post(campus: GradesCampus, *changes: PostGrade) -> list[Receipt]:
    receipts = campus.grader().apply(changes)
    return [receipts[change.change_id] for change in changes]


def carried(house: House, *changes: PostGrade) -> list[ChangeOutcome]:
    """How each grade ended at the gate, once a registrar approved the plan."""
    plan = plan_of(*changes, topic="grades")
    return list(house.gate.apply(plan, RunId("run-1"), house.approve(plan)).outcomes)


def test_r95_a_grade_is_entered_once_and_verified(campus: GradesCampus, house: House) -> None:
    (row,), counted = ungraded(campus), campus.count_submissions()
    (outcome,) = carried(house, campus.change(row, "B+"))
    assert (outcome.state, outcome.reference) == (
        IntentState.VERIFIED,
        f"student-unverified-grades:{entry_guid(row.guid)}",
    )
    one = shown(campus, row)
    assert (one.final_letter, one.interim_letter, one.stage) == ("B+", None, GradeStage.ENTERED)
    assert len(counted) == 1


def test_r96_the_same_grade_again_changes_nothing(campus: GradesCampus, house: House) -> None:
    (row,) = ungraded(campus)
    change = campus.change(row, "A")
    post(campus, change)
    counted = campus.count_submissions()
    (receipt,) = post(campus, change)
    assert (receipt.accepted, receipt.message) == (True, "Banner already shows this.")
    assert [outcome.attempts for outcome in carried(house, change)] == [0]
    assert counted == []


def test_r94_s200_an_interim_grade_has_its_own_column_and_is_never_final(campus: GradesCampus) -> None:
    (row,) = ungraded(campus)
    campus.campus.clock.set(GRADING_DAY - timedelta(days=65))
    (receipt,) = post(campus, campus.change(row, "C", "interim"))
    campus.campus.clock.set(GRADING_DAY)
    one = shown(campus, row)
    assert receipt.accepted
    assert (one.interim_letter, one.final_letter, one.stage) == ("C", None, GradeStage.NOT_ENTERED)
    (receipt,) = post(campus, campus.change(row, "B"))
    one = shown(campus, row)
    assert (one.interim_letter, one.final_letter, one.stage) == ("C", "B", GradeStage.ENTERED)


def test_r93_r94_a_column_that_is_closed_refuses_with_banners_own_code(campus: GradesCampus) -> None:
    (row,) = ungraded(campus)
    (receipt,) = post(campus, campus.change(row, "C", "interim"))
    assert (receipt.accepted, receipt.uncertain) == (False, False)
    assert receipt.reference
    assert receipt.reference in receipt.message
    assert shown(campus, row).interim_letter is None


def test_a_locked_record_is_tried_again_and_then_entered(campus: GradesCampus, house: House) -> None:
    (row,), counted = ungraded(campus), campus.count_submissions()
    campus.campus.banner.locks[row.guid] = 5
    (outcome,) = carried(house, campus.change(row, "B-"))
    assert outcome.state is IntentState.VERIFIED
    assert outcome.attempts == 2
    assert len(counted) == 1


def test_a_record_that_stays_locked_is_no_refusal_and_hides_nobody_else(campus: GradesCampus, house: House) -> None:
    locked, free = ungraded(campus, 2)
    campus.campus.banner.locks[locked.guid] = 10_000
    changes = (campus.change(locked, "C"), campus.change(free, "C"))
    first, second = post(campus, *changes)
    assert (first.accepted, first.uncertain, second.accepted) == (False, True, True)
    assert first.message.startswith(RecordLocked.code)
    with pytest.raises(RecordLocked):
        campus.grader().apply(changes[:1])
    (outcome,) = carried(house, changes[0])
    assert (outcome.state, outcome.attempts) == (IntentState.REFUSED, 3)
    assert outcome.message.startswith(RecordLocked.code)


@pytest.mark.parametrize("with_200", [True, False])
def test_errors_in_the_answer_are_a_refusal_whatever_its_status(campus: GradesCampus, with_200: bool) -> None:
    campus.campus.banner.refuses_with_200 = with_200
    (row,), counted = ungraded(campus), campus.count_submissions()
    (receipt,) = post(campus, campus.change(row, "F"))
    assert (receipt.accepted, receipt.uncertain) == (False, False)
    assert receipt.message.startswith("PV207")
    assert receipt.reference
    assert counted == []
    assert shown(campus, row).final_letter is None


def test_r84_never_attended_and_a_date_displace_one_another(campus: GradesCampus) -> None:
    (row,) = ungraded(campus)
    failing = campus.change(row, "F", last_engagement_on=ATTENDED)
    assert post(campus, failing)[0].accepted
    assert campus.observer().observe([failing])[failing.change_id].fields["engaged_on"] == "2026-10-02"
    never = campus.change(row, "F", never_attended=True)
    assert post(campus, never)[0].accepted
    assert campus.observer().observe([never])[never.change_id].fields["engaged_on"] == "never"
    back = campus.change(row, "F", last_engagement_on=ATTENDED)
    assert post(campus, back)[0].message == ""
    image = campus.observer().observe([back])[back.change_id]
    assert image == Image(
        fields={
            "letter": "F",
            "stage": "entered",
            "engaged_on": "2026-10-02",
            "incomplete_default": "",
            "extension_on": "",
        }
    )


def test_r81_an_incomplete_carries_its_default_and_its_date(campus: GradesCampus, house: House) -> None:
    (row,) = ungraded(campus)
    wanted = Image(fields={"letter": "I", "incomplete_default": "C-", "extension_on": "2027-03-01"})
    terms = {"incomplete_default": "C-", "extension_on": date(2027, 3, 1), "after": wanted}
    (outcome,) = carried(house, campus.change(row, "I", **terms))
    assert outcome.state is IntentState.VERIFIED
    other, wrong = *ungraded(campus), {"incomplete_default": "P", "extension_on": date(2027, 3, 1)}
    (receipt,) = post(campus, campus.change(other, "I", **wrong))
    assert "incomplete_default" in receipt.message


def test_r95_of_thirty_grades_each_has_its_own_answer(campus: GradesCampus, house: House) -> None:
    rows, (pass_fail,) = ungraded(campus, 29), ungraded(campus, mode="passFail")
    counted = campus.count_submissions()
    changes = [campus.change(row, "B") for row in rows] + [campus.change(pass_fail, "B")]
    changes[3] = campus.change(rows[3], "F")
    changes[7] = campus.change(rows[7], "Z")
    campus.campus.banner.locks[rows[5].guid] = 2
    outcomes = carried(house, *changes)
    refused = {number for number, one in enumerate(outcomes) if one.state is IntentState.REFUSED}
    assert refused == {3, 7, 29}
    assert sum(one.state is IntentState.VERIFIED for one in outcomes) == 27
    assert len(counted) == len(set(counted)) == 27
    assert all(outcomes[number].message for number in refused)
    assert "R76" in outcomes[29].message


def test_a_lost_answer_is_settled_by_reading_back_with_one_submission(campus: GradesCampus, house: House) -> None:
    (row,), counted = ungraded(campus), campus.count_submissions()
    campus.fault(FaultKind.DROPPED_AFTER, method="POST", count=1)
    (outcome,) = carried(house, campus.change(row, "A-"))
    assert outcome.state is IntentState.VERIFIED
    assert len(counted) == 1
    assert len(set(counted)) == 1


def test_a_put_without_an_answer_is_not_repeated_either(campus: GradesCampus) -> None:
    (row,) = ungraded(campus)
    post(campus, campus.change(row, "C"))
    counted = campus.count_submissions()
    campus.fault(FaultKind.DROPPED_AFTER, method="PUT", count=1)
    (receipt,) = post(campus, campus.change(row, "C+"))
    assert (receipt.accepted, receipt.message) == (True, "The answer was lost; Banner holds the grade.")
    assert len(counted) == 1


def test_a_submission_that_never_arrived_is_sent_again_after_a_look(campus: GradesCampus, house: House) -> None:
    (row,), counted = ungraded(campus), campus.count_submissions()
    campus.fault(FaultKind.DROPPED_BEFORE, method="POST", count=1)
    (outcome,) = carried(house, campus.change(row, "A-"))
    assert (outcome.state, outcome.attempts) == (IntentState.VERIFIED, 2)
    assert len(counted) == 1


def test_r75_an_accepted_grade_that_does_not_show_is_never_called_done(campus: GradesCampus, house: House) -> None:
    (row,) = ungraded(campus)
    campus.fault(FaultKind.SILENT_NO_OP_WRITE, method="POST")
    (outcome,) = carried(house, campus.change(row, "B"))
    assert outcome.state is IntentState.UNVERIFIED


def test_r93_e2_a_rolled_grade_is_refused_unsent(campus: GradesCampus, house: House) -> None:
    (row,) = ungraded(campus)
    post(campus, campus.change(row, "B"))
    campus.campus.banner.grades[entry_guid(row.guid)].rolled = True
    assert shown(campus, row).stage is GradeStage.ROLLED
    counted = campus.count_submissions()
    (receipt,) = post(campus, campus.change(row, "A"))
    assert "change of grade" in receipt.message
    (outcome,) = carried(house, campus.change(row, "A", before=Image(fields={"letter": "B", "stage": "entered"})))
    assert outcome.state is IntentState.CONFLICT
    assert counted == []


def test_r97_a_grade_that_banner_took_meanwhile_wins(campus: GradesCampus, house: House) -> None:
    (row,) = ungraded(campus)
    post(campus, campus.change(row, "D"))
    (outcome,) = carried(house, campus.change(row, "A"))
    assert outcome.state is IntentState.CONFLICT
    assert shown(campus, row).final_letter == "D"


def test_r92_only_an_instructor_of_record_may_have_attested(campus: GradesCampus) -> None:
    (row,) = ungraded(campus)
    stranger = campus.handles.handle(SisPersonId(row.person.banner_id))
    (receipt,) = post(campus, campus.change(row, "A", attested_by=stranger))
    assert (receipt.accepted, shown(campus, row).final_letter) == (False, None)
    assert receipt.reference


def test_s223_the_reading_key_cannot_write(campus: GradesCampus) -> None:
    (row,) = ungraded(campus)
    with pytest.raises(CredentialRejected):
        BannerGrader(campus.reading, campus.desk()).apply([campus.change(row, "A")])
    assert shown(campus, row).final_letter is None


def test_submissions_go_under_a_path_of_their_own_where_the_tenant_has_one(campus: GradesCampus) -> None:
    (row,), change = ungraded(campus), None
    change = campus.change(row, "A")
    receipt = campus.grader(representations={}).apply([change])[change.change_id]
    assert receipt.accepted
    assert shown(campus, row).final_letter == "A"


def test_s228_receipts_name_nobody(campus: GradesCampus) -> None:
    rows = ungraded(campus, 3)
    receipts = post(campus, *[campus.change(row, letter) for row, letter in zip(rows, ("A", "F", "Z"), strict=True)])
    told = " ".join(receipt.model_dump_json() for receipt in receipts)
    for row in rows:
        assert row.person.banner_id not in told
        assert row.person.last not in told
