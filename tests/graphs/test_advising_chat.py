"""The questions that the chat answers without a model, from live data, each by what its asker may see."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from domain.changes import EnrolmentChange, SetRiskScore, Tier
from domain.errors import AccessDenied
from domain.ids import PrincipalId, RuleId, RunId
from domain.images import Image
from domain.materials import AccessClass
from domain.principals import Role
from graphs.chat_events import ChatEnded
from privacy.knowledge.folder import Head
from tests.graphs.chat_campus import House, open_house

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("chat")) as opened:
        opened.trial.reconcile()
        shown = SetRiskScore(
            rule=RuleId("S165"),
            tier=Tier.AUTO,
            topic="risk scores",
            before=Image.absent(),
            after=Image(fields={"score": "81"}),
            person=opened.handle,
            score=Decimal(81),
            reasons=("Silent for three weeks.",),
        )
        opened.provost.casedesk.apply([shown])
        yield opened


def test_s206_s207_a_grade_comes_from_both_systems_told_apart_with_source_and_time(house: House) -> None:
    heard = house.ask(house.four["student"], f"What is my grade in {house.section.title}?")
    assert "official: none, not entered yet; in progress: " in heard.text
    assert house.name in heard.text
    assert [label.split(":")[0] for label in heard.labels] == ["Banner", "Canvas"]
    assert "grade_passback: find_grades" in heard.steps
    ended = heard.events[-1]
    assert isinstance(ended, ChatEnded)
    assert ended.model_label == "the offline model"


def test_s260_one_question_four_askers_four_answers(house: House) -> None:
    told = {name: house.ask(who, "Who is at risk and why?").text for name, who in house.four.items()}
    assert len(set(told.values())) == 4
    assert house.name in told["advisor"]
    assert "risk 81 of 100" in told["advisor"]
    assert "(R126)" in told["student"]
    assert "(R21)" in told["instructor"]
    assert "numbers" in told["chair"]
    assert not any(house.student.last in told[name] for name in ("student", "instructor", "chair"))


def test_work_not_handed_in_is_the_instructors_to_see_and_the_students_own(house: House) -> None:
    asked = f"Which students in {house.section.key} have not submitted?"
    told = {name: house.ask(who, asked).text for name, who in house.four.items()}
    assert "missing, last “" in told["instructor"]
    assert "No rule lets department_chair see submission" in told["chair"]
    assert told["instructor"].count("\n- ") >= told["advisor"].count("\n- ")


def test_r21_who_may_not_see_a_student_is_told_nothing_about_them(house: House) -> None:
    stranger = house.someone(Role.ADVISOR, house.handle_of(house.section.instructors[0].sis_id), name="user:stranger")
    for question in (f"What is {house.name}'s grade in {house.section.key}?", f"What did we do for {house.name}?"):
        heard = house.ask(stranger, question)
        assert heard.failed is None
        assert "percent" not in heard.text
        assert "You may not look up this person." in heard.text


def test_e16_first_generation_students_are_counted_and_never_named(house: House) -> None:
    told = {name: house.ask(who, "Which students are first-generation?").text for name, who in house.four.items()}
    assert all("Nobody is named" in text and "(R29)" in text for text in told.values())
    assert "a hidden number" in told["chair"]
    assert all("No rule lets" in told[name] for name in ("advisor", "instructor", "student"))


def test_s115_what_a_drop_means_is_the_statement_and_nothing_is_dropped(house: House) -> None:
    before = len(house.trial.campus.canvas.log.since(0))
    heard = house.ask(house.four["advisor"], f"What happens if {house.name} drops {house.section.key}?")
    assert "nothing is dropped by asking" in heard.text
    assert "Last day to withdraw with a W" in heard.text
    refused = house.ask(house.four["instructor"], f"What happens if {house.name} drops {house.section.key}?")
    assert "You may not see what a drop means" in refused.text
    assert len(house.trial.campus.canvas.log.since(0)) == before


def test_s70_what_changed_on_a_roster_names_rule_and_decision(house: House) -> None:
    (run,) = house.provost.runs.latest("reconcile", 1)
    changes = [intent.as_change() for intent in house.provost.outbox.for_run(RunId(run.id))]
    section = next(change.section for change in changes if isinstance(change, EnrolmentChange))
    registrar = house.someone(Role.REGISTRAR)
    heard = house.ask(registrar, f"What changed on the roster of {section} and why?")
    assert re.search(r"by rule [RS]\d+", heard.text)
    assert "decided by" in heard.text
    assert any("decisions and writes" in label for label in heard.labels)


def test_what_was_done_last_term_is_only_that_term(house: House) -> None:
    heard = house.ask(house.four["advisor"], f"What did we do for {house.name} last term?")
    assert "in term 202640" in heard.text
    assert "No rule lets" in house.ask(house.four["instructor"], f"What did we do for {house.name} last term?").text


def test_s161_policy_questions_are_answered_with_citations(house: House, tmp_path: Path) -> None:
    (tmp_path / "incompletes.md").write_text("# Incompletes\n\nAn incomplete is finished within one year.\n")
    head = Head(access=AccessClass.PUBLIC, person_free=True)
    house.provost.knowledge.ingest_folder(tmp_path, "policies", head, house.someone(Role.REGISTRAR))
    heard = house.ask(house.four["student"], "What is the policy on incompletes?")
    assert "“" in heard.text
    assert "finished within one year" in heard.text
    assert any("incompletes" in label.lower() for label in heard.labels), heard.labels


def test_a_conversation_is_followed_and_is_nobody_elses(house: House) -> None:
    room, advisor = house.provost.chat, house.four["advisor"]
    talk = room.begin(advisor)
    house.ask(advisor, f"What is {house.name}'s grade in {house.section.key}?", talk)
    heard = house.ask(advisor, "And what happens if the student drops this class?", talk)
    assert house.name in heard.text
    turns = room.transcript(advisor, talk)
    assert [house.name in turn.asked for turn in turns] == [True, False]
    assert turns[1].sources
    assert next(one for one in room.conversations(advisor) if one.id == talk).turns == 2
    for other in (house.someone(Role.ADMIN), house.someone(Role.ADVISOR, advisor.person, name="user:other")):
        with pytest.raises(AccessDenied):
            room.transcript(other, talk)
        failed = house.ask(other, "Go on.", talk).failed
        assert failed is not None
        assert failed.code == AccessDenied.code
        assert talk not in {one.id for one in room.conversations(other)}
    room.forget(advisor, talk)
    with pytest.raises(AccessDenied):
        room.transcript(advisor, talk)


def test_names_are_put_back_for_who_reads_and_only_while_they_may(house: House) -> None:
    room, advisor = house.provost.chat, house.four["advisor"]
    talk = room.begin(advisor)
    house.ask(advisor, f"What is {house.name}'s grade in {house.section.key}?", talk)
    assert house.student.last not in "".join(turn.asked + turn.answer for turn in room.kept(advisor, talk))
    moved = advisor.model_copy(update={"person": None})
    assert house.student.last not in "".join(turn.asked + turn.answer for turn in room.transcript(moved, talk))


def test_s226_a_conversation_whose_time_is_over_opens_no_more(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    room, advisor = house.provost.chat, house.four["advisor"]
    talk = room.begin(advisor)
    house.ask(advisor, "Who is at risk?", talk)
    days = house.provost.settings.privacy.conversation_days
    now = house.provost.clock.now() + timedelta(days=days, hours=1)
    monkeypatch.setattr(type(house.provost.clock), "now", lambda _clock: now)
    assert room.transcript(advisor, talk) == ()
    assert talk not in {one.id for one in room.conversations(advisor)}
    failed = house.ask(advisor, "Go on.", talk).failed
    assert failed is not None
    assert "over" in failed.message
    assert house.provost.forget_ended_chats(PrincipalId("night")) >= 1
    with pytest.raises(AccessDenied):
        room.transcript(advisor, talk)
    assert house.provost.forget_ended_chats(PrincipalId("night")) == 0


def test_r131_words_of_distress_go_to_people_and_are_kept_nowhere(house: House) -> None:
    student = house.four["student"]
    before = len(house.provost.chat.conversations(student))
    heard = house.ask(student, "I want to die and I cannot go on any more.")
    assert "988" in heard.text
    assert heard.steps == []
    assert len(house.provost.chat.conversations(student)) == before
    with house.provost.database.reading() as session:
        kept = session.connection().exec_driver_sql("SELECT * FROM ledger_entry ORDER BY 1 DESC LIMIT 1").all()
    assert "chat.crisis" in str(kept)
    assert "want to die" not in str(kept)


def test_what_it_does_not_know_it_says_and_a_program_or_a_masquerade_is_refused(house: House) -> None:
    heard = house.ask(house.four["advisor"], "What is the weather tomorrow?")
    assert "I can answer these:" in heard.text
    advisor = house.four["advisor"]
    for who in (advisor.model_copy(update={"acting_as": "user:x"}), advisor.model_copy(update={"kind": "agent"})):
        assert house.ask(who, "Who is at risk?").failed is not None
    assert house.ask(advisor, "  ").failed is not None
