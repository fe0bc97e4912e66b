"""Webhooks that come in: what is signed is kept once and handed on, everything else leaves no trace."""

import base64
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from graphs.web_settings import HookSettings, Sender, WebSettings
from service.hook_passes import pass_in, run_of_hook
from store.hooks import HookInbox
from tests.service.web.site import Site, open_site

pytestmark = pytest.mark.xdist_group("service web")

OLD, NEW = ("whsec_" + base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
BODY = json.dumps({"type": "grade.posted", "data": {"section": "202680-10001"}}).encode()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    senders = (
        Sender(name="gradebook", secrets=(OLD, NEW), kinds=("grade.posted",)),
        Sender(name="success", secrets=(NEW,), kinds=("student.at_risk",)),
    )
    with open_site(tmp_path_factory.mktemp("site"), hooks=HookSettings(senders=senders)) as opened:
        yield opened


def signed(event: str, body: bytes = BODY, *, secret: str = OLD, at: float | None = None) -> list[tuple[str, str]]:
    moment = datetime.fromtimestamp(int(time.time() if at is None else at), UTC)
    signature = Webhook(secret).sign(event, moment, body.decode())
    return [
        ("webhook-id", event),
        ("webhook-timestamp", str(int(moment.timestamp()))),
        ("webhook-signature", signature),
    ]


def send(site: Site, headers: list[tuple[str, str]], body: Any = BODY, sender: str = "gradebook") -> httpx.Response:
    with site.client() as client:
        return client.post(f"/hooks/from/{sender}", content=body, headers=httpx.Headers(headers))


def kept(site: Site) -> int:
    return sum(HookInbox(site.provost.database, site.provost.keyring).count().values())


def test_s154_a_signed_event_is_kept_handed_on_once_and_a_replay_does_nothing(site: Site) -> None:
    headers = signed("evt_1")
    first, again = send(site, headers), send(site, headers)
    assert (first.status_code, first.json()) == (200, {"state": "kept"})
    assert (again.status_code, again.json()) == (200, {"state": "known"})
    other = json.dumps({"type": "grade.posted", "data": {"section": "202680-99999"}}).encode()
    assert send(site, signed("evt_1", other), other).json() == {"state": "known"}, "an id counts once, whatever it says"
    work = run_of_hook("from:gradebook", "evt_1")
    deadline = time.monotonic() + 10
    while site.queue.status(work) == "unknown" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert site.queue.status(work) == "accepted"
    with site.provost.database.snapshot() as connection:
        rows = connection.exec_driver_sql("SELECT sealed FROM hook_inbox WHERE event = 'evt_1'").all()
    assert len(rows) == 1
    assert "202680" not in rows[0][0], "what it says is sealed"


def test_both_secrets_count_while_one_is_being_replaced(site: Site) -> None:
    assert send(site, signed("evt_old", secret=OLD)).status_code == 200
    assert send(site, signed("evt_new", secret=NEW)).status_code == 200
    several = [(n, f"v1,AAAA {v} v2,xyz" if n == "webhook-signature" else v) for n, v in signed("evt_several")]
    assert send(site, several).status_code == 200


def damaged() -> dict[str, tuple[list[tuple[str, str]], bytes, str]]:
    good, now = signed("evt_bad"), time.time()
    by_name = dict(good)
    spaced = json.dumps(json.loads(BODY), indent=1).encode()
    return {
        "an altered byte": (good, BODY.replace(b"10001", b"10002"), "gradebook"),
        "JSON that was written anew": (good, spaced, "gradebook"),
        "a time long gone": (signed("evt_bad", at=now - 301), BODY, "gradebook"),
        "a time to come": (signed("evt_bad", at=now + 302), BODY, "gradebook"),
        "a secret that does not count": (
            signed("evt_bad", secret="whsec_" + base64.b64encode(b"x" * 32).decode()),
            BODY,
            "gradebook",
        ),
        "another sender's secret": (signed("evt_bad", secret=OLD), BODY, "success"),
        "no such sender": (good, BODY, "nobody"),
        "no id": ([pair for pair in good if pair[0] != "webhook-id"], BODY, "gradebook"),
        "no signature": ([pair for pair in good if pair[0] != "webhook-signature"], BODY, "gradebook"),
        "a header twice": ([*good, ("webhook-signature", by_name["webhook-signature"])], BODY, "gradebook"),
        "an id twice": ([*good, ("webhook-id", "evt_other")], BODY, "gradebook"),
        "a time that is none": ([(n, "1e9" if n == "webhook-timestamp" else v) for n, v in good], BODY, "gradebook"),
        "a time with zeros": ([(n, f"0{v}" if n == "webhook-timestamp" else v) for n, v in good], BODY, "gradebook"),
        "an id with a dot moved": ([(n, "evt_bad." if n == "webhook-id" else v) for n, v in good], BODY, "gradebook"),
        "bytes that are no text": (good, b"\xff\xfe" + BODY, "gradebook"),
    }


@pytest.mark.parametrize("what", sorted(damaged()))
def test_what_is_not_signed_as_it_must_be_is_refused_and_leaves_no_trace(site: Site, what: str) -> None:
    headers, body, sender = damaged()[what]
    before = kept(site)
    answer = send(site, headers, body, sender)
    assert (answer.status_code, answer.json()["code"]) == (401, "PV807"), what
    assert kept(site) == before


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b'{"type":"student.at_risk","data":{}}',
        b'{"type":"grade.posted","data":[]}',
        b'{"type":{},"data":{}}',
        b"[" * 100_000,
    ],
)
def test_signed_garbage_is_refused_and_harmless(site: Site, body: bytes) -> None:
    before = kept(site)
    assert send(site, signed("evt_garbage", body), body).status_code == 422
    assert kept(site) == before


def test_ten_megabytes_are_not_read(site: Site) -> None:
    large = b'{"type":"grade.posted","data":{"x":"' + b"x" * 10_000_000 + b'"}}'
    answer = send(site, signed("evt_large", large), large)
    assert (answer.status_code, answer.json()["code"]) == (413, "PV808")
    assert send(site, signed("evt_endless"), (b"x" * 65_536 for _ in range(160))).status_code == 413


def test_an_event_is_acknowledged_within_fifty_milliseconds(site: Site) -> None:
    took = []
    with site.client() as client:
        for n in range(60):
            headers = httpx.Headers(signed(f"evt_quick_{n}"))
            began = time.perf_counter()
            assert client.post("/hooks/from/gradebook", content=BODY, headers=headers).json() == {"state": "kept"}
            took.append((time.perf_counter() - began) * 1000)
    assert median(took) < 50, f"median {median(took):.1f} ms, p95 {quantiles(took, n=20)[-1]:.1f} ms"


def test_what_was_kept_when_the_process_died_is_handed_on_by_the_next(tmp_path: Path) -> None:
    hooks = HookSettings(senders=(Sender(name="gradebook", secrets=(OLD,), kinds=("grade.posted",)),))
    web = WebSettings(port=0)
    with open_site(tmp_path, hooks=hooks, web=web) as site:
        site.app.state.hooks.__dict__["wake"] = lambda: None
        assert send(site, signed("evt_kept")).json() == {"state": "kept"}
        with site.provost.database.transaction() as connection:  # as a crash between keeping and handing on leaves it
            connection.exec_driver_sql("UPDATE hook_inbox SET state = 'kept'")
        assert pass_in(site.provost, site.queue) in (0, 1)
        assert site.queue.status(run_of_hook("from:gradebook", "evt_kept")) == "accepted"
        assert kept(site) == 1
