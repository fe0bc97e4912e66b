"""Canvas Live Events over HTTPS: the whole body is one signed JWT, checked against the keys at one configured address.

Where to fetch keys is never taken from a token. The algorithms are pinned; a key id that is not among the keys is
looked for once more, at most once a minute, and refused. Keys that were fetched stay in use while their address cannot
be reached.
"""

import binascii
import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from domain.errors import ConfigurationError, MalformedSource, ProvostError, Unreachable
from domain.request_errors import RequestUnreadable, SignatureRefused
from graphs.web_settings import HookSettings

_log = structlog.get_logger(__name__)
ASYMMETRIC = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"})
_OWN_KEYS = ("jku", "x5u", "jwk", "x5c", "crit")
"""Headers by which a token would say what it is to be checked with, or ask for what we do not know."""
_LEEWAY_SECONDS = 60
_LOOK_AGAIN_SECONDS = 60.0

Fetch = Callable[[], Any]


class Event(NamedTuple):
    """A Live Event: its name, when it happened, an id made from its content, and the whole of it as JSON."""

    name: str
    id: str
    body: str


class Keys:
    """The keys that events are signed with; ``fetch`` reads them from the configured address."""

    def __init__(self, fetch: Fetch, minutes: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._fetch, self._seconds, self._monotonic = fetch, minutes * 60.0, monotonic
        self._guard = threading.Lock()
        self._found: KeySet | None = None
        self._ids: frozenset[str] = frozenset()
        self._fetched = self._tried = float("-inf")

    def holding(self, kid: str) -> KeySet:
        """Return the keys, among them the one of an id; raises SignatureRefused where no such key is known."""
        with self._guard:
            now = self._monotonic()
            stale, unknown = now - self._fetched >= self._seconds, kid not in self._ids
            if stale or unknown:
                self._look(now)
            if kid not in self._ids:
                raise _refused("The event is signed with a key that is not known.")
            assert self._found is not None
            return self._found

    def _look(self, now: float) -> None:
        """Fetch the keys, unless that was tried just now; keys that are there outlive an address that is away."""
        if now - self._tried >= _LOOK_AGAIN_SECONDS:
            self._tried = now
            try:
                self._found = KeySet.import_key_set(self._fetch())
                self._ids = frozenset(key.kid for key in self._found.keys if key.kid)
                self._fetched = now
            except (ProvostError, JoseError, ValueError, TypeError, KeyError) as away:
                _log.warning("the keys of live events were not read", error=away)
        if self._found is None:
            fix = "Send it again; see whether hooks.canvas_jwks_url can be reached."
            raise Unreachable("The keys of live events cannot be read.", field="hooks.canvas_jwks_url", fix=fix)


class LiveEvents:
    """Checks Live Events as the settings say."""

    def __init__(self, settings: HookSettings, keys: Keys) -> None:
        self._settings, self._keys = settings, keys
        weak = [name for name in settings.canvas_algorithms if name not in ASYMMETRIC]
        if weak or not settings.canvas_algorithms:
            fix = "Name signatures with a private key, such as RS256."
            raise ConfigurationError("Such signatures do not count.", field="hooks.canvas_algorithms", fix=fix)

    def read(self, body: bytes, now: datetime) -> Event:
        """Return the event in a body; SignatureRefused for a signature that does not count, RequestUnreadable for
        something signed that is no event.
        """
        claims = self._claims(body, now)
        metadata, content = claims.get("metadata"), claims.get("body", claims.get("data"))
        if not isinstance(metadata, dict) or not isinstance(content, dict) or not metadata.get("event_name"):
            raise RequestUnreadable("This is no Live Event.", field="body", fix="Send the raw Canvas format.")
        accounts = self._settings.canvas_accounts
        if accounts and str(metadata.get("root_account_id")) not in accounts:
            raise _refused("The event is another institution's.")
        said = json.dumps({"metadata": metadata, "body": content}, sort_keys=True, separators=(",", ":"))
        return Event(str(metadata["event_name"])[:80], hashlib.sha256(said.encode()).hexdigest(), said)

    def _claims(self, body: bytes, now: datetime) -> Mapping[str, Any]:
        try:
            kid = self._kid(jws.extract_compact(body).headers())
            claims = jwt.decode(body, self._keys.holding(kid), algorithms=list(self._settings.canvas_algorithms)).claims
        except (JoseError, ValueError, TypeError, KeyError, binascii.Error, RecursionError):
            raise _refused("The signature of the event does not hold.") from None
        self._check_named(claims)
        _check_times(claims, now)
        return claims

    def _kid(self, header: Mapping[str, Any]) -> str:
        """Return the key id of a token whose header asks for nothing of its own."""
        kid = header.get("kid")
        if header.get("alg") not in self._settings.canvas_algorithms or any(name in header for name in _OWN_KEYS):
            raise _refused("The event is signed in a way that does not count.")
        if not isinstance(kid, str) or not kid:
            raise _refused("The event does not say which key it is signed with.")
        return kid

    def _check_named(self, claims: Mapping[str, Any]) -> None:
        audience = claims.get("aud", [])
        audiences: Sequence[object] = audience if isinstance(audience, list) else [audience]
        issuer, wanted = self._settings.canvas_issuer, self._settings.canvas_audience
        if (issuer and claims.get("iss") != issuer) or (wanted and wanted not in audiences):
            raise _refused("The event is from or for somebody else.")


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    """Hold the times that a token names against ours, with a minute for clocks that differ."""
    stamp = now.timestamp()
    times = {name: claims[name] for name in ("exp", "nbf", "iat") if name in claims}
    if any(not isinstance(value, int | float) or isinstance(value, bool) for value in times.values()):
        raise _refused("A time of the event is not one.")
    late = "exp" in times and stamp >= times["exp"] + _LEEWAY_SECONDS
    early = any(name in times and stamp < times[name] - _LEEWAY_SECONDS for name in ("nbf", "iat"))
    if late or early:
        raise _refused("The event is signed for another time.")


def read_key_set(text: bytes) -> Any:  # noqa: ANN401 a document of the sender's
    """Return a key set from what its address answered; MalformedSource where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedSource("The keys cannot be read.", field="hooks.canvas_jwks_url") from None


def _refused(message: str) -> SignatureRefused:
    return SignatureRefused(message, field="body", fix="Check the subscription in Canvas and hooks.canvas_jwks_url.")
