"""Early alert over real sockets, on a campus that is taught: planted trouble is found, steady students left alone."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from domain.alerting import AlertState, IssueType
from domain.ids import RunId, SectionKey
from domain.principals import Principal, PrincipalKind, Role
from evals.campus import Trial, install
from graphs.early_alert import AlertRequest
from graphs.reports import RunReport, RunState
from simulator.campus import Campus

AS_OF = datetime.fromisoformat("2026-10-26T13:00:00+00:00")
LONG_SILENT = timedelta(days=28)
RUN = RunId("run_0123456789ab")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Trial, RunReport]]:
    home = tmp_path_factory.mktemp("alerts") / "home"
    campus = Campus.build(students=120, seed=21, learning="planted", as_of=AS_OF)
    with campus, install(campus, home) as trial:
        assert campus.learning is not None
        campus.learning.write_in_distress()
        yield trial, trial.provost.work(AlertRequest(run=RUN, term=trial.term))


def planted(trial: Trial, kind: str) -> list[dict]:
    return [dict(item) for item in trial.campus.answer_key()["learning"] if item["kind"] == kind]  # type: ignore[attr-defined]


def people_alerted(trial: Trial) -> set[str]:
    provost = trial.provost
    told = [alert for alert in provost.alerts.of_term(trial.term) if alert.issue is not IssueType.DISTRESS]
    return {provost.identities.person(alert.person) for alert in told if alert.state is AlertState.OPEN}


def test_s81_whoever_fell_silent_or_never_came_is_found(site: tuple[Trial, RunReport]) -> None:
    trial, report = site
    silent = [
        item["keys"]["bannerId"]
        for item in planted(trial, "disengaged")
        if AS_OF - datetime.fromisoformat(item["at"]) >= LONG_SILENT
    ]
    absent = [item["keys"]["bannerId"] for item in planted(trial, "never attended")]
    assert silent
    assert absent
    assert set(silent) | set(absent) <= people_alerted(trial)
    assert report.state is RunState.WAITING
    assert report.outcomes.verified == report.outcomes.applied > 0


def test_s204_steady_students_are_left_alone(site: tuple[Trial, RunReport]) -> None:
    """Nobody is alerted about who handed everything in and was there as much as the others."""
    trial, report = site
    assert report.counts["scored"] > 20 * report.counts["alerts"] / 2
    for alert in trial.provost.alerts.of_term(trial.term):
        if alert.issue is IssueType.DISTRESS:
            continue
        assert alert.detail is not None
        seen = alert.detail.features
        steady = seen["missing"] == 0 and (seen["mark"] or 0) >= 0 and seen["days_14"] >= 7
        assert not steady, alert.id


def test_a_column_whose_marking_changed_is_named_and_reaches_no_score(site: tuple[Trial, RunReport]) -> None:
    trial, report = site
    (changed,) = planted(trial, "changed grade mode")
    section = SectionKey.parse(changed["keys"]["sisSectionId"])
    assert section is not None
    held = [finding.subject for finding in report.findings if "reach no score" in finding.message]
    assert any(subject.endswith(f"section {section}") for subject in held)


def test_r131_a_message_of_distress_goes_to_people(site: tuple[Trial, RunReport]) -> None:
    trial, _ = site
    (message,) = planted(trial, "distress")
    cries = [alert for alert in trial.provost.alerts.of_term(trial.term) if alert.issue is IssueType.DISTRESS]
    assert [trial.provost.identities.person(alert.person) for alert in cries] == [message["keys"]["bannerId"]]
    assert message["keys"]["bannerId"] not in people_alerted(trial)
    (case,) = [case for case in trial.provost.casedesk.list_open() if case["person"] == cries[0].person]
    assert message["body"] not in case["body"]


def test_s140_a_draft_reaches_canvas_only_by_the_students_own_advisor(site: tuple[Trial, RunReport]) -> None:
    trial, _ = site
    provost, before = trial.provost, len(trial.campus.canvas.conversations)
    drafted = [view for view in provost.approvals.find() if view.plan.topic.startswith("nudge ")]
    view = next(each for each in drafted if each.state == "pending")
    student = view.plan.changes[0].recipient
    sis_id = provost.readers.relationships.read_advisors(provost.identities.person(student)).rows[0]
    advisor = Principal(
        id="advisor",
        kind=PrincipalKind.PERSON,
        roles=frozenset({Role.ADVISOR}),
        person=provost.identities.handles([sis_id])[sis_id],
    )
    report = provost.answer(view.id, advisor, "approve", plan_hash=view.plan.plan_hash)
    assert report.outcomes.verified == 1
    assert len(trial.campus.canvas.conversations) == before + 1
    said = max(trial.campus.canvas.conversations.values(), key=lambda each: each.id).messages[-1].body
    assert "Due next:" in said


def test_a_second_night_reads_only_what_is_new_and_doubles_nothing(site: tuple[Trial, RunReport]) -> None:
    trial, _ = site
    before = {alert.id for alert in trial.provost.alerts.of_term(trial.term)}
    cases = len(list(trial.provost.casedesk.list_open()))
    again = trial.provost.work(AlertRequest(run=RunId("run_0123456789cd"), term=trial.term))
    assert again.counts.get("alerts", 0) == 0
    assert {alert.id for alert in trial.provost.alerts.of_term(trial.term)} == before
    assert len(list(trial.provost.casedesk.list_open())) == cases


def test_the_command_shows_an_advisor_the_caseload(site: tuple[Trial, RunReport]) -> None:
    from graphs.desks.alerts import read_caseload

    trial, _ = site
    provost = trial.provost
    alert = next(each for each in provost.alerts.of_term(trial.term) if each.advisor)
    advisor = Principal(
        id="advisor", kind=PrincipalKind.PERSON, roles=frozenset({Role.ADVISOR}), person=alert.advisor  # type: ignore[arg-type]
    )  # fmt: skip
    cases = read_caseload(provost, advisor)
    assert alert.person in {case.person for case in cases}
    assert all(case.name and case.sis_id for case in cases)
    assert provost.ledger.verify().ok


def test_the_command_runs_dry_and_prints_what_it_found(
    site: tuple[Trial, RunReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from service.cli.alerts import command

    trial, _ = site
    monkeypatch.chdir(trial.settings_file.parent)
    before = len(list(trial.provost.casedesk.list_open()))
    shown = CliRunner().invoke(command, ["run", trial.term, "--dry-run"])
    assert shown.exit_code == 0, shown.output
    assert "scored" in shown.output
    assert "nobody was told" in shown.output
    assert len(list(trial.provost.casedesk.list_open())) == before
