"""How a request proves who asks: a bearer token that either stays or can be renewed."""

import hashlib
from collections.abc import MutableMapping
from typing import Protocol

from domain.errors import CredentialRejected


class Auth(Protocol):
    """A credential of one system; ``apply`` signs a request, ``refresh`` gets a new token after a refusal.

    ``lane`` names the token without giving it away: requests of one lane share a rate budget and never run at once.
    """

    @property
    def lane(self) -> str:
        """The token's name, fit for a log."""
        ...

    def apply(self, headers: MutableMapping[str, str]) -> None:
        """Put the credential on a request; may fetch or renew a token first."""
        ...

    def refresh(self) -> None:
        """Replace a token that was refused; CredentialRejected where that cannot be done."""
        ...


def fingerprint(secret: str) -> str:
    """Return a short digest that tells two credentials apart and reveals neither."""
    return hashlib.sha256(secret.encode()).hexdigest()[:16]


class StaticBearer:
    """A token made by hand, which cannot renew itself."""

    def __init__(self, token: str) -> None:
        self._token = token

    @property
    def lane(self) -> str:
        """The token's fingerprint."""
        return fingerprint(self._token)

    def apply(self, headers: MutableMapping[str, str]) -> None:
        """Send the token as a bearer."""
        headers["Authorization"] = f"Bearer {self._token}"

    def refresh(self) -> None:
        """Say that only a person can replace this token."""
        raise CredentialRejected(
            "The access token is expired, revoked or unknown.", field="token", fix="Make a new token and configure it."
        )

    def __repr__(self) -> str:
        """Show the fingerprint only."""
        return f"StaticBearer({self.lane})"


class NoAuth:
    """No credential: for what is public, or where each call is signed on its own."""

    @property
    def lane(self) -> str:
        """The one lane of all that needs no credential, at each system."""
        return "none"

    def apply(self, headers: MutableMapping[str, str]) -> None:
        """Send nothing."""

    def refresh(self) -> None:
        """Say that no credential can be renewed."""
        raise CredentialRejected("The system asks for a credential.", field="url", fix="Check the address.")
