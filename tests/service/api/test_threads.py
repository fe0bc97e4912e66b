"""Requests run in many threads over one installation: nothing is lost, doubled or mixed up."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.changes import PostGrade, Tier
from domain.ids import Crn, PrincipalId, RecordHandle, RuleId, RunId, SectionKey, SisPersonId, TermCode
from domain.images import Image
from domain.plans import Plan
from domain.principals import Role
from graphs.web_settings import HookSettings, Receiver
from service.hook_passes import pass_out
from store.clock import SYSTEM_CLOCK
from store.hooks import HookOutbox
from store.intents import IntentState
from tests.service.web.site import Site, open_site
from tests.store.alert_book import raise_one

pytestmark = pytest.mark.xdist_group("service api")
SECTION = SectionKey(TermCode("202680"), Crn("10001"))
SECRET = "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    receivers = (
        Receiver(name="all", url="https://127.0.0.1:9/", secret=SECRET, kinds=("grade.posted", "student.at_risk")),
        Receiver(name="grades", url="https://127.0.0.1:9/", secret=SECRET, kinds=("grade.posted",)),
    )
    with open_site(tmp_path_factory.mktemp("site"), hooks=HookSettings(receivers=receivers)) as opened:
        for name, role in (("registrar", Role.REGISTRAR), ("admin", Role.ADMIN)):
            opened.add(name, role)
        opened.add("demo-one", Role.REGISTRAR, demo=True)
        opened.add("demo-two", Role.ADVISOR, demo=True)
        yield opened


def test_many_threads_at_once_see_their_own_and_the_ledger_stays_whole(site: Site) -> None:
    def visit(number: int) -> list[object]:
        name = ("demo-one", "demo-two")[number % 2]
        with site.browser(name) as browser:
            seen = [browser.get("/api/v1/me").json()["id"] for _ in range(4)]
        with site.client("registrar") as registrar:
            codes = [registrar.get(f"/api/v1/{path}").status_code for path in ("runs", "ledger/entries", "approvals")]
        return [name, seen, codes]

    with ThreadPoolExecutor(12) as pool:
        for name, seen, codes in pool.map(visit, range(24)):
            assert seen == [name] * 4
            assert codes == [200] * 3
    assert site.kinds().count("session.begun") == 24
    assert site.provost.ledger.verify().ok


def test_one_key_sent_by_many_at_once_starts_one_run(site: Site) -> None:
    def start(_number: int) -> tuple[int, str]:
        with site.client("registrar") as registrar:
            headers = {"Idempotency-Key": "pressed-often"}
            path = "/api/v1/workflows/reconcile/runs"
            answer = registrar.post(path, json={"term": "202680"}, headers=headers)
        return answer.status_code, answer.json().get("run_id", "")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(start, range(16)))
    assert {status for status, _ in answers} <= {202, 409}
    assert len({run for status, run in answers if status == 202}) == 1
    assert site.kinds().count("run.asked") == 1


def test_s154_s155_receivers_are_told_of_what_the_ledger_says_happened_each_once(site: Site) -> None:
    provost = site.provost
    pass_out(provost, site.queue)
    person = provost.identities.handles([SisPersonId("A00000001")])[SisPersonId("A00000001")]
    other = provost.identities.handles([SisPersonId("A00000002")])[SisPersonId("A00000002")]
    written(site, person, "final", IntentState.VERIFIED)
    written(site, other, "interim", IntentState.VERIFIED)
    written(site, other, "final", IntentState.UNVERIFIED)
    raise_one(provost, person, SECTION)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: pass_out(provost, site.queue), range(4)))
    with provost.database.snapshot() as connection:
        rows = connection.exec_driver_sql("SELECT receiver, kind, body, id FROM hook_delivery").all()
    assert Counter((row[0], row[1]) for row in rows) == {
        ("all", "grade.posted"): 1,
        ("grades", "grade.posted"): 1,
        ("all", "student.at_risk"): 1,
    }
    assert all(person in row[2] and "A0000" not in row[2] and '"B"' not in row[2] for row in rows)
    assert {site.queue.status(f"{row[3]}.1") for row in rows} == {"accepted"}
    assert HookOutbox(provost.database).mark("ledger") > 0


def written(site: Site, person: RecordHandle, kind: str, ended: IntentState) -> None:
    """Leave what the gate leaves behind for one grade."""
    said = {"rule": RuleId("R92"), "tier": Tier.PROPOSE, "topic": "grades", "target": "banner", "grade": "B"}
    images = {"before": Image.absent(), "after": Image(fields={"grade": "B"})}
    change = PostGrade(**said, **images, section=SECTION, person=person, grade_type=kind, attested_by=person)
    run = RunId(f"run-{kind}-{ended.value}")
    made = {"run": run, "topic": "grades", "requested_by": PrincipalId("agent:grades"), "made_at": SYSTEM_CLOCK.now()}
    plan, provost = Plan(**made, changes=(change,)), site.provost
    with provost.database.session() as session:
        entry = provost.ledger.append("write.intended", "agent:grades", run, {}, session=session)
        intents = provost.outbox.add(plan, run, entry.seq, session)
        for state in (IntentState.SENDING, IntentState.SENT, ended):
            intents = provost.outbox.mark(intents, state, session=session)
        body = {"plan": plan.plan_hash, "outcomes": {ended.value: [change.change_id]}}
        provost.ledger.append("write.outcome", "provost.gate", run, body, session=session)
