"""The Ethos credential: an API key is traded for a short-lived token that is renewed before it ends."""

import json
import time
from collections.abc import Callable, MutableMapping
from http import HTTPStatus

import httpx
from joserfc import jws
from joserfc.errors import JoseError
from pydantic import SecretStr

from domain.errors import CredentialRejected, MalformedSource, Unreachable
from tools.wire import Timeouts, TlsPolicy
from tools.wire.auth import fingerprint
from tools.wire.tls import read_tls_failure
from tools.wire.transport import open_transport

_RENEW_AT = 0.8
_DEFAULT_MINUTES = 5


class ApiKeyAuth:
    """Trades an API key for a JWT at ``/auth``; renewed at four fifths of its life, and when it is refused.

    One key belongs to one Ethos application, whose configuration says what it may read (S222).
    """

    def __init__(
        self,
        base_url: str,
        api_key: SecretStr,
        *,
        minutes: int | None = None,
        tls: TlsPolicy | None = None,
        timeouts: Timeouts | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base_url, self._key, self._minutes = base_url.rstrip("/"), api_key, minutes
        self._tls, self._timeouts, self._clock = tls or TlsPolicy(), timeouts or Timeouts(), clock
        self._token, self._renew_at = "", 0.0

    @property
    def lane(self) -> str:
        """The API key's fingerprint; tokens change, the application they stand for does not."""
        return fingerprint(self._key.get_secret_value())

    def apply(self, headers: MutableMapping[str, str]) -> None:
        """Send the token, fetching or renewing it first where it is due."""
        if not self._token or self._clock() >= self._renew_at:
            self.refresh()
        headers["Authorization"] = f"Bearer {self._token}"

    def refresh(self) -> None:
        """Get a new token; CredentialRejected for an unknown key, Unreachable where nobody answers."""
        answer = self._ask()
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unreachable(f"The Ethos sign-in failed ({answer.status_code}).", field="status", fix="Wait.")
        if answer.is_error:
            fix = "Copy the API key of the application from the Ethos portal again."
            raise CredentialRejected(f"Ethos refused the API key ({answer.status_code}).", field="api_key", fix=fix)
        token = answer.text.strip()
        life = read_life(token, (self._minutes or _DEFAULT_MINUTES) * 60)
        self._token, self._renew_at = token, self._clock() + life * _RENEW_AT

    def _ask(self) -> httpx.Response:
        query = f"?expirationMinutes={self._minutes}" if self._minutes else ""
        headers = {"Authorization": f"Bearer {self._key.get_secret_value()}", "Accept": "text/plain"}
        try:
            with open_transport(self._base_url, self._tls, self._timeouts) as http:
                return http.post(f"{self._base_url}/auth{query}", headers=headers)
        except httpx.TransportError as error:
            failure = read_tls_failure(error, httpx.URL(self._base_url).host)
            raise failure or Unreachable(
                f"The Ethos sign-in gave no answer ({type(error).__name__}).",
                field="base_url",
                fix="Check the address and the network.",
            ) from error

    def __repr__(self) -> str:
        """Show the fingerprint only."""
        return f"ApiKeyAuth({self.lane})"


def read_life(token: str, otherwise: float) -> float:
    """Return the seconds a token lives by its own claims, or ``otherwise``; MalformedSource for what is no JWT.

    The signature is Ethos's own business: the token is only ever sent back to where it came from.
    """
    try:
        claims = json.loads(jws.extract_compact(token.encode()).payload)
    except (JoseError, ValueError) as error:
        raise MalformedSource(
            "The Ethos sign-in answered with something that is not a token.",
            field="base_url",
            fix="Check that the address is that of Ethos Integration itself.",
        ) from error
    begins, ends = claims.get("iat"), claims.get("exp")
    if not isinstance(begins, int | float) or not isinstance(ends, int | float) or ends <= begins:
        return otherwise
    return float(ends - begins)
