"""The simulated Canvas as an LTI platform: for whom it vouches, what it says of them, and what it refuses."""

import json
from datetime import UTC, datetime

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from simulator.canvas.lti_platform import CLAIM, ISSUER, Hint, LtiPlatform, Tool
from simulator.canvas.lti_screens import course_page, handing_over, tool_in_course
from simulator.canvas.refusals import NotFound, Refusal
from simulator.canvas.state import CanvasState
from simulator.clock import CampusClock

AS_OF = datetime(2026, 10, 7, 14, tzinfo=UTC)

KEY = {
    "title": "A tool",
    "target_link_uri": "https://tool.example/launch",
    "oidc_initiation_url": "https://tool.example/login",
    "public_jwk_url": "https://tool.example/keys",
    "custom_fields": {"sections": "$Canvas.course.sectionSisSourceIds", "acting": "$Canvas.masqueradingUser.id"},
    "extensions": [{"privacy_level": "name_only"}],
}
ASKED = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none"}


@pytest.fixture
def platform() -> LtiPlatform:
    state = CanvasState(CampusClock(AS_OF).now)
    for name, kind in (("Ann", "StudentEnrollment"), ("Tess", "TeacherEnrollment")):
        state.create_user(name, unique_id=name, sis_user_id=f"A-{name}")
        if not state.courses:
            course = state.create_course("Biology", sis_course_id="BIOL-1")
            state.create_section(course.id, "One", sis_section_id="202680-10001")
        section = max(state.sections)
        state.enroll(section, max(state.users), kind, state="active")
    return LtiPlatform(state, now=lambda: 1_800_000_000)


def hint(platform: LtiPlatform, name: str = "Ann", tool: Tool | None = None, acting: str = "") -> Hint:
    users = {user.name: user for user in platform.state.users.values()}
    (course, *_) = platform.state.courses.values()
    tool = tool or platform.register(KEY, "42", "7:x")
    return Hint(tool, users[name], course, users.get(acting))


def ask(platform: LtiPlatform, launched: Hint, **more: str) -> dict[str, str]:
    begun = platform.begin(launched)
    named = {"client_id": "42", "redirect_uri": "https://tool.example/launch", "nonce": "n", "state": "s"}
    return {**ASKED, **named, "login_hint": begun["login_hint"], **more}


def test_it_vouches_with_a_signed_token_under_the_one_issuer(platform: LtiPlatform) -> None:
    vouched = platform.authorize(ask(platform, hint(platform)))
    keys = KeySet.import_key_set(json.loads(json.dumps(platform.published())))
    said = jwt.decode(vouched.id_token, keys, algorithms=["RS256"]).claims
    assert (said["iss"], said["aud"], said["nonce"], vouched.state) == (ISSUER, "42", "n", "s")
    assert said[f"{CLAIM}lis"] == {"person_sourcedid": "A-Ann", "course_offering_sourcedid": "BIOL-1"}
    assert said[f"{CLAIM}custom"] == {"sections": "202680-10001", "acting": "$Canvas.masqueradingUser.id"}
    assert [role.partition("#")[2] for role in said[f"{CLAIM}roles"]] == ["Learner"]


def test_the_sis_id_is_said_from_name_only_on_and_who_acts_as_somebody_is_named(platform: LtiPlatform) -> None:
    tool = platform.register({**KEY, "extensions": [{"privacy_level": "anonymous"}]}, "42", "7:x")
    said = platform.claims(hint(platform, "Tess", tool, acting="Ann"), "n")
    assert said[f"{CLAIM}lis"] == {}
    assert said[f"{CLAIM}custom"]["acting"].isdigit()  # type: ignore[index]
    assert str(said[f"{CLAIM}roles"]).endswith("membership#Instructor']")


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": "https://elsewhere.example/"},
        {"client_id": "43"},
        {"login_hint": "invented"},
        {"nonce": ""},
        {"response_mode": "query"},
        {"scope": "email"},
        {"prompt": "login"},
    ],
)
def test_it_vouches_for_nobody_where_anything_is_not_as_registered(
    platform: LtiPlatform, wrong: dict[str, str]
) -> None:
    with pytest.raises(Refusal) as refused:
        platform.authorize(ask(platform, hint(platform), **wrong))
    assert refused.value.status == 400


def test_a_key_without_a_public_half_is_not_taken(platform: LtiPlatform) -> None:
    with pytest.raises(Refusal):
        platform.register({**KEY, "public_jwk_url": ""}, "42", "7:x")


def test_old_keys_stay_published_for_as_long_as_wanted(platform: LtiPlatform) -> None:
    before = platform.published()["keys"][0]["kid"]  # type: ignore[index,call-overload]
    platform.rotate(keep=1)
    assert [key["kid"] for key in platform.published()["keys"]][1] == before  # type: ignore[index,call-overload,union-attr]
    platform.rotate(keep=0)
    assert before not in str(platform.published())


def test_the_course_page_frames_the_tool_and_the_form_hands_over(platform: LtiPlatform) -> None:
    launched = hint(platform)
    path = f"/courses/{launched.course.id}/external_tools/42"
    assert tool_in_course(path)
    page = course_page(platform, path, {"user": str(launched.user.id)}).content or b""
    assert b'<iframe title="Tool content" src="https://tool.example/login?iss=' in page
    with pytest.raises(NotFound):
        course_page(platform, path, {"user": "999"})
    form = handing_over(platform.authorize(ask(platform, launched))).content or b""
    assert b'action="https://tool.example/launch"' in form
