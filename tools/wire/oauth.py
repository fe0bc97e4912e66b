"""Canvas's OAuth: an access token that lives an hour, and a refresh token that stays the same (APIS: OAuth 2)."""

import time
from collections.abc import Callable, MutableMapping
from urllib.parse import urlencode

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from domain.errors import CredentialRejected, MalformedSource, Unreachable
from tools.wire.auth import fingerprint
from tools.wire.policies import Timeouts
from tools.wire.tls import TlsPolicy, read_tls_failure
from tools.wire.transport import open_transport

_TOKEN_PATH = "/login/oauth2/token"  # noqa: S105  (an address, not a secret)
_FAILED = 500
_RENEW_AT = 0.8


class OAuthApp(BaseModel):
    """A developer key of one Canvas and the refresh token an administrator granted it."""

    client_id: str
    client_secret: SecretStr
    refresh_token: SecretStr


class _Grant(BaseModel):
    access_token: str
    expires_in: int = 3600


class CanvasOAuth:
    """Gets an access token with the refresh token, renews it at four fifths of its life, and again when refused."""

    def __init__(
        self,
        base_url: str,
        app: OAuthApp,
        *,
        tls: TlsPolicy | None = None,
        timeouts: Timeouts | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app, self._clock, self._host = app, clock, httpx.URL(base_url).host
        self._url = base_url.rstrip("/") + _TOKEN_PATH
        self._base_url, self._tls, self._timeouts = base_url, tls or TlsPolicy(), timeouts or Timeouts()
        self._token, self._renew_at = "", 0.0

    @property
    def lane(self) -> str:
        """The grant's fingerprint: access tokens change, the bucket they share is the grant's."""
        return fingerprint(f"{self._app.client_id}:{self._app.refresh_token.get_secret_value()}")

    def apply(self, headers: MutableMapping[str, str]) -> None:
        """Send the access token, fetching or renewing it first where it is due."""
        if not self._token or self._clock() >= self._renew_at:
            self.refresh()
        headers["Authorization"] = f"Bearer {self._token}"

    def refresh(self) -> None:
        """Get a new access token; CredentialRejected for a withdrawn grant, Unreachable where nobody answers."""
        answer = self._ask()
        if answer.status_code >= _FAILED:
            raise Unreachable(f"The sign-in service failed ({answer.status_code}).", field="status", fix="Wait.")
        if answer.is_error:
            fix = "Grant access again in Canvas and configure the new refresh token."
            raise CredentialRejected(
                f"Canvas refused the refresh token ({answer.status_code}).", field="refresh_token", fix=fix
            )
        try:
            grant = _Grant.model_validate_json(answer.content)
        except ValidationError:
            raise MalformedSource("The sign-in answer holds no access token.", field="access_token") from None
        self._token, self._renew_at = grant.access_token, self._clock() + grant.expires_in * _RENEW_AT

    def _ask(self) -> httpx.Response:
        form = {
            "grant_type": "refresh_token",
            "client_id": self._app.client_id,
            "client_secret": self._app.client_secret.get_secret_value(),
            "refresh_token": self._app.refresh_token.get_secret_value(),
        }
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            with open_transport(self._base_url, self._tls, self._timeouts) as http:
                return http.post(self._url, content=urlencode(form), headers=kind)
        except httpx.TransportError as error:
            failure = read_tls_failure(error, self._host)
            raise failure or Unreachable(
                f"The sign-in service gave no answer ({type(error).__name__}).",
                field="base_url",
                fix="Check the network.",
            ) from error

    def __repr__(self) -> str:
        """Show the fingerprint only."""
        return f"CanvasOAuth({self.lane})"
