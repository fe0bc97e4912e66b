"""Grade passback over stand-ins: what is attested is carried, once, and what the SIS did is told (R85 to R98)."""

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.errors import ApprovalRequired, ApprovalStale, ApproverNotAllowed, InvalidRecord
from domain.grade_holds import HoldState
from domain.grades import GradeColumn, GradeStage, InstructorEntry, MarkChange
from domain.ids import RecordHandle
from domain.principals import Role
from domain.records import GradeMode, RegistrationStatus
from graphs.desks.student_file import export_student
from graphs.grade_changes import ask_change, changes_asked
from graphs.grade_desk import GradeDesk
from graphs.reports import RunReport, RunState
from tests.graphs.grading_house import NOW, SECTION, GradingHouse, open_house

FINAL = GradeColumn.FINAL
GRADE_LINES = {"grade_hold", "grade_entry", "grade_receipt"}
pytestmark = pytest.mark.xdist_group("grade passback")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[GradingHouse]:
    opened = open_house(tmp_path)
    yield opened
    opened.close()


def desk(house: GradingHouse) -> GradeDesk:
    return GradeDesk(house.provost)


def attest(house: GradingHouse, column: GradeColumn = FINAL) -> str:
    """Have the instructor answer what is asked and attest what they see."""
    view = desk(house).sheet(house.teacher, SECTION, column)
    for question in view.looked.questions:
        desk(house).answer(house.teacher, question.id, HoldState.CONFIRMED, "I looked.")
    return desk(house).attest(house.teacher, SECTION, column, view.looked.sheet.hash).sheet_hash


def entry(person: RecordHandle, **said: Any) -> InstructorEntry:
    return InstructorEntry(person=person, **said)


def carry(house: GradingHouse) -> RunReport:
    """Send what is attested and have the registrar approve it."""
    report = house.run()
    house.approve(report)
    return house.again(report)


def test_r92_an_unattested_sheet_sends_nothing_and_asks_every_grader_once(house: GradingHouse) -> None:
    report = house.run()
    assert (report.state, house.sis.posted) == (RunState.CLEAN, [])
    assert report.counts["grades to carry"] == 12
    assert {one.recipient for one in house.lms.sent} == {house.teacher_handle, house.other_handle}
    house.run()
    assert len(house.lms.sent) == 2


def test_r98_no_message_or_ticket_says_who_got_what(house: GradingHouse) -> None:
    attest(house)
    house.sis.refuse.add(house.people[0])
    carry(house)
    assert len(house.lms.sent) == 2
    for one in house.lms.sent:
        assert not any(person in one.subject + one.body for person in house.people)
        assert not any(f" {letter} " in f" {one.body} " for letter in "ABCF")


def test_s88_r95_an_attested_sheet_is_carried_after_approval_and_read_back(house: GradingHouse) -> None:
    attest(house)
    report = house.run()
    assert (report.state, house.sis.posted) == (RunState.WAITING, [])
    assert [plan.approver_role for plan in report.held] == ["registrar"]
    house.approve(report)
    done = house.again(report)
    assert (done.state, done.outcomes.verified) == (RunState.CLEAN, 12 + 2)
    assert done.counts["grades accepted"] == 12
    assert done.counts["grades not shown"] == 0
    assert {one.final_letter for one in house.sis.options.values()} == {"A", "B", "C"}
    assert {one.attested_by for one in house.sis.posted} == {house.teacher_handle}
    receipts = house.provost.grading.receipts.of(SECTION, FINAL)
    assert {one.person for one in receipts} == set(house.people)


def test_r96_sending_again_sends_nothing(house: GradingHouse) -> None:
    attest(house)
    carry(house)
    again = house.run()
    assert (again.state, again.held, len(house.sis.posted)) == (RunState.CLEAN, (), 12)
    assert again.counts["grades held already"] == 12


@pytest.mark.parametrize("now", [None, "F"])
def test_r96_a_carried_grade_taken_out_by_hand_is_one_ticket_until_a_corrected_one_goes(
    house: GradingHouse, now: str | None
) -> None:
    attest(house)
    carry(house)
    who, options = house.people[0], house.sis.options
    options[who] = options[who].model_copy(update={"final_letter": now, "stage": GradeStage.ENTERED})
    house.run()
    house.run()
    (ticket,) = house.provost.casedesk.list_open()
    assert (ticket["person"], ticket["queue"], len(house.sis.posted)) == (who, "registrar", 12)
    assert ("is empty again" in ticket["body"], "another grade" in ticket["body"]) == (now is None, now is not None)
    if now is None:
        desk(house).enter(house.teacher, SECTION, FINAL, entry(who, letter="C"))
        attest(house)
        assert (carry(house).counts["grades accepted"], options[who].final_letter) == (1, "C")
        assert len(list(house.provost.casedesk.list_open())) == 1


def test_r92_a_word_on_another_sheet_is_refused(house: GradingHouse) -> None:
    view = desk(house).sheet(house.teacher, SECTION, FINAL)
    for seen in ("0" * 64, view.looked.sheet.hash[:11], ""):
        with pytest.raises(ApprovalStale):
            desk(house).attest(house.teacher, SECTION, FINAL, seen)


@pytest.mark.parametrize("who", ["registrar", "stranger", "masquerading"])
def test_r92_only_a_grader_attests(house: GradingHouse, who: str) -> None:
    people = {
        "registrar": house.registrar,
        "stranger": house.principal("sam", Role.INSTRUCTOR, house.people[0]),
        "masquerading": house.teacher.model_copy(update={"acting_as": "dean"}),
    }
    seen = desk(house).sheet(house.teacher, SECTION, FINAL).looked.sheet.hash
    with pytest.raises(ApproverNotAllowed):
        desk(house).attest(people[who], SECTION, FINAL, seen)


def test_r92_whoever_attested_may_not_approve_the_carrying(house: GradingHouse) -> None:
    attest(house)
    report = house.run()
    both = house.registrar.model_copy(update={"person": house.teacher_handle})
    with pytest.raises(ApproverNotAllowed, match="attested"):
        house.provost.answer(report.held[0].approval_id, both, "approve", plan_hash=report.held[0].plan_hash)


def test_r92_a_gradebook_edited_after_the_attestation_is_not_carried(house: GradingHouse) -> None:
    earlier = attest(house)
    house.lms.scores[house.people[1]][0] = Decimal(87)
    report = house.run()
    assert (report.held, report.counts["attested"], house.sis.posted) == ((), 0, [])
    assert attest(house) != earlier
    carry(house)
    assert len(house.sis.posted) == 12


def test_r95_partial_acceptance_keeps_receipts_tells_all_graders_and_is_sent_again(house: GradingHouse) -> None:
    attest(house)
    refused, locked = house.people[:2]
    house.sis.refuse.add(refused)
    house.sis.lock.add(locked)
    done = carry(house)
    assert (done.counts["grades accepted"], done.counts["grades not shown"]) == (10, 2)
    outcomes = {one.person: one.outcome.value for one in house.provost.grading.receipts.of(SECTION, FINAL)}
    assert (outcomes[refused], outcomes[locked]) == ("refused", "locked")
    told = [one for one in house.lms.sent if "10 of 12 accepted" in one.subject]
    assert {one.recipient for one in told} == {house.teacher_handle, house.other_handle}
    house.sis.refuse.clear()
    house.sis.lock.clear()
    again = carry(house)
    assert (again.counts["grades sent"], len(house.sis.posted)) == (2, 12)


def test_r75_a_grade_taken_and_not_shown_is_a_residual(house: GradingHouse) -> None:
    attest(house)
    house.sis.forget.add(house.people[3])
    done = carry(house)
    assert (done.state, done.counts["grades unknown"], done.counts["grades not shown"]) == (RunState.FAILED, 1, 1)
    assert any(finding.code == "R95" for finding in done.findings)


def test_s112_a_crash_between_applying_and_verifying_doubles_nothing(house: GradingHouse) -> None:
    attest(house)
    report = house.run()
    house.sis.crash_after = 1
    with pytest.raises(SystemError):
        house.approve(report)
    assert 0 < len(house.sis.posted) < 12 + 1
    house.close()
    house.start()
    house.provost.recover()
    done = house.again(report)
    assert (done.state, done.counts["grades accepted"]) == (RunState.CLEAN, 12)
    assert len({one.person for one in house.sis.posted}) == len(house.sis.posted) == 12
    assert len(house.lms.sent) == 2


def test_s86_s88_a_mistyped_mark_is_held_released_and_then_carried(house: GradingHouse) -> None:
    wrong = house.people[8]
    house.lms.scores[wrong][2] = Decimal(0)
    report = house.run()
    kept = house.provost.grading.holds.of(SECTION)
    assert [(one.hold.person, one.hold.seen, one.state) for one in kept if not one.hold.kind.question] == [
        (wrong, "0", HoldState.OPEN)
    ]
    assert "zero filled in" in kept[0].hold.cause
    assert report.counts["kept by S86"] == 1
    desk(house).answer(house.registrar, kept[0].hold.id, HoldState.RELEASED, "Nothing was handed in.")
    engaged = entry(wrong, last_engagement_on=NOW.date() - timedelta(days=20))
    desk(house).enter(house.teacher, SECTION, FINAL, engaged)
    attest(house)
    assert carry(house).counts["grades accepted"] == 12
    house.run()
    assert len(house.provost.grading.holds.of(SECTION)) == len(kept)


def test_s88_a_corrected_mark_goes_and_the_wrong_one_stays_held(house: GradingHouse) -> None:
    wrong = house.people[8]
    house.lms.scores[wrong][2] = Decimal(0)
    (hold,) = desk(house).sheet(house.teacher, SECTION, FINAL).looked.holds
    desk(house).answer(house.teacher, hold.id, HoldState.CORRECTED, "It was 97.")
    assert house.run().counts["kept by S86"] == 1
    house.lms.scores[wrong][2] = Decimal(97)
    assert house.run().counts["grades to carry"] == 12


def test_s87_a_question_is_asked_before_attesting_and_holds_nothing(house: GradingHouse) -> None:
    active = house.people[11]
    house.lms.scores[active] = [Decimal(31), Decimal(35), Decimal(33)]
    house.lms.views[active] = 900
    desk(house).enter(house.teacher, SECTION, FINAL, entry(active, last_engagement_on=NOW.date() - timedelta(days=10)))
    view = desk(house).sheet(house.teacher, SECTION, FINAL)
    assert [one.person for one in view.looked.questions] == [active]
    assert active in {line.person for line in view.looked.sheet.lines}
    with pytest.raises(ApprovalRequired, match="S87"):
        desk(house).attest(house.teacher, SECTION, FINAL, view.looked.sheet.hash)
    report = house.run()
    assert (report.counts["questions"], report.counts["holds"]) == (1, 0)
    attest(house)
    assert carry(house).counts["grades accepted"] == 12


def test_r80_r79_r84_who_gets_no_letter_from_here_keeps_what_they_have(house: GradingHouse) -> None:
    left, auditor, failed = house.people[:3]
    options = house.sis.options
    options[left] = options[left].model_copy(update={"status": RegistrationStatus.WITHDRAWN, "final_letter": "W"})
    options[auditor] = options[auditor].model_copy(update={"mode": GradeMode.AUDIT})
    house.lms.rows[failed] = {"current_letter": "F", "final_letter": "F"}
    attest(house)
    assert carry(house).counts["grades accepted"] == 9
    assert options[left].final_letter == "W"
    assert house.sis.options[left].final_letter == "W"
    assert house.sis.options[failed].final_letter is None


def test_e2_a_grade_that_differs_after_the_roll_is_a_ticket_and_never_a_write(house: GradingHouse) -> None:
    for person, one in house.sis.options.items():
        rolled = {"stage": GradeStage.ROLLED, "final_letter": "C" if person == house.people[0] else None}
        house.sis.options[person] = one.model_copy(update=rolled)
    report = house.run()
    assert (report.tickets, house.sis.posted) == (1, [])
    (ticket,) = house.provost.casedesk.list_open()
    assert (ticket["person"], ticket["queue"]) == (house.people[0], "registrar")
    house.run()
    assert len(list(house.provost.casedesk.list_open())) == 1


def test_e2_r98_a_grader_asks_for_a_change_after_the_roll_and_the_registrar_decides(house: GradingHouse) -> None:
    who, one = house.people[0], house.sis.options[house.people[0]]
    asked = entry(who, letter="B")
    with pytest.raises(InvalidRecord, match="can still be submitted"):
        ask_change(house.provost, house.teacher, SECTION, asked, "Recounted.")
    house.sis.options[who] = one.model_copy(update={"stage": GradeStage.ROLLED, "final_letter": "C"})
    with pytest.raises(ApproverNotAllowed):
        ask_change(house.provost, house.registrar, SECTION, asked, "Recounted.")
    ask_change(house.provost, house.teacher, SECTION, asked, "One page was never counted.")
    report = house.run(change_of=who)
    assert (report.tickets, report.proposed, house.sis.posted, house.lms.sent) == (1, 1, [], [])
    (ticket,) = house.provost.casedesk.list_open()
    assert (ticket["person"], ticket["queue"]) == (who, "registrar")
    assert "never counted" not in json.dumps(ticket)
    assert "provost grades changes" in ticket["body"]
    (seen,) = changes_asked(house.provost, house.registrar, SECTION)
    assert (seen.held, seen.letter, seen.reason, seen.by) == ("C", "B", "One page was never counted.", "ida")
    house.run()
    assert len(list(house.provost.casedesk.list_open())) == 1
    with pytest.raises(ApproverNotAllowed):
        changes_asked(house.provost, house.principal("sam", Role.INSTRUCTOR, who), SECTION)


def test_r26_a_students_file_holds_receipts_entries_and_holds_of_grades(house: GradingHouse) -> None:
    who = house.people[8]
    house.lms.scores[who][2] = Decimal(0)
    desk(house).enter(house.teacher, SECTION, FINAL, entry(house.people[1], letter="A"))
    house.run()
    attest(house)
    carry(house)
    of = {
        person: [json.loads(line) for line in export_student(house.provost, house.registrar, person)]
        for person in (who, house.people[1])
    }
    held = {person: {line["what"] for line in lines} & GRADE_LINES for person, lines in of.items()}
    assert held == {who: {"grade_hold"}, house.people[1]: {"grade_entry", "grade_receipt"}}
    (entered,) = [line for line in of[house.people[1]] if line["what"] == "grade_entry"]
    assert (entered["letter"], entered["section"]) == ("A", str(SECTION))
    (told,) = [line for line in of[house.people[1]] if line["what"] == "grade_receipt"]
    assert told["outcome"] == "accepted"


def test_r70_a_roster_that_did_not_come_whole_concludes_nothing(house: GradingHouse) -> None:
    house.sis.complete = False
    report = house.run()
    assert (report.state, report.proposed) == (RunState.STOPPED, 0)


def test_s88_marks_that_could_not_be_looked_at_stop_the_section(house: GradingHouse) -> None:
    house.lms.marks_complete = False
    report = house.run()
    assert report.counts["grades to carry"] == 12
    assert [finding.code for finding in report.findings if finding.code == "S88"] == ["S88"]
    with pytest.raises(ApprovalRequired, match="S88"):
        attest(house)


def test_a_column_whose_marking_changed_is_quarantined_until_somebody_looked(house: GradingHouse) -> None:
    house.run()
    house.lms.grading[1] = "pass_fail"
    report = house.run()
    assert any("way of marking changed" in finding.message for finding in report.findings)
    assert house.provost.grading.columns.quarantined(SECTION) == {2}
    (hold,) = [one.hold for one in house.provost.grading.holds.of(SECTION) if one.hold.person is None]
    desk(house).answer(house.teacher, hold.id, HoldState.CONFIRMED, "It is marked pass or fail from now on.")
    assert house.provost.grading.columns.quarantined(SECTION) == set()
    attest(house)
    assert carry(house).counts["grades accepted"] == 12


def test_a_posted_mark_that_a_stranger_changed_is_held(house: GradingHouse) -> None:
    change = MarkChange(
        person=house.people[2],
        column="Essay 1",
        before=Decimal(60),
        after=Decimal(82),
        changed_at=NOW - timedelta(days=1),
        changed_by=house.registrar_handle,
        posted_at=NOW - timedelta(days=9),
    )
    house.lms.changes.append(change)
    (hold,) = desk(house).sheet(house.teacher, SECTION, FINAL).looked.holds
    assert (hold.person, hold.kind.value) == (house.people[2], "late_change")
    assert "does not grade this section" in hold.reason


def test_r72_a_dry_run_writes_nothing_and_keeps_nothing(house: GradingHouse) -> None:
    attest(house)
    house.lms.scores[house.people[8]][2] = Decimal(0)
    report = house.run(dry_run=True)
    assert (house.sis.posted, house.lms.sent) == ([], [])
    assert house.provost.grading.holds.of(SECTION) == ()
    assert report.dry_run


def test_s32_in_phase_1_nothing_is_carried(tmp_path: Path) -> None:
    def lower(policy: dict) -> None:
        for rung in policy["ladder"]:
            if rung["match"].startswith("grades:"):
                rung["phase"] = 1

    house = open_house(tmp_path, spoil_policy=lower)
    attest(house)
    report = house.run()
    assert (report.outcomes.reported, report.held, house.sis.posted) == (12, (), [])
    house.close()
