"""The keys that another system signs with, as it publishes them at one configured address.

Where to fetch keys is never taken from a token. A key id that is not among the keys is looked for once more, at most
once a minute, so that a system may change its keys; keys that were fetched stay in use while their address is away.
"""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from domain.errors import MalformedSource, ProvostError, Unreachable

_log = structlog.get_logger(__name__)
ASYMMETRIC = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"})
"""Signatures that may count: none that a shared secret makes, and never none at all."""
OWN_KEYS = ("jku", "x5u", "jwk", "x5c", "crit")
"""Headers by which a token would say what it is to be checked with, or ask for what we do not know."""
_LOOK_AGAIN_SECONDS = 60.0

Fetch = Callable[[], Any]


class PublishedKeys:
    """The keys of one system; ``fetch`` reads them from the address in the setting ``field``."""

    def __init__(
        self,
        fetch: Fetch,
        minutes: int,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        field: str = "hooks.canvas_jwks_url",
    ) -> None:
        self._fetch, self._seconds, self._monotonic, self._field = fetch, minutes * 60.0, monotonic, field
        self._guard = threading.Lock()
        self._found: KeySet | None = None
        self._ids: frozenset[str] = frozenset()
        self._fetched = self._tried = float("-inf")

    def holding(self, kid: str) -> KeySet | None:
        """Return the keys where the one of an id is among them, else None; Unreachable where none could be read."""
        with self._guard:
            now = self._monotonic()
            if now - self._fetched >= self._seconds or kid not in self._ids:
                self._look(now)
            return self._found if kid in self._ids else None

    def _look(self, now: float) -> None:
        """Fetch the keys, unless that was tried just now; keys that are there outlive an address that is away."""
        if now - self._tried >= _LOOK_AGAIN_SECONDS:
            self._tried = now
            try:
                self._found = KeySet.import_key_set(self._fetch())
                self._ids = frozenset(key.kid for key in self._found.keys if key.kid)
                self._fetched = now
            except (ProvostError, JoseError, ValueError, TypeError, KeyError) as away:
                _log.warning("the keys of another system were not read", what=self._field, error=away)
        if self._found is None:
            fix = f"Send it again; see whether {self._field} can be reached."
            raise Unreachable("The keys of the other system cannot be read.", field=self._field, fix=fix)


def read_key_set(text: bytes, field: str) -> Any:  # noqa: ANN401 a document of the other system's
    """Return a key set from what its address answered; MalformedSource where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedSource("The keys cannot be read.", field=field) from None
