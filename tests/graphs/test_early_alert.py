"""Early alert end to end in memory: staff are told, a person sends, distress stops it, a crash doubles nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.alerting import AlertState, FeedbackOutcome, IssueType
from domain.errors import AccessDenied, ApproverNotAllowed, ConfigurationError, InvalidRecord
from domain.ids import RunId
from domain.principals import Principal, PrincipalKind, Role
from domain.rules.alert_policy import CloseReason
from evals.early_alert.feedback import read_feedback
from graphs.desks.alerts import close_alert, export_feedback, give_feedback, read_caseload, read_student
from graphs.desks.student_file import export_student
from graphs.early_alert import AlertRequest, begin, early_alert
from graphs.reports import RunReport, RunState
from store.alerts import Alert, EventKind
from store.ledger import Ledger
from tests.graphs.class_campus import SECTION, TERM, ClassCampus, Site, noon, open_site

RUN = RunId("run_0123456789ab")
REGISTRAR = Principal(id="reg", kind=PrincipalKind.PERSON, roles=frozenset({Role.REGISTRAR}))
CRY = "I don't want to be here anymore"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with open_site(tmp_path) as opened:
        yield opened


def run(site: Site, name: str = RUN, **more: object) -> RunReport:
    return site.provost.work(AlertRequest(run=RunId(name), term=TERM, **more))


def alerts(site: Site) -> tuple[Alert, ...]:
    return site.provost.alerts.of_term(TERM)


def pending(site: Site, who: Principal) -> list:
    return list(site.provost.approvals.answerable(who))


def test_s139_s211_the_quiet_students_get_a_case_with_evidence_and_the_steady_ones_none(site: Site) -> None:
    with site.on_day(30):
        report = run(site)
    assert report.state is RunState.WAITING
    assert report.outcomes.verified == report.outcomes.applied == 6
    found = alerts(site)
    assert {alert.person for alert in found} == {site.campus.handle(n) for n in (21, 22, 23)}
    cases = {case["person"]: case for case in site.provost.casedesk.list_open()}
    for alert in found:
        assert alert.state is AlertState.OPEN
        assert alert.owner == site.advisor(int(site.provost.identities.person(alert.person)[1:]) % 2).person
        body = cases[alert.person]["body"]
        assert alert.detail is not None
        assert all(reason.text in body for reason in alert.detail.reasons)
        assert alert.detail.model in body
        assert "section median" in body
        assert alert.detail.features["days_14"] == 0
    assert set(site.provost.casedesk.scores()) == {alert.person for alert in found}


def test_s140_no_message_goes_without_a_person_and_each_waits_for_its_own_advisor(site: Site) -> None:
    with site.on_day(30):
        report = run(site)
        assert site.inbox.sent == {}
        assert sorted(plan.topic for plan in report.held) == sorted(f"nudge {alert.id}" for alert in alerts(site))
        mine, others = pending(site, site.advisor(1)), pending(site, site.advisor(0))
        assert (len(mine), len(others)) == (2, 1)
        asked = mine[0]
        answer = site.provost.answer(asked.id, site.advisor(1), "approve", plan_hash=asked.plan.plan_hash)
        assert answer.outcomes.verified == 1
        with pytest.raises(ApproverNotAllowed):
            site.provost.answer(others[0].id, site.advisor(1), "approve", plan_hash=others[0].plan.plan_hash)
        site.provost.answer(others[0].id, site.advisor(0), "reject", plan_hash=others[0].asked_for, reason="called")
        last = pending(site, site.advisor(1))[0]
        site.provost.answer(last.id, site.advisor(1), "reject", plan_hash=last.asked_for, reason="no")
    (message,) = site.inbox.sent.values()
    sent = next(alert for alert in alerts(site) if alert.person == message.recipient)
    assert [event.kind for event in sent.events][-1] is EventKind.MESSAGE_SENT
    kinds = [event.kind for alert in alerts(site) if alert.id != sent.id for event in alert.events]
    assert kinds.count(EventKind.MESSAGE_NOT_SENT) == 2


def test_r126_r130_a_draft_names_own_work_and_a_day_to_come_and_no_score_no_mark_no_other(site: Site) -> None:
    with site.on_day(30):
        run(site)
        (draft,) = (view.plan.changes[0] for view in pending(site, site.advisor(0)))
    assert "Due next: an assignment, on 2026-10-02." in draft.body
    assert "Not handed in yet: an assignment, which was due on 2026-09-18." in draft.body
    assert not {"risk", "score", "median", "mark", "fail"} & set(draft.body.lower().split())
    assert "BIOL101" in draft.subject


def test_r132_without_work_to_come_nothing_is_drafted(site: Site) -> None:
    with site.on_day(7 * 14 + 5):
        report = run(site)
        assert alerts(site)
        assert report.held == ()
    assert {alert.intervention.value for alert in alerts(site)} == {"advisor_outreach"}


def test_r131_distress_stops_automation_and_hands_over_to_people_without_the_words(site: Site) -> None:
    site.campus.texts = [(23, noon(29), CRY), (2, noon(29), "When is the next quiz?"), (5, noon(29), CRY)]
    with site.on_day(30):
        run(site)
        cries = [alert for alert in alerts(site) if alert.issue is IssueType.DISTRESS]
        assert {alert.person for alert in cries} == {site.campus.handle(n) for n in (5, 23)}
        others = [alert for alert in alerts(site) if alert.issue is not IssueType.DISTRESS]
        assert site.campus.handle(23) not in {alert.person for alert in others}
        cases = [case for case in site.provost.casedesk.list_open() if case["title"].startswith("for people")]
        assert len(cases) == 2
        assert all(case["due_on"] == "2026-09-23" and CRY not in case["body"] for case in cases)
    with site.on_day(31):
        report = run(site, "run_0123456789cd")
        assert len([alert for alert in alerts(site) if alert.issue is IssueType.DISTRESS]) == 2
        assert report.counts.get("for people") is None
        assert site.campus.handle(23) not in {
            alert.person for alert in alerts(site) if alert.issue is not IssueType.DISTRESS
        }


def test_r131_words_of_distress_are_kept_nowhere(site: Site) -> None:
    site.campus.texts = [(23, noon(29), CRY)]
    with site.on_day(30):
        run(site)
    site.provost.close()
    for path in site.settings.home.rglob("*"):
        assert not path.is_file() or CRY.encode() not in path.read_bytes()


def test_r122_distress_is_told_although_the_feed_is_stale(site: Site) -> None:
    with site.on_day(20):
        run(site)
    site.campus.texts = [(4, noon(29), CRY)]
    with site.on_day(30):
        site.campus.until = 20
        before = {alert.id for alert in alerts(site)}
        report = run(site, "run_0123456789cd")
    fresh = [alert for alert in alerts(site) if alert.id not in before]
    assert [alert.issue for alert in fresh] == [IssueType.DISTRESS]
    assert any("48 hours" in finding.message for finding in report.findings)


def test_r72_a_dry_run_finds_the_same_and_tells_nobody(site: Site) -> None:
    with site.on_day(30):
        report = run(site, dry_run=True)
    assert report.counts["alerts"] == 3
    assert report.would_apply == 6
    assert report.outcomes.held == 3
    assert (alerts(site), list(site.provost.casedesk.list_open()), site.inbox.sent) == ((), [], {})


def test_a_repeated_night_raises_nothing_again_and_floods_nobody_with_scores(site: Site) -> None:
    with site.on_day(30):
        run(site)
        before = {alert.id for alert in alerts(site)}
    with site.on_day(31):
        again = run(site, "run_0123456789cd")
    fresh = [alert for alert in alerts(site) if alert.id not in before]
    assert again.counts["not alerted, open already"] == len(before) == 3
    assert [alert.issue for alert in fresh] == [IssueType.LOW_MARKS]
    assert again.outcomes.applied <= 3


@pytest.mark.parametrize("node", ["enrich", "propose", "settle", "draft"])
def test_a_crash_at_any_node_goes_on_with_nothing_doubled(
    site: Site, node: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphs.alert_work import AlertWork

    with site.on_day(30):
        with monkeypatch.context() as broken:
            broken.setattr(AlertWork, node, _die)
            with pytest.raises(RuntimeError, match="power"):
                run(site)
        site.reopen()
        report = run(site)
        assert report.state is RunState.WAITING
    assert len(alerts(site)) == 3
    assert len(list(site.provost.casedesk.list_open())) == 3
    assert len(report.held) == 3
    assert all([event.kind for event in alert.events] == ["proposed", "opened"] for alert in alerts(site))


def _die(*_: object, **__: object) -> None:
    raise RuntimeError("power")


def test_a_waiting_run_goes_on_in_another_process(site: Site) -> None:
    with site.on_day(30):
        run(site)
        asked = pending(site, site.advisor(0))[0]
        site.reopen()
        answer = site.provost.answer(asked.id, site.advisor(0), "approve", plan_hash=asked.plan.plan_hash)
    assert answer.outcomes.verified == 1
    assert len(site.inbox.sent) == 1


def test_s74_an_event_scores_one_student_and_tells_of_nobody_else(site: Site) -> None:
    with site.on_day(25):
        run(site)
    for alert in alerts(site):
        site.provost.alerts.close(alert.id, CloseReason.RESOLVED, "adv")
    with site.on_day(60):
        run(site, "run_0123456789cd", dry_run=True)
        values = {"section": str(SECTION), "person": site.campus.handle(22)}
        report = site.provost.work_from("early_alert", RunId("run_0123456789ef"), values)
    assert report is not None
    assert report.counts["scored"] == 1
    raised = [alert for alert in alerts(site) if alert.run == "run_0123456789ef"]
    assert {alert.person for alert in raised} <= {site.campus.handle(22)}


def test_begin_knows_a_night_and_an_event_and_passes_over_the_rest() -> None:
    assert begin(RUN, {"term": TERM, "at": "now"}) == AlertRequest(run=RUN, term=TERM)
    event = begin(RUN, {"section": str(SECTION), "person": "per_a"})
    assert event is not None
    assert event.whom == (SECTION, ("per_a",))
    gathered = begin(RUN, {"section": str(SECTION), "people": "per_a per_b"})
    assert gathered is not None
    assert gathered.whom == (SECTION, ("per_a", "per_b"))
    assert begin(RUN, {"section": "nonsense", "person": "per_a"}) is None
    assert begin(RUN, {"resource": "persons"}) is None


def test_s32_nothing_is_told_in_shadow_and_the_alert_does_not_count(site: Site) -> None:
    policy = site.settings.policy_file
    text = policy.read_text(encoding="utf-8")
    head, _, tail = text.partition('  - match: "alerts:*"\n    phase: 3')
    policy.write_text(f'{head}  - match: "alerts:*"\n    phase: 0{tail}', encoding="utf-8")
    site.reopen()
    with site.on_day(30):
        report = run(site)
    assert report.outcomes.shadow == 6
    assert {alert.state for alert in alerts(site)} == {AlertState.DROPPED}
    assert report.held == ()


def test_s97_feedback_is_kept_with_its_propensity_and_moves_what_is_suggested(tmp_path: Path) -> None:
    with open_site(tmp_path, alerts={"holdout_share": "0.1"}) as site, site.on_day(30):
        run(site)
        alert = next(each for each in alerts(site) if each.state is AlertState.OPEN)
        advisor = site.advisor(int(site.provost.identities.person(alert.person)[1:]) % 2)
        kept = give_feedback(site.provost, advisor, alert.id, FeedbackOutcome.USEFUL, "we talked")
        told = kept.events[-1]
        assert (told.kind, told.word, str(told.propensity), told.said) == ("feedback", "useful", "0.9", "we talked")
        assert kept.state is AlertState.OPEN
        assert [(each.used, each.helped) for each in site.provost.alerts.tried()] == [(1, 1)]
        closed = give_feedback(site.provost, advisor, alert.id, FeedbackOutcome.FALSE_ALARM, "was ill")
        assert (closed.state, closed.close_reason) == (AlertState.CLOSED, "false_alarm")
        assert alert.marker not in {case["marker"] for case in site.provost.casedesk.list_open()}
        with pytest.raises(InvalidRecord, match="reason"):
            give_feedback(site.provost, advisor, alert.id, FeedbackOutcome.USEFUL, " ")
        row = json.loads(export_feedback(site.provost, REGISTRAR)[0])
        assert row["outcomes"] == ["useful", "false_alarm"]
        assert (row["propensity"], row["shown"]) == ("0.9", True)
        assert set(row["inputs"]) >= {"days_14", "missing"}
        assert alert.person not in json.dumps(row)
        exported = tmp_path / "feedback.jsonl"
        exported.write_text("\n".join(export_feedback(site.provost, REGISTRAR)), encoding="utf-8")
        assert [(each, weight) for each, weight in zip(*read_feedback(exported).judged[2:], strict=True)] == [
            (0, pytest.approx(1 / 0.9))
        ]
        with pytest.raises(ApproverNotAllowed):
            export_feedback(site.provost, advisor)


def test_s224_an_advisor_sees_the_own_caseload_and_no_other_and_the_look_is_on_record(site: Site) -> None:
    with site.on_day(30):
        run(site)
        cases = read_caseload(site.provost, site.advisor(1))
        assert [case.person for case in cases] == [
            handle for handle, _ in sorted(site.provost.casedesk.scores().items(), key=lambda pair: -int(pair[1]))
            if handle in {site.campus.handle(21), site.campus.handle(23)}
        ]  # fmt: skip
        other = site.campus.handle(22)
        with pytest.raises(AccessDenied):
            read_student(site.provost, site.advisor(1), other)
        with pytest.raises(AccessDenied):
            read_student(site.provost, REGISTRAR, other)
        alert = next(each for each in alerts(site) if each.person == other)
        with pytest.raises(AccessDenied):
            close_alert(site.provost, site.advisor(1), alert.id, CloseReason.RESOLVED, "")
        looks = [json.loads(line) for line in site.provost.ledger.export(person=other)]
    assert [look["kind"] for look in looks if look["actor"] == "adv1"].count("denied") >= 2


def test_e18_forgetting_leaves_an_alert_without_what_it_said(site: Site) -> None:
    with site.on_day(30):
        run(site)
        for who in (0, 1):
            for view in pending(site, site.advisor(who)):
                site.provost.answer(view.id, site.advisor(who), "reject", plan_hash=view.asked_for, reason="no")
        person = alerts(site)[0].person
        site.provost.forget(person, REGISTRAR, reason="asked")
        kept = next(alert for alert in alerts(site) if alert.person == person)
        assert (kept.detail, kept.state) == (None, AlertState.CLOSED)
        others = [alert for alert in alerts(site) if alert.person != person]
        assert all(alert.detail is not None for alert in others)
        assert person not in site.provost.casedesk.scores()
        assert person not in site.provost.activity.read_numbers(TERM).people
        assert site.provost.ledger.verify().ok


def test_r26_a_students_file_holds_the_alerts_about_them(site: Site) -> None:
    with site.on_day(30):
        run(site)
        person = alerts(site)[0].person
        lines = [json.loads(line) for line in export_student(site.provost, REGISTRAR, person)]
    assert [line["issue"] for line in lines if line["what"] == "alert"] == [alerts(site)[0].issue]


def test_r119_whoever_has_a_final_grade_is_left_in_peace(site: Site) -> None:
    site.campus.past = [(23, TERM, "BIOL 101", "C")]
    with site.on_day(30):
        report = run(site, dry_run=True)
    assert report.counts["graded already"] == 1


def test_r134_open_alerts_end_with_their_section(site: Site) -> None:
    with site.on_day(100):
        run(site)
        assert alerts(site)
    with site.on_day(112):
        site.campus.until = 109
        run(site, "run_0123456789cd")
    assert {(alert.state, alert.close_reason) for alert in alerts(site)} == {(AlertState.CLOSED, "term_ended")}
    assert list(site.provost.casedesk.list_open()) == []


def test_without_a_view_into_classes_nobody_is_scored_and_the_run_says_so(site: Site) -> None:
    site.provost.__dict__["readers"] = __import__("dataclasses").replace(site.provost.readers, classroom=None)
    with site.on_day(30):
        report = run(site)
    assert report.state is RunState.STOPPED
    assert report.findings[0].code == "PV700"


def test_s134_a_file_with_a_gap_in_its_table_raises_nothing(site: Site) -> None:
    text = site.settings.alerts_file.read_text(encoding="utf-8")
    site.settings.alerts_file.write_text(text.replace("- distress", "- history", 1), encoding="utf-8")
    with site.on_day(30), pytest.raises(ConfigurationError, match="distress"):
        run(site)


def test_state_holds_no_identity_and_checkpoints_no_words(site: Site) -> None:
    with site.on_day(30):
        run(site)
        threads, _ = site.provost.runner.workflows.waiting(site.provost.runs.read(RUN))
        said = repr(threads.standing(RUN).values)
    assert "N0002" not in said


def test_s156_the_stages_show_by_name() -> None:
    nodes = set(early_alert().compile().get_graph(xray=True).nodes)
    assert {"detect", "enrich", "propose"} <= nodes
    assert any(name.startswith("govern:") for name in nodes)
    assert any(name.startswith("govern_messages:") for name in nodes)


def test_the_ledger_stays_whole(site: Site) -> None:
    with site.on_day(30):
        run(site)
    assert isinstance(site.provost.ledger, Ledger)
    assert site.provost.ledger.verify().ok


def test_unadvised_students_get_a_case_and_no_draft(tmp_path: Path) -> None:
    campus = ClassCampus()
    campus.read_histories = lambda: campus.read_confidential([])  # type: ignore[method-assign]
    with open_site(tmp_path, campus) as site, site.on_day(30):
        report = run(site)
        assert {alert.owner for alert in alerts(site)} == {"advising"}
        assert report.held == ()
