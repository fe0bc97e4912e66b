"""The wire client over real TLS sockets: what is retried, what never is, and what each refusal becomes."""

import json
import threading
from collections.abc import Callable

import pytest

from domain.errors import (
    CircuitOpen,
    ConfigurationError,
    CredentialRejected,
    MalformedSource,
    ProvostError,
    RefusedBySystem,
    Throttled,
    UncertainEffect,
    Unreachable,
)
from tests.tools.wire_server import Asked, Reply, Served, serve
from tools.wire import Breaker, RetryPolicy, StaticBearer, Timeouts, TlsPolicy, WireClient, WireResponse, escape_id

QUICK = RetryPolicy(attempts=3, throttled_attempts=4, first_wait=0.0, deadline=10)
THROTTLE = Reply(403, b"403 Forbidden (Rate Limit Exceeded)\n", {"Content-Type": "text/plain; charset=utf-8"})
DENIED = b'{"status":"unauthorized","errors":[{"message":"user not authorized to perform that action"}]}'


def connect(server: Served, token: str = "t", **options: object) -> WireClient:
    policies = {"retry": QUICK, "timeouts": Timeouts(read=1.0), "tls": TlsPolicy(ca_file=server.ca_file)}
    return WireClient(server.url, StaticBearer(token), system="canvas", **{**policies, **options})  # type: ignore[arg-type]


def in_turn(*replies: Reply) -> Callable[[Asked], Reply]:
    """Answer with each reply in turn; the last one stays."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def test_a_request_names_itself_carries_the_token_and_reads_json_over_tls_1_3() -> None:
    with serve(in_turn(Reply(body=b'{"id": 7}'))) as server, connect(server, "secret") as client:
        answer = client.get("/api/v1/users/7", params=(("include[]", "email"), ("include[]", "locale")))
    assert answer.json() == {"id": 7}
    assert answer.tls == "TLSv1.3"
    assert server.asked[0].headers["authorization"] == "Bearer secret"
    assert server.asked[0].headers["user-agent"].startswith("Provost/")
    assert server.asked[0].target.endswith("?include%5B%5D=email&include%5B%5D=locale")


@pytest.mark.parametrize(
    ("fault", "method", "tries"),
    [
        (Reply(502, b"bad gateway"), "GET", 2),
        (Reply(500, b"{}"), "PUT", 2),
        (Reply(503, b"", {"Retry-After": "0"}), "DELETE", 2),
        (Reply(drop=True), "GET", 2),
        (Reply(hang=1.4), "GET", 2),
        (THROTTLE, "POST", 2),
        (Reply(429, b""), "POST", 2),
        (Reply(body=b'[{"id": 1}, {"id'), "GET", 2),
        (Reply(body=b'[{"id": 1}', cut=40), "GET", 2),
    ],
    ids=["502", "put_500", "delete_503", "dropped", "timeout", "r73_403_text", "r73_429", "cut_json", "cut_body"],
)
def test_what_is_safe_is_sent_again(fault: Reply, method: str, tries: int) -> None:
    with serve(in_turn(fault, Reply(body=b"[]"))) as server, connect(server) as client:
        assert client.request(method, "/x").json() == []
    assert len(server.asked) == tries


@pytest.mark.parametrize("fault", [Reply(500, b"{}"), Reply(drop=True), Reply(hang=1.4)], ids=["500", "drop", "hang"])
def test_r75_a_post_without_an_answer_is_uncertain_and_never_sent_again(fault: Reply) -> None:
    with serve(in_turn(fault, Reply())) as server, connect(server) as client, pytest.raises(UncertainEffect):
        client.post("/api/v1/conversations", form=(("body", "hello"),))
    assert len(server.asked) == 1


def test_a_post_that_the_caller_calls_idempotent_is_sent_again() -> None:
    with serve(in_turn(Reply(drop=True), Reply(body=b'{"id":1}'))) as server, connect(server) as client:
        assert client.post("/imports", content=b"zip", idempotent=True).json() == {"id": 1}
    assert [asked.body for asked in server.asked] == [b"zip", b"zip"]


@pytest.mark.parametrize(
    ("reply", "error", "tries"),
    [
        (Reply(401, DENIED), CredentialRejected, 1),
        (Reply(403, DENIED), CredentialRejected, 1),
        (Reply(401, b"{}", {"WWW-Authenticate": 'Bearer realm="canvas-lms"'}), CredentialRejected, 1),
        (Reply(403, b'{"message":"course batch size limit (500) exceeded"}'), RefusedBySystem, 1),
        (Reply(404, b'{"errors":[{"message":"The specified resource does not exist."}]}'), RefusedBySystem, 1),
        (Reply(422, b'{"errors":{"unique_id":[{"attribute":"unique_id","type":"taken"}]}}'), RefusedBySystem, 1),
        (Reply(302, b"", {"Location": "https://elsewhere.example"}), ConfigurationError, 1),
        (Reply(500, b"{}"), Unreachable, 3),
        (THROTTLE, Throttled, 4),
        (Reply(body=b'{"cut'), MalformedSource, 3),
    ],
)
def test_each_refusal_names_who_must_act(reply: Reply, error: type[ProvostError], tries: int) -> None:
    with serve(in_turn(reply)) as server, connect(server) as client, pytest.raises(error) as caught:
        client.get("/api/v1/users/sis_user_id:A00123456")
    assert type(caught.value) is error
    assert len(server.asked) == tries
    assert "A00123456" not in str(caught.value)
    assert caught.value.field
    assert caught.value.fix


def test_the_field_of_a_validation_error_is_named() -> None:
    reply = Reply(
        400, b'{"errors":{"sis_user_id":[{"attribute":"sis_user_id","type":"taken","message":"A00123456 taken"}]}}'
    )
    with serve(in_turn(reply)) as server, connect(server) as client, pytest.raises(RefusedBySystem) as caught:
        client.put("/api/v1/users/9", form=())
    assert caught.value.field == "sis_user_id"


def test_a_status_the_caller_accepts_is_an_answer() -> None:
    with serve(in_turn(Reply(404, b"{}"))) as server, connect(server) as client:
        assert client.get("/api/v1/sections/1", accept=(404,)).status == 404


def test_an_answer_over_the_cap_is_malformed_not_swallowed() -> None:
    body = json.dumps(["x" * 5000]).encode()
    with (
        serve(in_turn(Reply(body=body))) as server,
        connect(server, max_bytes=1000) as client,
        pytest.raises(MalformedSource) as stopped,
    ):
        client.get("/big")
    assert "exceeds 1000 bytes" in str(stopped.value)


def test_a_refusal_inside_a_200_is_read_by_the_systems_own_reader() -> None:
    def refusal(response: WireResponse) -> ProvostError | None:
        return RefusedBySystem("Errors in a 200.") if b"errors" in response.content else None

    with (
        serve(in_turn(Reply(body=b'{"errors":[]}'))) as server,
        connect(server, refusal=refusal) as client,
        pytest.raises(RefusedBySystem),
    ):
        client.get("/x")


def test_the_breaker_opens_after_failures_and_closes_after_a_rest() -> None:
    replies = in_turn(Reply(500), Reply(500), Reply(500), Reply(body=b"[1]"))
    breaker = Breaker("canvas", threshold=3, rest=0.3)
    with serve(replies) as server, connect(server, breaker=breaker) as client:
        with pytest.raises(Unreachable):
            client.get("/x")
        with pytest.raises(CircuitOpen):
            client.get("/x")
        assert len(server.asked) == 3
        threading.Event().wait(0.35)
        assert client.get("/x").json() == [1]


def test_a_refused_credential_does_not_open_the_breaker() -> None:
    breaker = Breaker("canvas", threshold=2, rest=60)
    with serve(in_turn(Reply(403, DENIED))) as server, connect(server, breaker=breaker) as client:
        for _ in range(4):
            with pytest.raises(CredentialRejected):
                client.get("/x")
    assert len(server.asked) == 4


def test_the_deadline_ends_the_tries_before_they_are_used_up() -> None:
    patient = RetryPolicy(attempts=50, first_wait=0.2, longest_wait=0.2, deadline=0.7)
    with serve(in_turn(Reply(500))) as server, connect(server, retry=patient) as client, pytest.raises(Unreachable):
        client.get("/x")
    assert 2 <= len(server.asked) <= 8


def test_requests_of_one_token_never_run_at_once() -> None:
    running, most, guard = 0, 0, threading.Lock()

    def script(_: Asked) -> Reply:
        nonlocal running, most
        with guard:
            running, most = running + 1, max(most, running + 1)
        threading.Event().wait(0.02)
        with guard:
            running -= 1
        return Reply()

    with serve(script) as server, connect(server) as one, connect(server) as two:
        threads = [threading.Thread(target=client.get, args=("/x",)) for client in (one, two) * 4]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(server.asked) == 8
    assert most == 1


def test_dots_and_slashes_of_an_id_reach_the_server_escaped() -> None:
    with serve(in_turn(Reply(body=b"{}"))) as server, connect(server) as client:
        client.get(f"/api/v1/users/sis_user_id:{escape_id('a.b/c')}")
    assert server.asked[0].target == "/api/v1/users/sis_user_id:a%2Eb%2Fc"
