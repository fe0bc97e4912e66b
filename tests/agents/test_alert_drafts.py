"""Drafts, routing and the alert file: what may be said, who answers, what is suggested (R130, R132, S97, S213)."""

from datetime import date

import pytest
from pydantic import ValidationError

from agents.early_alert.alerts_file import load_alert_settings
from agents.early_alert.drafts import draft_message, is_fit, read_sentences
from agents.early_alert.signalled import WorkItem
from domain.alert_settings import AlertSettings
from domain.alerting import AlertLevel, Channel, Intervention, IssueType
from domain.rules.alert_routing import Tried, choose_intervention, issue_of
from evals.installation import ROOT

SETTINGS = load_alert_settings(ROOT / "provost.alerts.yaml")
TODAY = date(2026, 9, 23)
MISSED = WorkItem(lms_id=1, kind="quiz", due_on=date(2026, 9, 20), missed=True)
COMING = WorkItem(lms_id=2, kind="assignment", due_on=date(2026, 9, 30), missed=False)
FOLLOW_UP, NUDGE, OUTREACH = (
    Intervention.MISSED_WORK_FOLLOW_UP,
    Intervention.STUDENT_NUDGE,
    Intervention.ADVISOR_OUTREACH,
)


def draft(work, word=None, titles=None):
    return draft_message(FOLLOW_UP, "BIOL101", work, titles=titles or {}, today=TODAY, word=word)


def test_r132_a_draft_needs_work_that_is_due_on_a_day_to_come() -> None:
    assert draft((MISSED,)) is None
    made = draft((MISSED, COMING), titles={2: "Essay 2", 1: ""})
    assert made is not None
    assert "Due next: Essay 2, on 2026-09-30." in made.body
    assert "Not handed in yet: a quiz, which was due on 2026-09-20." in made.body
    assert made.wording == "outreach_v1"


def test_a_models_words_open_and_close_and_never_say_what_is_due() -> None:
    told = []

    def word(facts: str) -> tuple[str, str]:
        told.append(facts)
        return "Good to have you in the course.", "Come by whenever you like."

    made = draft((MISSED, COMING), word, {2: "Essay by Ann Miller"})
    assert made is not None
    assert made.body.startswith("Good to have you")
    assert "Essay by Ann Miller, on 2026-09-30" in made.body
    assert told == ["The course is BIOL101. a quiz is overdue; an assignment is due soon."]
    assert "model" in made.wording


@pytest.mark.parametrize(
    "said",
    [
        ("You have a risk of failing.", "Come by."),
        ("Hello.", "Your mark is low."),
        ("Hello.", "Call 555."),
        ("Hello.", "See https://x.example"),
        ("Hello.", "Your parents may help."),
        ("Hello.", "The other students are done."),
        ("", "Come by."),
        ("x" * 301, "Come by."),
    ],
)
def test_r130_a_models_words_that_go_too_far_make_way_for_the_template(said: tuple[str, str]) -> None:
    assert not is_fit(said)
    made = draft((COMING,), lambda _: said)
    assert made is not None
    assert made.body.startswith("Hello, this is a note from your advising office")
    assert made.wording == "outreach_v1"


def test_s97_what_helped_moves_ahead_and_what_failed_for_the_student_is_not_repeated() -> None:
    options = (FOLLOW_UP, OUTREACH)
    issue = IssueType.MISSED_WORK
    assert choose_intervention(options, issue, ()) is FOLLOW_UP
    few = [Tried(issue=issue, intervention=FOLLOW_UP, used=4, helped=0)]
    assert choose_intervention(options, issue, few) is FOLLOW_UP
    poor = [Tried(issue=issue, intervention=FOLLOW_UP, used=20, helped=1)]
    assert choose_intervention(options, issue, poor) is OUTREACH
    assert choose_intervention(options, IssueType.LOW_MARKS, poor) is FOLLOW_UP
    assert choose_intervention(options, issue, (), {FOLLOW_UP}) is OUTREACH
    assert choose_intervention(options, issue, (), set(options)) is FOLLOW_UP


def test_s211_the_issue_is_the_family_that_weighs_most() -> None:
    assert issue_of(["timeliness", "engagement"]) is IssueType.MISSED_WORK
    assert issue_of([]) is IssueType.HISTORY


def test_s213_every_issue_and_level_has_a_row_and_s167_none_reaches_a_parent() -> None:
    for issue in IssueType:
        for level in AlertLevel:
            row = SETTINGS.route(issue, level)
            assert row.channel in Channel
    assert SETTINGS.route(IssueType.LOW_MARKS, AlertLevel.WATCH).queue == "tutoring"
    assert SETTINGS.route(IssueType.PARTICIPATION, AlertLevel.WATCH).channel is Channel.LMS_INBOX
    assert not [word for word in Intervention if "parent" in word or "guardian" in word]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"issues": ["history"]}, "no row of routes is for distress"),
        ({"interventions": ["student_nudge"]}, "R131"),
        ({"interventions": ["contact_parent"]}, "contact_parent|Input should be"),
        ({"channel": "lms_inbox"}, "for faculty"),
        ({"row": "history"}, "name of its own"),
    ],
)
def test_s134_a_table_that_could_not_be_carried_out_is_refused(change: dict, fault: str) -> None:
    content = SETTINGS.model_dump(mode="json")
    content["routes"][0] |= change
    with pytest.raises(ValidationError, match=fault):
        AlertSettings.model_validate(content)


def test_every_issue_and_workflow_has_its_sentence() -> None:
    template = read_sentences()
    assert set(template.tags) == set(IssueType)
    assert set(template.outreach) == set(Intervention)
    assert set(template.messages) == {NUDGE, FOLLOW_UP}
