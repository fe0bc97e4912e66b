"""Canvas Live Events over HTTPS: the whole body is one signed JWT, checked against the keys at one configured address.

Where to fetch keys is never taken from a token; the algorithms are pinned.
"""

import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from joserfc import jws, jwt
from joserfc.errors import JoseError

from domain.errors import ConfigurationError
from domain.request_errors import RequestUnreadable, SignatureRefused
from graphs.web_settings import HookSettings
from service.web.published_keys import ASYMMETRIC, OWN_KEYS, PublishedKeys

_LEEWAY_SECONDS = 60


class Event(NamedTuple):
    """A Live Event: its name, when it happened, an id made from its content, and the whole of it as JSON."""

    name: str
    id: str
    body: str


class LiveEvents:
    """Checks Live Events as the settings say."""

    def __init__(self, settings: HookSettings, keys: PublishedKeys) -> None:
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
            keys = self._keys.holding(self._kid(jws.extract_compact(body).headers()))
            if keys is None:
                raise _refused("The event is signed with a key that is not known.")
            claims = jwt.decode(body, keys, algorithms=list(self._settings.canvas_algorithms)).claims
        except (JoseError, ValueError, TypeError, KeyError, binascii.Error, RecursionError):
            raise _refused("The signature of the event does not hold.") from None
        self._check_named(claims)
        _check_times(claims, now)
        return claims

    def _kid(self, header: Mapping[str, Any]) -> str:
        """Return the key id of a token whose header asks for nothing of its own."""
        kid = header.get("kid")
        if header.get("alg") not in self._settings.canvas_algorithms or any(name in header for name in OWN_KEYS):
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


def _refused(message: str) -> SignatureRefused:
    return SignatureRefused(message, field="body", fix="Check the subscription in Canvas and hooks.canvas_jwks_url.")
