"""API keys and the short-lived tokens that they are exchanged for; this clock is the wall's, not the campus's."""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import dataclass, field

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from simulator.banner.wire import EthosError

DEFAULT_SECONDS = 300
LONGEST_MINUTES = 120


@dataclass(frozen=True, slots=True)
class Application:
    """An application of the tenant: its key, and what it may do."""

    name: str
    may_write: bool
    owns: frozenset[str] = frozenset()
    guid: str = field(default_factory=lambda: str(uuid.uuid4()))
    key: str = field(default_factory=lambda: str(uuid.uuid4()))


class TokenOffice:
    """Exchanges API keys for tokens and reads tokens back.

    `default_seconds` is the life of a token when the client asks for none; `longest_seconds` caps what a client
    may ask for, so that a test can watch a token expire.
    """

    def __init__(
        self,
        applications: list[Application],
        *,
        default_seconds: float = DEFAULT_SECONDS,
        longest_seconds: float = LONGEST_MINUTES * 60,
    ) -> None:
        self._by_key = {application.key: application for application in applications}
        self._by_guid = {application.guid: application for application in applications}
        self._secret = OctKey.import_key(secrets.token_bytes(32))
        self.default_seconds = default_seconds
        self.longest_seconds = longest_seconds

    def issue(self, authorization: str, minutes: str | None) -> str:
        """A token for an API key; 401 for an unknown key, 400 for a life outside 1 to 120 minutes."""
        application = self._by_key.get(_bearer(authorization))
        if application is None:
            raise EthosError(401, "Unauthorized", "The API key is not known.")
        now = time.time()
        seconds = min(self._seconds(minutes), self.longest_seconds)
        claims = {"sub": application.guid, "iat": now, "exp": now + seconds, "jti": str(uuid.uuid4())}
        return jwt.encode({"alg": "HS256"}, claims, self._secret)

    def _seconds(self, minutes: str | None) -> float:
        if minutes is None:
            return self.default_seconds
        if not minutes.isdigit() or not 1 <= int(minutes) <= LONGEST_MINUTES:
            raise EthosError(400, "BadRequest", f"expirationMinutes must be 1 to {LONGEST_MINUTES}.")
        return int(minutes) * 60

    def application_of(self, authorization: str) -> Application:
        """The application a token speaks for; 401 for one that is forged or has expired."""
        try:
            claims = jwt.decode(_bearer(authorization), self._secret, algorithms=["HS256"]).claims
        except (JoseError, ValueError) as error:
            raise EthosError(401, "Unauthorized", "The token is not valid.") from error
        if time.time() >= claims["exp"]:
            raise EthosError(401, "Unauthorized", "The token has expired.")
        return self._by_guid[claims["sub"]]


def _bearer(authorization: str) -> str:
    scheme, _, value = authorization.partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""
