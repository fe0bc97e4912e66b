"""What follows an alert beside its case: resources for the advisor, good news, citations, a model's wording."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from agents.early_alert.good_news import TOPIC
from domain.changes import Tier
from domain.identities import Identity, KnownName, KnownPerson, PersonKind
from domain.ids import RecordHandle, ResourceId, RunId, SectionKey
from domain.learning import Resource, ResourceKind
from domain.ports import Fetch
from domain.principals import Principal, PrincipalKind, Role
from domain.rules.alert_policy import CloseReason
from domain.rules.messages import judges_or_names
from graphs.early_alert import AlertRequest
from graphs.path_outcomes import RECOMMENDED
from graphs.reports import RunReport
from graphs.setting_groups import ModelSettings
from privacy.knowledge.folder import Head
from store.alerts import Alert, EventKind
from tests.graphs.class_campus import SECTION, STARTS, TERM, ClassCampus, Site, fetch, open_site
from tests.privacy.models.provider_server import Say, provider_server

REGISTRAR = Principal(id="reg", kind=PrincipalKind.PERSON, roles=frozenset({Role.REGISTRAR}))
RUN, LATER, LAST = (RunId(f"run_0123456789{end}") for end in ("ab", "cd", "ef"))


def run(site: Site, name: RunId = RUN, **more: object) -> RunReport:
    return site.provost.work(AlertRequest(run=name, term=TERM, **more))


def alerts(site: Site) -> tuple[Alert, ...]:
    return site.provost.alerts.of_term(TERM)


def everybody(site: Site) -> Iterator[KnownPerson]:
    """The students as the directory of people knows them."""
    for n in range(site.campus.students):
        names = (KnownName(first="Pat", last=f"Quimby{n}"),)
        identity = Identity(sis_id=site.campus.sis_id(n), kind=PersonKind.STUDENT, names=names)
        yield KnownPerson(handle=site.campus.handle(n), identity=identity)


def advised(site: Site, person: RecordHandle) -> Principal:
    """The student's own advisor."""
    return site.advisor(int(site.provost.identities.person(person)[1:]) % 2)


@pytest.mark.slow
def test_r129_who_is_back_at_work_hears_so_once_and_from_their_advisor_only(tmp_path: Path) -> None:
    campus = ClassCampus(stops=22, back=27)
    campus.marks = {(week, n): Decimal(20) for week in range(1, 15) for n in (21, 22, 23)}
    with open_site(tmp_path, campus) as site:
        with site.on_day(27):
            run(site)
        raised = {alert.id: alert for alert in alerts(site)}
        with site.on_day(45):
            report = run(site, LATER)
            held = [plan for plan in report.held if plan.topic.startswith(TOPIC)]
            assert report.counts["good news"] == len(held) == 2
            assert site.inbox.sent == {}
            for plan, answer in zip(held, ("approve", "reject"), strict=True):
                mine = advised(site, raised[plan.topic.removeprefix(TOPIC)].person)
                (view,) = [view for view in site.provost.approvals.answerable(mine) if view.plan.topic == plan.topic]
                site.provost.answer(view.id, mine, answer, plan_hash=view.plan.plan_hash, reason="no")
        (message,) = site.inbox.sent.values()
        told = [plan.topic.removeprefix(TOPIC) for plan in held]
        assert (message.recipient, message.tier) == (raised[told[0]].person, Tier.PROPOSE)
        assert "BIOL101" in message.subject
        assert not judges_or_names(f"{message.subject} {message.body}")
        said = [[event.kind for event in site.provost.alerts.read(id_).events][-2:] for id_ in told]
        assert said == [
            [EventKind.GOOD_NEWS, EventKind.MESSAGE_SENT],
            [EventKind.GOOD_NEWS, EventKind.MESSAGE_NOT_SENT],
        ]
        with site.on_day(46):
            again = {plan.topic.removeprefix(TOPIC) for plan in run(site, LAST).held}
            assert not again & set(told)


def test_r119_whoever_left_the_class_since_the_rosters_were_read_gets_no_alert_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_section_registrations(section: SectionKey) -> Fetch:
        rows = campus.read_registrations(section.term).rows
        return fetch(row for row in rows if row.person != campus.sis_id(23))

    campus = ClassCampus()
    monkeypatch.setattr(campus, "read_section_registrations", read_section_registrations)
    with open_site(tmp_path, campus, {"suggest_path": True}) as site, site.on_day(30), capture_logs() as lines:
        run(site)
        assert {alert.person for alert in alerts(site)} == {campus.handle(21), campus.handle(22)}
        assert run(site, LATER, dry_run=True).counts["registration ended"] == 1
    assert [line for line in lines if "learning path" in line["event"]] == []


def test_r119_an_open_alert_ends_when_its_student_leaves_the_class(tmp_path: Path) -> None:
    with open_site(tmp_path) as site:
        with site.on_day(30):
            run(site)
        site.campus.dropped[23] = STARTS + timedelta(days=30)
        with site.on_day(31):
            report = run(site, LATER)
        (ended,) = [alert for alert in alerts(site) if not alert.is_open]
        assert (ended.person, ended.close_reason) == (site.campus.handle(23), CloseReason.LEFT)
        assert report.counts["left the class"] == 1
        assert ended.person not in {case["person"] for case in site.provost.casedesk.list_open()}


@pytest.mark.parametrize(("wanted", "named"), [(True, 3), (False, 0)])
def test_s172_a_case_names_what_the_class_offers_and_the_student_is_told_nothing(
    tmp_path: Path, wanted: bool, named: int
) -> None:
    offer = Resource(
        id=ResourceId("quiz-7"), section=SECTION, kind=ResourceKind.QUIZ, title="Cells again", position=1,
        url="https://lms.example.edu/courses/1/quizzes/7",
    )  # fmt: skip
    with open_site(tmp_path, ClassCampus(offers=[offer]), {"suggest_path": wanted}) as site, site.on_day(30):
        report = run(site)
        cases = [str(case["body"]) for case in site.provost.casedesk.list_open()]
        assert sum(f"The class offers a practice quiz: {offer.url}" in body for body in cases) == named
        assert not any(offer.title in body for body in cases)
        drafts = [view.plan.changes[0].body for view in site.provost.approvals.find() if view.state == "pending"]
        assert len(drafts) == len(report.held) == 3
        assert not any(offer.url in body for body in drafts)
        entries = "".join(site.provost.ledger.export(person=alerts(site)[0].person))
        assert RECOMMENDED not in entries
        assert ("agent:learning_path" in entries) is wanted
        assert ("uses", None) not in site.campus.reads


@pytest.mark.slow
def test_s161_an_alert_cites_the_knowledge_base_where_it_is_open_here(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "outreach.md").write_text("# Missed work\n\nFollow up on missed work within three days.\n")
    with open_site(tmp_path) as site, site.on_day(30):
        assert run(site, dry_run=True).counts["alerts"] == 3
        head = Head.model_validate({"access": "public", "person_free": True})
        added = site.provost.knowledge.ingest_folder(tmp_path / "texts", "policy", head, REGISTRAR).added
        assert added == 1
        run(site, LATER)
        found = [alert.detail.citations for alert in alerts(site) if alert.detail]
        assert found
        assert all(any("folder:policy" in cited for cited in each) for each in found)
        assert all("(folder:policy)." in str(case["body"]) for case in site.provost.casedesk.list_open())


@pytest.mark.slow
def test_a_model_words_the_opening_and_the_closing_and_is_told_kinds_of_work_only(tmp_path: Path) -> None:
    """Of three answers the first is fit; the second speaks of a score, the third is one line: the template stands."""
    fit = Say("Hello, I am writing about your course.\nCome by and we look at it together.")
    script = (fit, Say("Hello, your risk score is high.\nCome by."), Say("One line only."))
    with provider_server(*script) as provider, open_site(tmp_path, alerts={"model_wording": True}) as site:
        model = ModelSettings(base_url=provider.url, model="test-model", max_retries=0)
        site.settings = site.settings.model_copy(update={"model": model})
        site.reopen()
        with site.on_day(30):
            site.provost.boundary.directory.refresh(everybody(site), complete=True)
            run(site)
            drafted = [view.plan.changes[0].body for view in site.provost.approvals.find() if view.state == "pending"]
        assert len(drafted) == len(provider.heard) == 3
        assert sum("I am writing about your course" in body for body in drafted) == 1
        assert sum("this is a note from your advising office" in body for body in drafted) == 2
        assert all("Due next: Essay 5, on 2026-10-02." in body for body in drafted)
        said = provider.everything
        assert "BEGIN FACTS" in said
        assert not any(name in said for name in ("per_", "Essay", "Quimby", "2026-10-02"))
        assert not any(site.campus.sis_id(n) in said for n in range(site.campus.students))
