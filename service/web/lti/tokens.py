"""Checks the token that the platform vouches with: signed by it, for us, now, and for the launch that we began."""

import binascii
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from joserfc import jws, jwt
from joserfc.errors import JoseError

from domain.request_errors import LaunchRefused
from graphs.lti_settings import LtiSettings
from service.web.lti import claims as named
from service.web.oidc import ALGORITHMS
from service.web.published_keys import OWN_KEYS, PublishedKeys

RESOURCE_LINK, VERSION = "LtiResourceLinkRequest", "1.3.0"
_LEEWAY_SECONDS = 60
_UNSIGNED = (JoseError, ValueError, TypeError, KeyError, binascii.Error, RecursionError)


class Began(NamedTuple):
    """What a launch was begun with; its token must say the same. ``deployment`` is empty where it was not told."""

    nonce: str
    deployment: str = ""


class Tokens:
    """Reads the tokens of one platform."""

    def __init__(self, settings: LtiSettings, keys: PublishedKeys) -> None:
        self._settings, self._keys = settings, keys

    def read(self, token: str, began: Began, now: datetime) -> named.Launch:
        """Return the launch that a token vouches for; LaunchRefused names the claim that does not hold."""
        said = self._signed(token)
        for field, holds in self._checks(said, began, now.timestamp()):
            if not holds:
                raise refused("The course system vouches for another launch than this.", field)
        return named.read_launch(said)

    def _signed(self, token: str) -> Mapping[str, Any]:
        """Return the claims of a token whose signature holds, by a key that the platform publishes."""
        try:
            header = jws.extract_compact(token.encode()).headers()
            kid = header.get("kid")
            known = header.get("alg") in ALGORITHMS and not any(name in header for name in OWN_KEYS)
            keys = self._keys.holding(kid) if known and isinstance(kid, str) else None
            if keys is None:
                raise refused("The launch is signed in a way that does not count.", "signature")
            return jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
        except _UNSIGNED:
            raise refused("The signature of the launch does not hold.", "signature") from None

    def _checks(self, said: Mapping[str, Any], began: Began, now: float) -> Iterator[tuple[str, bool]]:
        """Yield each claim with whether it holds; one that is missing does not."""
        settings, deployment = self._settings, said.get(named.DEPLOYMENT)
        yield "iss", said.get("iss") == settings.issuer
        yield "aud", _is_for(said, settings.client_id)
        yield "exp", _is_time(said.get("exp")) and now < said["exp"] + _LEEWAY_SECONDS
        yield "iat", _is_time(said.get("iat")) and said["iat"] - _LEEWAY_SECONDS <= now
        yield "nbf", "nbf" not in said or (_is_time(said["nbf"]) and said["nbf"] - _LEEWAY_SECONDS <= now)
        yield "nonce", bool(began.nonce) and said.get("nonce") == began.nonce
        yield "deployment_id", deployment in settings.deployment_ids and began.deployment in ("", deployment)
        yield "message_type", said.get(named.MESSAGE_TYPE) == RESOURCE_LINK
        yield "version", said.get(named.VERSION) == VERSION


def _is_for(said: Mapping[str, Any], client: str) -> bool:
    """Tell whether we are the audience; among several, only where the platform names us as the party meant."""
    audience, party = said.get("aud"), said.get("azp")
    if isinstance(audience, list):
        return client in audience and (party == client or (len(audience) == 1 and party is None))
    return audience == client and party in (None, client)


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def refused(message: str, field: str) -> LaunchRefused:
    """Return the refusal of a launch."""
    return LaunchRefused(message, field=field, fix="Open the page again from the menu of your course.")
