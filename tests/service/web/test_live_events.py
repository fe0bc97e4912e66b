"""Canvas Live Events: the whole body is a signed token, and what is wrong with one is never overlooked."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA512
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from domain.errors import ConfigurationError, Unreachable
from domain.request_errors import RequestUnreadable, SignatureRefused
from graphs.web_settings import HookSettings
from service.web.hooks.live_events import Event, LiveEvents
from service.web.published_keys import PublishedKeys
from simulator.canvas.live_events import LiveEvents as Canvas

NOW = datetime(2026, 9, 21, 12, tzinfo=UTC)
NAMED = HookSettings(canvas_issuer="https://canvas.example", canvas_audience="provost")


class Clock:
    """Seconds that pass only when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Published:
    """Where the keys are published; it can be away, and it counts who asks."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas, self.asked, self.away = canvas, 0, False

    def __call__(self) -> Any:
        self.asked += 1
        if self.away:
            raise Unreachable("Away.")
        return self.canvas.published()


@pytest.fixture(scope="module")
def canvas() -> Canvas:
    return Canvas(seed=3)


def reader(canvas: Canvas, settings: HookSettings | None = None) -> LiveEvents:
    return LiveEvents(settings or HookSettings(), PublishedKeys(Published(canvas), 60, Clock()))


def read(canvas: Canvas, token: str, settings: HookSettings | None = None) -> Event:
    return reader(canvas, settings).read(token.encode(), NOW)


def made(canvas: Canvas, header: dict[str, Any] | None = None, key: Any = None, **claims: Any) -> str:
    payload = {"metadata": {"event_name": "grade_change"}, "body": {"score": 1}, **claims}
    own = canvas._keys[0]
    head = {"alg": "RS256", "kid": own.kid, **(header or {})}
    registry = JWSRegistry(algorithms=[head["alg"]], strict_check_header=False)
    return jwt.encode(head, payload, key or own, registry=registry)


def test_an_event_is_read_and_the_same_event_has_the_same_id_whatever_it_is_signed_with(canvas: Canvas) -> None:
    first, later = canvas.grade_change(7, 42, 81.5, NOW), canvas.grade_change(7, 42, 81.5, NOW)
    assert read(canvas, first).name == "grade_change"
    assert read(canvas, first) == read(canvas, later)
    assert read(canvas, first).id != read(canvas, canvas.grade_change(7, 42, 81.6, NOW)).id
    named = made(canvas, iss="https://canvas.example", aud=["provost"], exp=NOW.timestamp() + 10)
    assert read(canvas, named, NAMED).name == "grade_change"


def without_signature(canvas: Canvas) -> str:
    head, body, _ = made(canvas).split(".")
    none = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": canvas._keys[0].kid}).encode()).decode()
    assert head
    return f"{none.rstrip('=')}.{body}."


def by_hand(canvas: Canvas, alg: str, signer: Callable[[bytes], bytes]) -> str:
    """A token that no library would make."""
    head, body, _ = made(canvas).split(".")
    named = json.dumps({"alg": alg, "kid": canvas._keys[0].kid}).encode()
    said = base64.urlsafe_b64encode(named).decode().rstrip("=") + "." + body
    assert head
    return f"{said}.{base64.urlsafe_b64encode(signer(said.encode())).decode().rstrip('=')}"


def signed_with_the_public_key(canvas: Canvas) -> str:
    """RS256 turned into HS256, the published key taken for a shared secret."""
    public = canvas._keys[0].as_pem(private=False)
    return by_hand(canvas, "HS256", lambda said: hmac.digest(public, said, "sha256"))


def signed_otherwise(canvas: Canvas) -> str:
    """Signed with the right key by an algorithm that the settings do not name."""
    key = canvas._keys[0].private_key
    return by_hand(canvas, "RS512", lambda said: key.sign(said, PKCS1v15(), SHA512()))


def altered(canvas: Canvas) -> str:
    head, body, signature = made(canvas).split(".")
    payload = json.loads(base64.urlsafe_b64decode(body + "=="))
    payload["body"]["score"] = 100
    said = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    return f"{head}.{said}.{signature}"


FORGED: dict[str, Callable[[Canvas], str]] = {
    "no signature": without_signature,
    "the public key as a secret": signed_with_the_public_key,
    "an altered payload": altered,
    "an unknown key": lambda canvas: made(canvas, {"kid": "live-99"}),
    "no key named": lambda canvas: made(canvas, {"kid": ""}),
    "another key under a known name": lambda canvas: made(canvas, key=RSAKey.generate_key(2048)),
    "an address of keys of its own": lambda canvas: made(canvas, {"jku": "https://evil.example/jwks"}),
    "a certificate of its own": lambda canvas: made(canvas, {"x5u": "https://evil.example/c.pem"}),
    "a key of its own": lambda canvas: made(canvas, {"jwk": canvas._keys[0].as_dict(private=False)}),
    "an algorithm that is not pinned": signed_otherwise,
    "run out": lambda canvas: made(canvas, exp=NOW.timestamp() - 61),
    "not yet": lambda canvas: made(canvas, nbf=NOW.timestamp() + 61),
    "made in the future": lambda canvas: made(canvas, iat=NOW.timestamp() + 61),
    "a time that is none": lambda canvas: made(canvas, exp="soon"),
    "not a token": lambda _canvas: "hello",
    "three dots": lambda _canvas: "...",
    "nothing": lambda _canvas: "",
    "a huge header": lambda _canvas: base64.urlsafe_b64encode(b'{"a":' * 5000).decode() + ".e30.e30",
}


@pytest.mark.parametrize("what", sorted(FORGED))
def test_a_token_that_does_not_hold_is_refused(canvas: Canvas, what: str) -> None:
    with pytest.raises(SignatureRefused):
        read(canvas, FORGED[what](canvas))


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"iss": "https://canvas.example"},
        {"iss": "https://elsewhere.example", "aud": "provost"},
        {"iss": "https://canvas.example", "aud": "somebody-else"},
        {"iss": "https://canvas.example", "aud": {"provost": 1}},
    ],
)
def test_an_event_from_or_for_somebody_else_is_refused(canvas: Canvas, claims: dict[str, Any]) -> None:
    with pytest.raises(SignatureRefused):
        read(canvas, made(canvas, **claims), NAMED)


def test_another_institutions_account_is_refused_and_what_is_no_event_too(canvas: Canvas) -> None:
    with pytest.raises(SignatureRefused):
        read(canvas, canvas.grade_change(7, 42, 1.0, NOW), HookSettings(canvas_accounts=("7",)))
    for claims in ({"metadata": []}, {"metadata": {}}, {"body": 3}):
        with pytest.raises(RequestUnreadable):
            read(canvas, made(canvas, **claims))


def test_clocks_may_differ_by_a_minute(canvas: Canvas) -> None:
    for claims in ({"exp": NOW.timestamp() - 59}, {"nbf": NOW.timestamp() + 59}):
        assert read(canvas, made(canvas, **claims)).name == "grade_change"


@pytest.mark.parametrize("names", [("none",), ("HS256",), ("RS256", "HS256"), ()])
def test_weak_signatures_cannot_be_set(canvas: Canvas, names: tuple[str, ...]) -> None:
    with pytest.raises(ConfigurationError):
        reader(canvas, HookSettings(canvas_algorithms=names))


def test_keys_change_while_events_are_under_way_and_their_address_may_be_away() -> None:
    canvas = Canvas(seed=4)
    clock, published = Clock(), Published(canvas)
    live = LiveEvents(HookSettings(), PublishedKeys(published, 60, clock))

    def taken(token: str) -> bool:
        try:
            return bool(live.read(token.encode(), NOW).id)
        except SignatureRefused:
            return False

    published.away = True
    before = made(canvas)
    with pytest.raises(Unreachable):
        live.read(before.encode(), NOW)
    published.away, clock.now = False, clock.now + 61
    assert taken(before)
    canvas.rotate()
    after = made(canvas)
    assert not taken(after), "the keys were looked at just now"
    asked = published.asked
    assert not any(taken(made(canvas, {"kid": f"x{n}"})) for n in range(20))
    assert published.asked == asked, "keys that nobody knows do not make us ask again and again"
    clock.now += 61
    assert taken(after)
    assert taken(before), "the one before is still published"
    published.away, clock.now = True, clock.now + timedelta(hours=2).total_seconds()
    assert taken(after), "an address that is away takes nothing away"
    published.away, clock.now = False, clock.now + 61
    canvas.rotate(keep=0)
    assert taken(made(canvas))
    assert not taken(after), "a key that was withdrawn counts no more"


def test_deliveries_come_twice_and_in_any_order() -> None:
    canvas = Canvas(seed=5, twice=0.5, loss=0.1)
    sent = [canvas.grade_change(7, n, 50.0 + n, NOW) for n in range(30)]
    arrived = canvas.delivered(sent)
    assert len(arrived) != len(set(arrived))
    assert set(arrived) < set(sent)
    live = reader(canvas)
    began = time.perf_counter()
    ids = {live.read(token.encode(), NOW).id for token in arrived}
    assert len(ids) == len(set(arrived))
    assert (time.perf_counter() - began) / len(arrived) < 0.02
