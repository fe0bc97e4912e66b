"""Signing in with the institution's OpenID provider, by Authlib: state, nonce, PKCE, and an id token that is checked.

The provider says who somebody is. What they may do is in our own registry, unless a settings map says which value of
which claim gives which role; a claim that nobody named gives nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from httpx2 import HTTPError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from domain.errors import ConfigurationError, Unreachable
from domain.principals import Role
from domain.request_errors import SignInNeeded
from graphs.web_settings import WebSettings
from store.sessions import new_token
from tools.wire import TlsPolicy

ALGORITHMS = ("RS256", "PS256", "ES256")
"""Signatures that count; a shared secret or none never does."""
_LEEWAY_SECONDS = 60
_TIMEOUT_SECONDS = 10.0
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_NEVER_FROM_CLAIMS = frozenset({Role.SERVICE, Role.AGENT, Role.UNKNOWN})


class Begun(NamedTuple):
    """A sign-in that was begun: where the browser goes, and what the answer must meet."""

    url: str
    state: str
    nonce: str
    verifier: str


class Claimed(NamedTuple):
    """Whom the provider vouches for: the principal's id, the roles that the map gives, the SIS id where it is told."""

    principal: str
    roles: tuple[Role, ...]
    person: str


class Provider:
    """The institution's OpenID provider; its description and keys are fetched when first needed."""

    def __init__(self, web: WebSettings, tls: TlsPolicy) -> None:
        self._web, self.issuer = web, web.oidc_issuer.rstrip("/")
        self._roles = _role_map(web)
        host = urlsplit(self.issuer).hostname or ""
        local = host in ("localhost", "127.0.0.1")
        if not local and not self.issuer.startswith("https://"):
            fix = "Set its https address."
            raise ConfigurationError("The provider's address is not encrypted.", field="web.oidc_issuer", fix=fix)
        self._verify = True if local else tls.context(host)

    def begin(self, redirect: str) -> Begun:
        """Return where to send the browser; every value is new and used once."""
        state, nonce, verifier = new_token(), new_token(), new_token()
        with self._client(redirect) as client:
            url, _ = client.create_authorization_url(
                self._description["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce
            )
        return Begun(url, state, nonce, verifier)

    def finish(self, redirect: str, code: str, nonce: str, verifier: str, now: datetime) -> Claimed:
        """Exchange the code and return whom the id token names; raises SignInNeeded where anything does not fit."""
        try:
            with self._client(redirect) as client:
                token = client.fetch_token(
                    self._description["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                )
            claims = self._read(str(token.get("id_token", "")), nonce, now)
        except (OAuthError, JoseError, ValueError) as error:
            raise _refused("The provider's answer does not hold.") from error
        except HTTPError as error:
            raise _unreachable() from error
        return self._claimed(claims)

    def _read(self, id_token: str, nonce: str, now: datetime) -> Mapping[str, Any]:
        try:
            token = jwt.decode(id_token, self._keys, algorithms=list(ALGORITHMS))
        except (JoseError, ValueError):
            self.__dict__.pop("_keys", None)
            token = jwt.decode(id_token, self._keys, algorithms=list(ALGORITHMS))
        wanted = {"iss": {"essential": True, "value": self.issuer}, "aud": {"value": self._web.oidc_client_id}}
        given = {"nonce": nonce, "client_id": self._web.oidc_client_id}
        CodeIDToken(token.claims, token.header, wanted, given).validate(int(now.timestamp()), _LEEWAY_SECONDS)
        if not token.claims.get("nonce"):
            raise _refused("The provider's answer is not for this sign-in.")
        return token.claims

    def _claimed(self, claims: Mapping[str, Any]) -> Claimed:
        name = self._web.oidc_principal_claim
        principal = claims.get(name)
        verified = name != "email" or claims.get("email_verified") is True
        if not isinstance(principal, str) or not principal or not verified:
            raise _refused("The provider does not vouch for who you are.")
        person = claims.get(self._web.oidc_person_claim) if self._web.oidc_person_claim else ""
        return Claimed(principal, self._roles_of(claims), person if isinstance(person, str) else "")

    def _roles_of(self, claims: Mapping[str, Any]) -> tuple[Role, ...]:
        """Return the roles that the map gives for the values of the one claim it speaks of."""
        said = claims.get(self._web.oidc_roles_claim, ()) if self._web.oidc_roles_claim else ()
        values = [said] if isinstance(said, str) else said if isinstance(said, list) else []
        return tuple({self._roles[value] for value in values if isinstance(value, str) and value in self._roles})

    @cached_property
    def _description(self) -> Mapping[str, str]:
        found = self._fetch(f"{self.issuer}/.well-known/openid-configuration")
        bad = [name for name in _ENDPOINTS if not str(found.get(name, "")).startswith(("https://", "http://"))]
        if found.get("issuer", "").rstrip("/") != self.issuer or bad:
            fix = "Set web.oidc_issuer to exactly what the provider calls itself."
            raise ConfigurationError("The provider describes itself otherwise.", field="web.oidc_issuer", fix=fix)
        return {name: str(found[name]) for name in _ENDPOINTS}

    @cached_property
    def _keys(self) -> KeySet:
        return KeySet.import_key_set(self._fetch(self._description["jwks_uri"]))

    def _fetch(self, url: str) -> Any:  # noqa: ANN401 a document of the provider's
        try:
            with self._client("") as client:
                answer = client.request("GET", url, withhold_token=True)
            answer.raise_for_status()
            return answer.json()
        except (HTTPError, ValueError) as error:
            raise _unreachable() from error

    def _client(self, redirect: str) -> OAuth2Client:
        return OAuth2Client(
            self._web.oidc_client_id,
            self._web.oidc_client_secret.get_secret_value(),
            scope=self._web.oidc_scopes,
            redirect_uri=redirect,
            code_challenge_method="S256",
            verify=self._verify,
            timeout=_TIMEOUT_SECONDS,
            trust_env=False,
        )


def _role_map(web: WebSettings) -> dict[str, Role]:
    """Return the settings map; ConfigurationError for a role that does not exist or that people cannot have."""
    found = {}
    for value, word in web.oidc_roles.items():
        if word not in set(Role) or Role(word) in _NEVER_FROM_CLAIMS:
            raise ConfigurationError(f"People cannot have the role {word}.", field="web.oidc_roles", fix="Correct it.")
        found[value] = Role(word)
    return found


def _refused(message: str) -> SignInNeeded:
    return SignInNeeded(message, field="session", fix="Sign in again; ask an administrator if it happens again.")


def _unreachable() -> Unreachable:
    return Unreachable("The sign-in provider does not answer.", field="web.oidc_issuer", fix="Try again shortly.")
