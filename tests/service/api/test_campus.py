"""A campus behind the interface: a program starts a run, people answer, a worker in the same process carries it out."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.ids import SisPersonId
from domain.principals import Role
from evals.campus import Trial, install
from graphs.web_settings import HookSettings, Receiver, WebSettings
from service.hook_passes import pass_out
from service.web.serving import working
from simulator.campus import Campus
from simulator.canvas.live_events import JWKS_PATH
from simulator.server import Face
from tests.service.web.site import Site, serve_provost
from tests.store.alert_book import raise_one

pytestmark = [pytest.mark.xdist_group("service api"), pytest.mark.slow]
SECRET = "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="


class Told(list[tuple[dict[str, str], bytes]]):
    """A system that is told of events and notes what it hears; the first time it does not take it."""

    def application(self) -> Starlette:
        async def hear(request: Request) -> Response:
            self.append((dict(request.headers), await request.body()))
            return Response(status_code=503 if len(self) == 1 else 204)

        return Starlette(routes=[Route("/told", hear, methods=["POST"])])


@pytest.fixture(scope="module")
def campus() -> Iterator[Campus]:
    with Campus.build(students=40, seed=5) as opened:
        yield opened


@pytest.fixture(scope="module")
def told(campus: Campus) -> Iterator[tuple[Told, str]]:
    heard = Told()
    with Face(heard.application(), campus.authority, "receiver") as face:
        yield heard, f"{face.url}/told"


@pytest.fixture(scope="module")
def trial(campus: Campus, told: tuple[Told, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    receiver = Receiver(
        name="success", url=told[1], secret=SECRET, kinds=("student.at_risk", "grade.posted"), scopes=("person:sis_id",)
    )
    with install(campus, tmp_path_factory.mktemp("campus") / "home") as opened:
        keys = f"{campus.handle['canvas']['url']}{JWKS_PATH}"
        hooks = HookSettings(canvas_jwks_url=keys, receivers=(receiver,), gather_seconds=1)
        web = WebSettings(port=0, development_sign_in=True)
        yield opened.restart(web=web, hooks=hooks, poll_seconds=0.2)


@pytest.fixture(scope="module")
def site(trial: Trial) -> Iterator[Site]:
    with contextmanager(serve_provost)(trial.provost) as opened:
        opened.add("program", Role.SERVICE, "runs:invoke", "runs:read", "approvals:read", "ledger:read")
        for name, role in (("registrar", Role.REGISTRAR), ("tech", Role.INSTRUCTIONAL_TECHNOLOGY)):
            opened.add(name, role)
        with working(trial.provost):
            yield opened


def start(client: httpx.Client, term: str, key: str, **more: Any) -> httpx.Response:
    path = "/api/v1/workflows/reconcile/runs"
    return client.post(path, json={"term": term, **more}, headers={"Idempotency-Key": key})


def follow(client: httpx.Client, run: str, until: set[str]) -> list[tuple[str, dict[str, Any]]]:
    """Follow a run's events until it is in one of these states."""
    seen: list[tuple[str, dict[str, Any]]] = []
    with client.stream("GET", f"/api/v1/runs/{run}/events", timeout=120) as stream:
        kind = ""
        for line in stream.iter_lines():
            name, _, value = line.partition(": ")
            kind = value if name == "event" else kind
            if name == "data":
                seen.append((kind, json.loads(value)))
                if kind == "ended" or (kind == "state" and seen[-1][1]["state"] in until):
                    return seen
    return seen


def test_a_program_starts_a_run_once_follows_it_and_people_answer_what_it_asks(site: Site, trial: Trial) -> None:
    with site.client("program") as program:
        first, again = (start(program, trial.term, "nightly-2026-09-21") for _ in range(2))
        assert (first.status_code, again.status_code) == (202, 202)
        run = first.json()["run_id"]
        assert again.json()["run_id"] == run
        other = start(program, trial.term, "nightly-2026-09-21", dry_run=True)
        assert (other.status_code, other.json()["code"]) == (422, "PV803")
        seen = follow(program, run, {"waiting", "done", "failed"})
        assert seen[-1] == ("state", {"run": run, "state": "waiting", "counts": seen[-1][1]["counts"]})
        assert {"entry", "state"} == {kind for kind, _ in seen}
        assert [said["seq"] for kind, said in seen if kind == "entry"] == sorted(
            said["seq"] for kind, said in seen if kind == "entry"
        )
        runs = program.get("/api/v1/runs", params={"kind": "reconcile"}).json()["items"]
        assert [row["id"] for row in runs] == [run], "the same key started one run"
        waiting = program.get("/api/v1/approvals").json()["items"]
        assert waiting
        denied = program.post(f"/api/v1/approvals/{waiting[0]['id']}/answers", json={})
        assert denied.status_code == 403, "no program approves"
    answer_all(site, run)


def answer_all(site: Site, run: str) -> None:
    answered = 0
    for name in ("registrar", "tech"):
        with site.client(name) as person:
            for asked in person.get("/api/v1/approvals").json()["items"]:
                path = f"/api/v1/approvals/{asked['id']}"
                shown = person.get(path).json()
                assert shown["plan"]
                assert shown["plan_hash"] == asked["plan_hash"]
                stale = person.post(f"{path}/answers", json={"plan_hash": "0" * 64, "decision": "approve"})
                assert (stale.status_code, stale.json()["code"]) == (409, "PV402")
                answer = person.post(
                    f"{path}/answers",
                    json={"plan_hash": asked["plan_hash"], "decision": "approve", "reason": "seen"},
                    headers={"Idempotency-Key": f"answer-{asked['id']}"},
                )
                assert answer.status_code == 200, answer.text
                again = person.post(f"{path}/answers", json={"plan_hash": asked["plan_hash"], "decision": "approve"})
                assert again.status_code == 409, "a second answer is one too many"
                answered += answer.json()["complete"]
    assert answered
    with site.client("program") as program:
        seen = follow(program, run, {"done", "failed"})
        assert seen[-1][1]["state"] in ("done", "waiting")
        kinds = {said["kind"] for kind, said in seen if kind == "entry"}
        assert {"approval.requested", "approval.answered", "write.intended", "write.outcome"} <= kinds
        assert program.get("/api/v1/ledger/verification").json()["ok"]


def test_pages_follow_one_another_and_leave_nothing_out(site: Site) -> None:
    with site.client("program") as program:
        found, cursor = [], ""
        for _ in range(200):
            page = program.get("/api/v1/ledger/entries", params={"limit": 40, "cursor": cursor}).json()
            found += [entry["seq"] for entry in page["items"]]
            cursor = page["next"]
            if not cursor:
                break
        assert found == list(range(1, len(found) + 1))
        assert program.get("/api/v1/ledger/entries", params={"cursor": "nonsense"}).status_code == 422


def test_a_live_event_about_a_student_in_a_class_sets_one_look_off(site: Site, trial: Trial, campus: Campus) -> None:
    row = next(one for one in trial.provost.sis.read_registrations(trial.term).rows if one.status.value == "registered")
    known = trial.provost.identities.handles([row.person])[SisPersonId(row.person)]
    state = campus.canvas
    user = next(one.user_id for one in state.logins.values() if one.sis_user_id == row.person)
    section = next(one for one in state.sections.values() if one.sis_section_id == row.section.sis_section_id)
    live = campus.canvas_face.live_events
    token = live.grade_change(section.course_id, user, 55.0, datetime.now(UTC))
    with site.client() as canvas:
        answers = [canvas.post("/hooks/canvas", content=token.encode()).json()["state"] for _ in range(3)]
    assert answers == ["kept", "known", "known"]
    deadline = time.monotonic() + 60
    while "hook.taken" not in site.kinds() and time.monotonic() < deadline:
        time.sleep(0.2)
    with site.client("program") as program:
        taken = program.get("/api/v1/ledger/entries", params={"kind": "hook.taken"}).json()["items"]
        assert [entry["body"]["workflow"] for entry in taken] == ["early_alert"]
        seen = follow(program, taken[0]["run"], {"done", "waiting", "stopped", "failed"})
        assert seen[-1][1]["state"] in ("done", "waiting", "stopped"), seen[-1]
    assert known


def test_s155_a_receiver_is_told_once_signed_and_by_handle(site: Site, trial: Trial, told: tuple[Told, str]) -> None:
    provost, heard = trial.provost, told[0]
    pass_out(provost, site.queue)
    row = trial.provost.sis.read_registrations(trial.term).rows[0]
    person = provost.identities.handles([row.person])[row.person]
    alert = raise_one(provost, person, row.section)
    deadline = time.monotonic() + 60
    while (len(heard) < 2 or "hook.delivered" not in site.kinds()) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert len(heard) >= 2, "what was not taken is sent again"
    headers, body = heard[-1]
    assert {one[0]["webhook-id"] for one in heard} == {headers["webhook-id"]}, "under the same id"
    said = Webhook(SECRET).verify(body, headers)
    assert said["type"] == "student.at_risk"
    assert said["data"] == {
        "alert": alert,
        "person": person,
        "section": str(row.section),
        "run": "run-told",
        "sis_id": row.person,
    }
    assert site.kinds().count("hook.delivered") == 1
    with provost.database.snapshot() as connection:
        stored = connection.exec_driver_sql("SELECT body FROM hook_delivery").scalars().all()
    assert all(row.person not in text for text in stored), "an SIS id is never kept for sending"
