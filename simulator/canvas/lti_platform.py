"""Canvas as an LTI 1.3 platform: begins launches of a tool, checks who asks to be vouched for, and signs id tokens.

The issuer is always the same, whatever the address of the instance. Of a person's SIS id nothing is said unless the
tool's privacy level is `name_only` or `public`; variables that do not apply stay in the custom fields as they stand.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import NAMESPACE_OID, uuid4, uuid5

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from simulator.canvas.refusals import Json, Refusal
from simulator.canvas.rows import Course, Enrollment, User
from simulator.canvas.state import CanvasState

ISSUER = "https://canvas.instructure.com"
JWKS_PATH, AUTHORIZE_PATH = "/api/lti/security/jwks", "/api/lti/authorize_redirect"
LASTS_SECONDS = 3600
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
IN_COURSE, IN_SYSTEM = (
    "http://purl.imsglobal.org/vocab/lis/v2/membership",
    "http://purl.imsglobal.org/vocab/lti/system/",
)
ROLES: Mapping[str, tuple[str, ...]] = {
    "StudentEnrollment": (f"{IN_COURSE}#Learner",),
    "TeacherEnrollment": (f"{IN_COURSE}#Instructor",),
    "TaEnrollment": (f"{IN_COURSE}/Instructor#TeachingAssistant",),
    "DesignerEnrollment": (f"{IN_COURSE}#ContentDeveloper",),
    "ObserverEnrollment": (f"{IN_COURSE}#Mentor",),
    "StudentViewEnrollment": (f"{IN_COURSE}#Learner", f"{IN_SYSTEM}person#TestUser"),
}
_RELEASES_ID = ("name_only", "public")


@dataclass(frozen=True)
class Tool:
    """A tool that was registered by a developer key and installed, which gives it a deployment."""

    client_id: str
    deployment_id: str
    login_url: str
    target_url: str
    redirect_uris: tuple[str, ...]
    privacy_level: str
    custom_fields: Mapping[str, str] = field(default_factory=dict)


class Hint(NamedTuple):
    """What a login hint stands for: who opened which tool in which course, and who acts as them, if anybody."""

    tool: Tool
    user: User
    course: Course
    masquerader: User | None = None


class Vouched(NamedTuple):
    """What is handed over to a tool: where, with which state, and the signed token."""

    redirect_uri: str
    state: str
    id_token: str


class LtiPlatform:
    """The tools of one Canvas; `now` is the time that tokens are signed at."""

    def __init__(self, state: CanvasState, now: Callable[[], float] = time.time) -> None:
        self.state, self.now = state, now
        self.tools: dict[str, Tool] = {}
        self._hints: dict[str, Hint] = {}

    @cached_property
    def _keys(self) -> list[RSAKey]:
        return [_new_key()]

    def rotate(self, *, keep: int = 1) -> None:
        """Sign with a new key from now on; of the old ones so many stay published."""
        self._keys[:] = [_new_key(), *self._keys[:keep]]

    def published(self) -> Json:
        """The key set, public halves only."""
        found: Json = json.loads(json.dumps(KeySet(list(self._keys)).as_dict(private=False)))
        return found

    def register(self, key: Mapping[str, Any], client_id: str, deployment_id: str) -> Tool:
        """Take the JSON of a developer key and install the tool; refused without what Canvas requires."""
        missing = [name for name in ("title", "target_link_uri", "oidc_initiation_url") if not key.get(name)]
        if missing or not (key.get("public_jwk") or key.get("public_jwk_url")):
            raise Refusal(
                422, {"errors": [{"message": f"The configuration is not valid: {missing or 'no public jwk'}"}]}
            )
        (extension,) = key["extensions"]
        tool = Tool(
            client_id=client_id,
            deployment_id=deployment_id,
            login_url=str(key["oidc_initiation_url"]),
            target_url=str(key["target_link_uri"]),
            redirect_uris=(str(key["target_link_uri"]),),
            privacy_level=str(extension["privacy_level"]),
            custom_fields=key.get("custom_fields", {}),
        )
        self.tools[client_id] = tool
        return tool

    def begin(self, hint: Hint) -> dict[str, str]:
        """The parameters with which somebody's browser is sent to the tool's login."""
        self._hints[word := uuid4().hex] = hint
        return {
            "iss": ISSUER,
            "login_hint": word,
            "client_id": hint.tool.client_id,
            "deployment_id": hint.tool.deployment_id,
            "lti_deployment_id": hint.tool.deployment_id,
            "target_link_uri": hint.tool.target_url,
            "lti_message_hint": uuid4().hex,
            "canvas_region": "us-east-1",
            "canvas_environment": "prod",
        }

    def login_address(self, hint: Hint) -> str:
        """The address that the frame of a course page shows first."""
        return f"{hint.tool.login_url}?{urlencode(self.begin(hint))}"

    def authorize(self, words: Mapping[str, str]) -> Vouched:
        """Vouch for whom the login hint stands for; refused where anything is not as the tool is registered."""
        hint, tool = self._hints.get(words.get("login_hint", "")), self.tools.get(words.get("client_id", ""))
        wanted = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none"}
        if tool is None or hint is None or hint.tool != tool:
            raise Refusal(400, {"error": "invalid_request", "error_description": "Unknown client_id or login_hint."})
        if words.get("redirect_uri") not in tool.redirect_uris:
            raise Refusal(400, {"error": "invalid_request", "error_description": "Invalid redirect_uri."})
        if any(words.get(name) != value for name, value in wanted.items()) or not words.get("nonce"):
            raise Refusal(400, {"error": "invalid_request", "error_description": "Invalid or missing parameters."})
        token = self.sign(self.claims(hint, words["nonce"]))
        return Vouched(words["redirect_uri"], words.get("state", ""), token)

    def sign(self, claims: Mapping[str, object], key: RSAKey | None = None) -> str:
        """A token over claims; `key` signs it with another key than the platform's own."""
        own = key or self._keys[0]
        return jwt.encode({"alg": "RS256", "kid": own.kid}, dict(claims), own, algorithms=["RS256"])

    def claims(self, hint: Hint, nonce: str) -> dict[str, object]:
        """What the token says of who opened the tool where."""
        tool, user, course, now = hint.tool, hint.user, hint.course, int(self.now())
        held = self._enrolments(user, course)
        observed = [str(row.associated_user_id) for row in held if row.associated_user_id is not None]
        return {
            **{"iss": ISSUER, "aud": tool.client_id, "azp": tool.client_id, "iat": now, "exp": now + LASTS_SECONDS},
            "sub": str(uuid5(NAMESPACE_OID, f"user {user.id}")),
            "nonce": nonce,
            f"{CLAIM}message_type": "LtiResourceLinkRequest",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}deployment_id": tool.deployment_id,
            f"{CLAIM}target_link_uri": tool.target_url,
            f"{CLAIM}resource_link": {"id": str(uuid5(NAMESPACE_OID, f"course {course.id}"))},
            f"{CLAIM}context": {
                "id": str(uuid5(NAMESPACE_OID, f"course {course.id}")),
                "label": course.course_code,
                "title": course.name,
                "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"],
            },
            f"{CLAIM}tool_platform": {"guid": "campus:canvas-lms", "product_family_code": "canvas", "version": "cloud"},
            f"{CLAIM}launch_presentation": {"document_target": "iframe", "locale": "en"},
            f"{CLAIM}roles": sorted({role for row in held for role in ROLES[row.type]}),
            f"{CLAIM}lis": self._lis(hint),
            f"{CLAIM}custom": self._custom(hint, held),
            **({f"{CLAIM}role_scope_mentor": observed} if observed else {}),
        }

    def _enrolments(self, user: User, course: Course) -> list[Enrollment]:
        rows = (self.state.enrollments[each] for each in self.state.index.enrollments_of_user[user.id])
        return [row for row in rows if row.course_id == course.id and row.workflow_state == "active"]

    def _lis(self, hint: Hint) -> dict[str, object]:
        if hint.tool.privacy_level not in _RELEASES_ID:
            return {}
        known = self.state.sis_user_id(hint.user)
        return {"person_sourcedid": known, "course_offering_sourcedid": hint.course.sis_course_id}

    def _custom(self, hint: Hint, held: list[Enrollment]) -> dict[str, str]:
        """The custom fields, each variable with its value where it has one."""
        known = dict(self._variables(hint, held))
        return {name: known.get(word, word) for name, word in hint.tool.custom_fields.items()}

    def _variables(self, hint: Hint, held: list[Enrollment]) -> Iterator[tuple[str, str]]:
        if held:
            sections = (self.state.sections[row.section_id].sis_section_id for row in held)
            yield "$Canvas.course.sectionSisSourceIds", ",".join(word for word in sections if word)
        if hint.masquerader is not None:
            yield "$Canvas.masqueradingUser.id", str(hint.masquerader.id)


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": uuid4().hex, "use": "sig", "alg": "RS256"})
