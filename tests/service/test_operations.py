"""What watches over the service: health, readiness, figures; and that none of it names anybody."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import chdir
from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from domain.errors import ConfigurationError
from domain.ids import PrincipalId
from domain.principals import PrincipalKind, Role
from graphs.assembly import Provost, assemble
from graphs.settings import load_settings
from privacy.models.usage import CallKey, Outcome, Usage
from service.engine import WorkQueue, engine_url
from service.living import Living, reopen
from service.operations.loopback import serving_health
from service.web.operations import router
from store.plans import ApprovalRow, ApprovalState
from tests.service.conftest import Install, Installation

FIGURE = re.compile(r"^(\w+)(?:\{(.*)\})? ([0-9.e+-]+)$", re.MULTILINE)
EXPECTED = {
    *("provost_runs", "provost_queue", "provost_queue_oldest_seconds", "provost_approvals_waiting"),
    *("provost_requests_total", "provost_writes", "provost_model_calls_total", "provost_event_age_seconds"),
    *("provost_ledger_unsealed_entries", "provost_approval_oldest_seconds", "provost_directory_age_seconds"),
}


@pytest.fixture(scope="module")
def installation(install: Install, shipped_policy: str) -> Installation:
    return install(shipped_policy)


@pytest.fixture(scope="module")
def provost(installation: Installation) -> Iterator[Provost]:
    """An installation that has read people, carried an event and holds something for a person."""
    with chdir(installation.settings_file.parent), assemble(load_settings()) as opened:
        opened.refresh_directory("tester")
        installation.campus.live(2)
        opened.run_event(opened.feed.read_events(5)[0])
        with opened.database.session() as session:
            session.add(held_approval(opened.clock.now()))
        opened.models.counters.add(CallKey("lab", "m1", "chat", Outcome.ANSWERED), Usage(7, 3, counted=True), 0, 0.2)
        queue = WorkQueue(engine_url(opened.settings.database, opened.settings.home))
        queue.enqueue("roster_sync", "evt_waiting1", {})
        queue.close()
        yield opened


def held_approval(now: datetime) -> ApprovalRow:
    return ApprovalRow(
        id="apr_1",
        run="run_1",
        plan_hash="0" * 64,
        plan="{}",
        topic="t",
        approver_role="registrar",
        requested_by="agent:roster",
        state=ApprovalState.PENDING,
        created_at=now,
        expires_at=now + timedelta(days=1),
    )


def client_of(provost: Provost, host: str = "127.0.0.1") -> TestClient:
    app = FastAPI()
    app.state.provost = provost
    app.include_router(router)
    return TestClient(app, client=(host, 50000))


def test_figures_are_all_there_and_name_nobody(provost: Provost) -> None:
    text = client_of(provost).get("/metrics").text
    found = {name: float(value) for name, _, value in FIGURE.findall(text)}
    assert set(found) >= EXPECTED
    assert 'provost_queue{state="waiting"} 1.0' in text
    assert 'provost_approvals_waiting{role="registrar"} 1.0' in text
    assert 'provost_requests_total{status="200",system="canvas"}' in text
    assert re.search(r'provost_runs\{state="\w+",workflow="event"\} 1.0', text)
    assert found["provost_queue_oldest_seconds"] < 600
    users = provost.lms.read_users().rows
    planted = {word for user in users for word in (user.sis_id, user.login, user.name) if word}
    assert len(planted) > 100
    labels = " ".join(values for _, values, _ in FIGURE.findall(text))
    assert [word for word in planted if word in labels] == []


def test_readiness_names_each_part_and_fails_where_one_that_is_needed_is_broken(
    provost: Provost, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(provost)
    assert client.get("/healthz").text == "ok\n"
    said = client.get("/readyz")
    assert said.status_code == 200
    assert {part["name"]: part["ok"] for part in said.json()["parts"]} == dict.fromkeys(
        ("database", "engine", "ledger", "directory"), True
    )
    monkeypatch.setattr("service.operations.readiness.read_queue", lambda _: 1 / 0)
    broken = client.get("/readyz")
    assert (broken.status_code, broken.json()["ready"]) == (503, False)
    assert "ZeroDivisionError" in json.dumps(broken.json())
    monkeypatch.undo()
    old = provost.settings.model_copy(
        update={"privacy": provost.settings.privacy.model_copy(update={"directory_hours": 0})}
    )
    monkeypatch.setattr(provost, "settings", old)
    stale = client.get("/readyz")
    assert (stale.status_code, [part["ok"] for part in stale.json()["parts"]][-1]) == (200, False)


def test_figures_are_for_this_machine_or_a_service_that_may_read_them(provost: Provost) -> None:
    def token(name: str, kind: PrincipalKind, role: Role, *scopes: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {provost.principals.add(PrincipalId(name), kind, [role], scopes)}"}

    far = client_of(provost, "192.0.2.7")
    assert far.get("/healthz").status_code == 200
    refused = far.get("/metrics")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert client_of(provost).get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 401
    assert far.get("/metrics", headers={"Authorization": "Bearer nonsense"}).status_code == 401
    person = token("pat", PrincipalKind.PERSON, Role.ADMIN, "metrics:read")
    other = token("sync", PrincipalKind.SERVICE, Role.SERVICE, "runs:read")
    assert {far.get("/metrics", headers=one).status_code for one in (person, other)} == {401}
    scraper = token("scraper", PrincipalKind.SERVICE, Role.SERVICE, "metrics:read")
    assert far.get("/metrics", headers=scraper).status_code == 200
    provost.principals.revoke(PrincipalId("scraper"))
    assert far.get("/metrics", headers=scraper).status_code == 401


def test_a_worker_shows_its_health_on_loopback_alone(provost: Provost) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.listen()
        with pytest.raises(ConfigurationError, match="cannot be served"), serving_health(lambda: provost, port):
            pass
    with serving_health(lambda: provost, port):
        assert httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False).json()["ready"]
        assert "provost_queue" in httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
        assert httpx.get(f"http://127.0.0.1:{port}/docs", trust_env=False).status_code == 404


def test_files_are_read_again_and_a_broken_one_keeps_the_old(provost: Provost, installation: Installation) -> None:
    policy, alerts = installation.home / "policy.yaml", installation.home / "alerts.yaml"
    kept, kept_alerts = policy.read_text(encoding="utf-8"), alerts.read_text(encoding="utf-8")
    living = Living(provost, lambda: reopen(provost))
    try:
        with chdir(installation.settings_file.parent), capture_logs() as logs:
            policy.write_text(kept.replace("percent:", "perzent:", 1), encoding="utf-8")
            assert (living.reload(), living.present) == (False, provost)
            policy.write_text(kept, encoding="utf-8")
            alerts.write_text(kept_alerts.replace("capacity:", "kapacity:", 1), encoding="utf-8")
            assert (living.reload(), living.present) == (False, provost)
            alerts.write_text(kept_alerts, encoding="utf-8")
            assert [entry["event"] for entry in logs] == 2 * ["files were not read again; the old ones stay"]
            policy.write_text(lowered(kept), encoding="utf-8")
            with living.using() as before:
                assert living.reload()
                assert before is provost
            with living.using() as second:
                assert second.policy != provost.policy
                policy.write_text(kept, encoding="utf-8")
                assert living.reload()
                second.runs.latest()
            assert living.present.policy == provost.policy
            assert living._open == [provost, living.present], "the one in between was closed once nobody used it"
            assert living.present.ledger.verify().ok
    finally:
        policy.write_text(kept, encoding="utf-8")
        alerts.write_text(kept_alerts, encoding="utf-8")
        living.close()


def lowered(policy: str) -> str:
    """The same policy with one limit changed."""
    changed = re.sub(r"absolute: \d+", "absolute: 7", policy, count=1)
    assert changed != policy
    return changed
