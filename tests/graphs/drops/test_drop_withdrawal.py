"""The drop workflow over a campus in memory: every standing, both sides of census, and a student who comes back."""

from datetime import date

import pytest

from agents.drop import FigureName, QuestionName, Standing
from domain.changes import Deactivate
from domain.drop_policy import ConductPractice, Population
from domain.errors import InvalidRecord
from domain.ids import Crn
from domain.lms import LmsState
from domain.records import RegistrationStatus
from tests.graphs.drops.campus import AFTER_CENSUS, BEFORE_CENSUS, CLASS, MATH, SIBLING, DropHouse, policy
from tests.graphs.drops.conftest import Build


def counts(standing: object) -> dict[str, int]:
    return dict(standing.values["found"].counts)  # type: ignore[attr-defined]


def test_s120_a_withdrawal_ends_access_and_asks_once_for_the_notice(house: DropHouse) -> None:
    house.leave()
    standing = house.hear()
    assert counts(standing) == {"left": 1}
    assert house.access() == "inactive"
    assert house.campus.messages == []
    (view,) = house.pending()
    assert (view.plan.topic, view.plan.approver_role, view.needed) == ("drop of a class", "registrar", 1)
    assert [change.kind for change in view.plan.changes] == ["send_message"]
    assert set(house.cases()) == {"withdrawal"}
    assert house.answer().over
    assert len(house.campus.messages) == 1


def test_r48_before_census_the_enrolment_is_deleted(build: Build) -> None:
    house = build(at=BEFORE_CENSUS)
    house.leave(RegistrationStatus.DROPPED)
    house.hear()
    assert house.access() == "deleted"
    intents = [one.as_change() for one in house.house.outbox.for_run("evt_00000001.dropwithdrawal")]
    assert [one.to for one in intents if isinstance(one, Deactivate)] == [LmsState.DELETED]
    figure = house.kept().statement.figure(FigureName.TRANSCRIPT)
    assert figure is not None
    assert figure.word == "no_record"


def test_s113_s114_r116_work_grade_and_engagement_are_read_and_kept_before_access_ends(house: DropHouse) -> None:
    seen: list[str | None] = []
    house.campus.on_write = lambda: seen.append(house.drops.engagement(house.student, "202680-10001"))
    house.leave()
    house.hear()
    assert seen
    assert seen[0] is not None
    said = house.kept().statement
    assert said.standing is Standing.READY
    shown = {name: said.figure(name) for name in (FigureName.SUBMITTED, FigureName.SCORE, FigureName.LAST_ENGAGEMENT)}
    assert {name.value: figure.number or figure.day for name, figure in shown.items() if figure} == {
        "submitted": 1,
        "score": pytest.approx(78.5),
        "last_engagement": date(2026, 9, 19),
    }


def test_the_instructor_hears_no_money_standing_or_population(house: DropHouse) -> None:
    house.books.populations = frozenset({Population.INTERNATIONAL})
    house.leave()
    house.hear()
    (view,) = house.pending()
    (message,) = view.plan.changes
    assert message.recipient == house.teacher
    assert house.student in message.body
    words = message.body.lower()
    assert [
        word for word in ("usd", "credit", "tuition", "aid", "international", "full-time", "pace") if word in words
    ] == []
    assert house.kept().reference in message.body


def test_r112_office_first_is_told_by_ticket(house: DropHouse) -> None:
    house.books.populations = frozenset({Population.ATHLETE})
    house.leave()
    house.hear()
    assert house.kept().statement.standing is Standing.OFFICE_FIRST
    ticket = house.cases()["Office first: MATH 101, section 202680-10001"]
    assert ticket.queue == "Athletics Compliance"


def test_r70_unknown_facts_become_one_ticket_each_and_stop_neither_access_nor_notice(house: DropHouse) -> None:
    house.books.closed, house.books.refused = {"schedule", "account"}, {"progress", "flags"}
    house.leave()
    house.hear()
    said = house.kept().statement
    assert said.standing is Standing.FOR_A_PERSON
    assert {QuestionName.SCHEDULE, QuestionName.CHARGES, QuestionName.FLAGS} <= {one.name for one in said.questions}
    tickets = {title for title in house.cases() if title.startswith("Not known")}
    assert tickets == {f"Not known: {one.name.value}: MATH 101, section 202680-10001" for one in said.questions}
    assert house.access() == "inactive"
    assert len(house.pending()) == 1


def test_s115_without_a_policy_every_statement_says_so_and_goes_to_a_person(build: Build) -> None:
    house = build(rules=None)
    house.leave()
    house.hear()
    said = house.kept().statement
    assert (said.standing, [one.name for one in said.questions], said.figures) == (
        Standing.FOR_A_PERSON,
        [QuestionName.POLICY],
        (),
    )
    assert "Not known: policy: MATH 101, section 202680-10001" in house.cases()


def test_r113_the_last_class_that_the_sis_registered_goes_to_the_term_withdrawal_office(house: DropHouse) -> None:
    house.books.others, house.books.aid = 0, True
    house.leave()
    house.hear()
    titles = {title.split(":")[0]: case.queue for title, case in house.cases().items()}
    assert titles["Term withdrawal"] == policy().standards[0].last_class.office
    assert titles["Aid office decides"] == policy().standards[0].aid.office
    aid = next(case for title, case in house.cases().items() if title.startswith("Aid office"))
    assert "Aid is returned by" in aid.body


def test_r28_r115_a_pending_case_is_repeated_in_no_ticket(build: Build) -> None:
    house = build(rules=policy(pending_conduct=ConductPractice.WARN))
    house.books.conduct = True
    house.leave()
    house.hear()
    assert all("pending" not in case.body for case in house.cases().values())
    assert any("R115" in case.body for case in house.cases().values())


def test_s119_s204_the_case_is_due_on_the_last_day_of_reinstatement_and_lies_with_the_advisor(house: DropHouse) -> None:
    house.leave()
    house.hear()
    case = house.cases()["withdrawal"]
    assert (case.due_on, case.queue, case.person) == ("2026-09-27", house.advisor, house.student)


def test_r52_a_move_within_the_course_is_no_drop(house: DropHouse) -> None:
    house.leave(RegistrationStatus.DROPPED)
    house.registrar.stand(RegistrationStatus.REGISTERED, date(2026, 9, 22), section=SIBLING)
    assert counts(house.hear()) == {"moved": 1}
    assert (house.access(), house.drops.statements(), house.pending()) == ("active", [], [])


@pytest.mark.parametrize(("of_class", "of_sibling"), [(None, CLASS.crn), (SIBLING.crn, None)])
def test_r41_r52_whoever_keeps_the_lab_or_the_lecture_of_a_class_left_it_all_the_same(
    house: DropHouse, of_class: Crn | None, of_sibling: Crn | None
) -> None:
    """A lecture and its lab are held together from the start; staying in one is no move out of the other."""
    house.registrar.section = MATH.model_copy(update={"linked_to": of_class})
    house.registrar.beside = MATH.model_copy(update={"key": SIBLING, "linked_to": of_sibling})
    house.registrar.stand(RegistrationStatus.REGISTERED, date(2026, 8, 20), section=SIBLING)
    house.leave()
    assert counts(house.hear()) == {"left": 1}
    assert house.access() != "active"
    assert len(house.pending()) == 1


def test_r52_a_registration_that_nobody_left_starts_nothing(house: DropHouse) -> None:
    assert counts(house.hear()) == {}
    assert (house.drops.statements(), house.cases()) == ([], {})


def test_r52_a_new_registration_is_read_only_where_a_drop_was_dealt_with_before(house: DropHouse) -> None:
    assert counts(house.hear(1, "created")) == {}
    assert house.registrar.asked == 0
    house.leave()
    house.hear(2)
    house.registrar.stand(RegistrationStatus.REGISTERED, date(2026, 9, 23), sequence=9)
    before = house.registrar.asked
    assert counts(house.hear(3, "created")) == {"returned": 1}
    assert house.registrar.asked > before
    assert house.pending() == []


def test_r52_a_second_notification_of_the_same_drop_starts_nothing(house: DropHouse) -> None:
    house.leave()
    house.hear(1)
    assert counts(house.hear(2)) == {"known": 1}
    assert len(house.pending()) == 1


def test_a_corrected_drop_gets_a_statement_of_its_own(house: DropHouse) -> None:
    house.leave(on=date(2026, 9, 21))
    house.hear(1)
    house.leave(on=date(2026, 9, 14))
    assert counts(house.hear(2)) == {"left": 1}
    assert house.kept("evt_00000002.dropwithdrawal").reference != house.kept().reference


def test_r50_a_drop_without_a_date_is_asked_about(house: DropHouse) -> None:
    house.leave()
    house.registrar.stand(RegistrationStatus.DROPPED, None)
    house.hear()
    assert "Not known: date: MATH 101, section 202680-10001" in house.cases()
    (view,) = house.pending()
    assert "nothing changes until the registrar has settled the date" in view.plan.changes[0].body


def test_a_section_without_an_instructor_asks_nobody(house: DropHouse) -> None:
    house.registrar.section = house.registrar.section.model_copy(update={"instructors": ()})
    house.leave()
    assert house.hear().over
    assert set(house.cases()) == {"withdrawal"}


class TestReturn:
    def test_r51_a_return_while_the_notice_waits_ends_it_unanswered(self, house: DropHouse) -> None:
        house.leave()
        house.hear(1)
        (view,) = house.pending()
        house.registrar.stand(RegistrationStatus.REGISTERED, date(2026, 9, 23))
        assert counts(house.hear(2)) == {"returned": 1}
        assert house.house.approvals.show(view.id).state.value == "superseded"
        assert house.kept("evt_00000002.dropwithdrawal").statement.standing is Standing.SUPERSEDED
        assert (house.cases(), set(house.cases("withdrawn"))) == ({}, {"withdrawal"})
        assert house.wake(1, view.id, "supersede").over
        assert house.campus.messages == []

    def test_r51_a_return_after_the_notice_tells_the_instructor_so(self, house: DropHouse) -> None:
        house.leave()
        house.hear(1)
        house.answer(1)
        house.registrar.stand(RegistrationStatus.REGISTERED, date(2026, 9, 23))
        house.hear(2)
        (view,) = house.pending()
        assert view.plan.topic == "drop that was undone"
        house.answer(2)
        first, second = house.campus.messages
        assert first != second
        (message,) = house.messages(2)
        assert (message.recipient, "registered again" in message.body) == (house.teacher, True)

    def test_r51_an_answer_that_comes_after_the_return_sends_nothing(self, house: DropHouse) -> None:
        """The notification of the return is still on its way; the registration is read once more all the same."""
        house.leave()
        house.hear(1)
        house.registrar.stand(RegistrationStatus.REGISTERED, date(2026, 9, 23))
        assert house.answer(1).over
        assert house.campus.messages == []

    def test_r51_a_return_before_the_statement_supersedes_it(self, house: DropHouse) -> None:
        house.leave()
        read = house.books.read_schedule

        def come_back(*given: object) -> object:
            house.registrar.stand(RegistrationStatus.REGISTERED, date(2026, 9, 23))
            return read(*given)  # type: ignore[arg-type]

        house.books.read_schedule = come_back  # type: ignore[method-assign, assignment]
        assert house.hear().over
        assert house.kept().statement.standing is Standing.SUPERSEDED
        assert (house.cases(), house.pending()) == ({}, [])

    def test_a_second_drop_after_a_return_is_told_again(self, house: DropHouse) -> None:
        house.leave()
        house.hear(1)
        house.answer(1)
        house.registrar.stand(RegistrationStatus.REGISTERED, date(2026, 9, 22))
        house.clock.pass_hours(1)
        house.hear(2)
        house.answer(2)
        house.clock.pass_hours(1)
        house.leave()
        assert counts(house.hear(3)) == {"left": 1}
        house.answer(3)
        assert len(set(house.campus.messages)) == 3
        assert set(house.cases()) == {"withdrawal"}

    def test_a_return_without_an_earlier_drop_is_no_concern(self, house: DropHouse) -> None:
        assert counts(house.hear(7)) == {}


class TestQuestion:
    def test_s111_a_question_writes_nothing_but_the_statement(self, house: DropHouse) -> None:
        assert house.ask().over
        assert (house.access(), house.cases(), house.pending(), house.campus.messages) == ("active", {}, [], [])
        said = house.kept("drp_00000001").statement
        assert (said.kind.value, said.standing) == ("requested", Standing.READY)
        assert said.figure(FigureName.REINSTATE_UNTIL) is None
        assert house.drops.engagement(house.student, "202680-10001") is None

    def test_r113_the_last_class_is_blocked_and_sent_to_the_term_withdrawal(self, house: DropHouse) -> None:
        house.books.others = 0
        house.ask(ticket=True)
        said = house.kept("drp_00000001").statement
        assert (said.standing, said.send_to) == (Standing.BLOCKED, policy().standards[0].last_class.office)
        (ticket,) = house.cases().values()
        assert ticket.queue == said.send_to
        assert "term withdrawal" in ticket.body
        assert house.access() == "active"

    def test_the_day_asked_about_decides_the_side_of_census(self, house: DropHouse) -> None:
        house.ask(on=date(2026, 9, 14))
        house.ask(run="drp_00000002", on=date(2026, 9, 15))
        words = [house.kept(run).statement.figure(FigureName.TRANSCRIPT) for run in ("drp_00000001", "drp_00000002")]
        assert [one.word for one in words if one] == ["no_record", "w"]

    def test_a_class_that_is_not_held_cannot_be_asked_about(self, house: DropHouse) -> None:
        house.leave()
        with pytest.raises(InvalidRecord, match="holds no seat"):
            house.ask()
        with pytest.raises(InvalidRecord, match="no such class"):
            house.ask(run="drp_00000002", section="202680-99999")


def test_the_campus_day_of_the_fixture_lies_after_census() -> None:
    assert policy().table("202680", "full") is not None
    assert AFTER_CENSUS.date() > date(2026, 9, 14) >= BEFORE_CENSUS.date()
