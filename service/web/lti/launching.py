"""One launch from beginning to end: sent to the platform with what its answer must meet, and taken back once.

Inside a frame of another site browsers keep no cookies, so nothing rests on one: what a launch began with is kept here
under the digest of its state, sealed, and is taken out by the first answer. No session is made either; whoever could
slip somebody else's launch to a browser would show them nothing but their own page.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import structlog

from domain.ids import PrincipalId, RecordHandle
from domain.principals import Principal, PrincipalKind, Role
from domain.request_errors import LaunchRefused
from graphs.lti_settings import LtiSettings
from service.web.limits import Allowance
from service.web.lti.claims import Launch
from service.web.lti.tokens import Began, Tokens, refused
from service.web.problems import too_many
from service.web.published_keys import PublishedKeys, read_key_set
from store.clock import SYSTEM_CLOCK
from store.sessions import Attempts, new_token

if TYPE_CHECKING:
    from graphs.assembly import Provost

_log = structlog.get_logger(__name__)
LAUNCH = "/lti/launch"
_PLACE = b"lti_launch"
_MOST_HINT = 4000


@dataclass(frozen=True)
class Launching:
    """What launches need: the settings, where we are reached, whose tokens count, and what is kept meanwhile."""

    provost: "Provost"
    origin: str
    tokens: Tokens
    attempts: Attempts
    allowance: Allowance
    now: Callable[[], datetime] = SYSTEM_CLOCK.now

    @property
    def settings(self) -> LtiSettings:
        """The settings of the tool."""
        return self.provost.settings.lti

    def begin(self, said: Mapping[str, str]) -> str:
        """Return where to send the browser to be vouched for; LaunchRefused for what is not a launch of ours."""
        deployment = said.get("lti_deployment_id") or said.get("deployment_id", "")
        self._require_ours(said, deployment)
        state, nonce = new_token(), new_token()
        kept = json.dumps(Began(nonce, deployment)).encode()
        self.attempts.begin(state, self._browser, self.provost.keyring.seal(kept, _PLACE))
        asked = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": self.settings.client_id,
            "redirect_uri": f"{self.origin}{LAUNCH}",
            "login_hint": said["login_hint"],
            "state": state,
            "nonce": nonce,
        }
        hint = {"lti_message_hint": said["lti_message_hint"]} if said.get("lti_message_hint") else {}
        between = "&" if urlsplit(self.settings.authorization_url).query else "?"
        return f"{self.settings.authorization_url}{between}{urlencode(asked | hint)}"

    def finish(self, state: str, token: str) -> Launch:
        """Return the launch that the platform answered with; a state counts once, whatever came with it."""
        kept = self.attempts.take(state, self._browser) if state else None
        if kept is None:
            raise refused("This launch was not begun here, was used before, or took too long.", "state")
        if not token:
            raise refused("The course system does not vouch for anybody.", "id_token")
        began = Began(*json.loads(self.provost.keyring.unseal(kept, _PLACE)))
        try:
            return self.tokens.read(token, began, self.now())
        except LaunchRefused as refusal:
            _log.warning("a launch was refused", what=refusal.field)
            raise

    def student(self, sis_id: str) -> Principal | None:
        """Return the student whom a verified launch names, as themselves and nobody else; None where none is known.

        Raises TooManyRequests for one who opens the page too often.
        """
        found = self.provost.identities.find(sis_id) if sis_id else None
        if found is None or found == sis_id:  # a handle is no SIS id, whoever signs it
            return None
        seconds = self.allowance.wait(found)
        if seconds:
            raise too_many(seconds)[0]
        return principal_of(found)

    @property
    def _browser(self) -> str:
        """What stands for the browser that a sign-in would be tied to: a word of ours, that no cookie can say."""
        return self.provost.keyring.digest("lti launch")

    def _require_ours(self, said: Mapping[str, str], deployment: str) -> None:
        settings = self.settings
        if said.get("iss") != settings.issuer:
            raise refused("Another system than ours begins this launch.", "iss")
        if said.get("client_id") not in (None, "", settings.client_id):
            raise refused("The launch is meant for another tool.", "client_id")
        if deployment and deployment not in settings.deployment_ids:
            raise refused("The launch comes from a place that is not known here.", "deployment_id")
        if not 0 < len(said.get("login_hint", "")) <= _MOST_HINT or len(said.get("lti_message_hint", "")) > _MOST_HINT:
            raise refused("The launch does not say for whom.", "login_hint")


def principal_of(person: RecordHandle) -> Principal:
    """Return a student looking at themselves."""
    return Principal(
        id=PrincipalId(f"lti:{person}"), kind=PrincipalKind.PERSON, roles=frozenset({Role.STUDENT}), person=person
    )


def open_launching(provost: "Provost", origin: str) -> Launching | None:
    """Return what launches need, or None where the tool is off."""
    settings = provost.settings.lti
    if not settings.client_id:
        return None
    keys = PublishedKeys(lambda: _fetch(provost), settings.keys_minutes, field="lti.jwks_url")
    return Launching(
        provost, origin, Tokens(settings, keys), Attempts(provost.database), Allowance(settings.person_per_minute)
    )


def _fetch(provost: "Provost") -> object:
    from graphs.connections import fetch_public

    return read_key_set(fetch_public(provost.settings, provost.settings.lti.jwks_url), "lti.jwks_url")
