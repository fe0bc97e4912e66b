"""Access tokens with scopes, and the OAuth endpoint that renews them.

A refresh token is reusable and is not given out again with a renewed access token. Life times follow the wall clock.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from simulator.canvas.refusals import Json, Refusal

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="canvas-lms"'}
LIFETIME_SECONDS = 3600

READ_SCOPES = ("url:GET|*",)
WRITE_SCOPES = ("url:GET|*", "url:POST|*", "url:PUT|*", "url:DELETE|*")


@dataclass(slots=True)
class AccessToken:
    """One bearer token: whom the log names, what it may call, and when it ends (None: when revoked)."""

    value: str
    name: str
    scopes: tuple[str, ...]
    expires_at: float | None = None
    revoked: bool = False
    renewable: bool = False

    def may(self, method: str, template: str) -> bool:
        """Tell whether a scope covers a call, such as `url:GET|/api/v1/courses/:course_id/enrollments`."""
        return f"url:{method}|*" in self.scopes or f"url:{method}|{template}" in self.scopes


class Tokens:
    """All tokens of one Canvas, with one developer key."""

    def __init__(self, lifetime_seconds: float = LIFETIME_SECONDS, now: Callable[[], float] = time.time) -> None:
        """Make the key; access tokens renewed through it live `lifetime_seconds`."""
        self.client_id = "10000000000001"
        self.client_secret = secrets.token_urlsafe(24)
        self.lifetime_seconds = lifetime_seconds
        self._now = now
        self._lock = threading.Lock()
        self._access: dict[str, AccessToken] = {}
        self._refresh: dict[str, tuple[str, tuple[str, ...]]] = {}

    def issue(
        self, name: str, scopes: tuple[str, ...] = WRITE_SCOPES, lifetime_seconds: float | None = None
    ) -> AccessToken:
        """Make a token as an administrator does by hand; without a life time it lives until revoked."""
        expires_at = None if lifetime_seconds is None else self._now() + lifetime_seconds
        token = AccessToken(f"7~{secrets.token_urlsafe(32)}", name, scopes, expires_at)
        with self._lock:
            self._access[token.value] = token
        return token

    def issue_refresh(self, name: str, scopes: tuple[str, ...] = WRITE_SCOPES) -> str:
        """Make a refresh token, as the authorization code flow would have given it."""
        value = f"7~{secrets.token_urlsafe(32)}"
        with self._lock:
            self._refresh[value] = (name, scopes)
        return value

    def authenticate(self, value: str | None) -> AccessToken:
        """Return the token a request presents; raises Refusal with the documented 401 bodies."""
        if not value:
            body: Json = {"status": "unauthenticated", "errors": [{"message": "user authorization required"}]}
            raise Refusal(401, body, CHALLENGE)
        token = self._access.get(value)
        if token is None:
            raise refused("Invalid access token.")
        if token.revoked:
            raise refused("Revoked access token.")
        if token.expires_at is not None and token.expires_at <= self._now():
            raise expired(token.expires_at)
        return token

    def expire(self, token: AccessToken) -> Refusal:
        """End a renewable token now (one issued by hand fails just this once); returns the answer to give."""
        ended = self._now()
        if token.renewable:
            token.expires_at = ended
        return expired(ended)

    def grant(self, words: dict[str, str]) -> Json:
        """Answer the token endpoint for `grant_type=refresh_token`; raises Refusal for anything else."""
        if (words.get("client_id"), words.get("client_secret")) != (self.client_id, self.client_secret):
            raise Refusal(401, {"error": "invalid_client", "error_description": "unknown client"})
        if words.get("grant_type") != "refresh_token":
            raise Refusal(400, {"error": "unsupported_grant_type", "error_description": "only refresh_token here"})
        known = self._refresh.get(words.get("refresh_token", ""))
        if known is None:
            raise Refusal(400, {"error": "invalid_grant", "error_description": "refresh_token not found"})
        token = self.issue(*known, lifetime_seconds=self.lifetime_seconds)
        token.renewable = True
        return {
            "access_token": token.value,
            "token_type": "Bearer",
            "user": {"id": 1, "name": known[0]},
            "expires_in": int(self.lifetime_seconds),
        }

    def revoke(self, token: AccessToken) -> None:
        """End a token for good."""
        token.revoked = True


def refused(message: str) -> Refusal:
    """Return a 401 that tells a client to get another token."""
    return Refusal(401, {"errors": [{"message": message}]}, CHALLENGE)


def expired(ended: float) -> Refusal:
    """Return the 401 of a token that has ended, with the moment it did."""
    moment = datetime.fromtimestamp(ended, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Refusal(401, {"errors": [{"message": "Expired access token.", "expired_at": moment}]}, CHALLENGE)


def insufficient_scope() -> Refusal:
    """Return the 401 without a challenge: another token of the same kind will not help."""
    return Refusal(401, {"errors": [{"message": "Insufficient scopes on access token."}]})
