"""Every launch that does not hold: refused with one stable code, and nothing of anybody shown."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from simulator.canvas.lti_platform import CLAIM
from tests.service.web.course import CLIENT, DEPLOYMENT, CourseSite, open_course

pytestmark = pytest.mark.xdist_group("service web")
OTHER = RSAKey.generate_key(2048)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CourseSite]:
    with open_course(tmp_path_factory.mktemp("refusals")) as opened:
        yield opened


def require_refused(here: CourseSite, answer: httpx.Response, field: str) -> None:
    assert answer.status_code == 401
    assert "Code PV811." in answer.text
    assert f'<span class="mono">{field}</span>' in answer.text
    assert not [word for word in here.ids() if word in answer.text]
    assert f"frame-ancestors {here.campus_url}" in answer.headers["content-security-policy"], "it is read in the frame"


def alter(**said: Any) -> Callable[[dict[str, Any]], None]:
    """Change claims; None takes one away, and names of LTI stand without their prefix."""

    def change(claims: dict[str, Any]) -> None:
        for name, value in said.items():
            key = f"{CLAIM}{name}" if f"{CLAIM}{name}" in claims else name
            claims[key] = value(claims[key]) if callable(value) else value
            if value is None:
                del claims[key]

    return change


def later(seconds: int) -> Callable[[int], int]:
    return lambda moment: moment + seconds


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("iss", {"iss": "https://canvas.example.edu"}),
        ("iss", {"iss": None}),
        ("aud", {"aud": "10000000000099", "azp": None}),
        ("aud", {"aud": None}),
        ("aud", {"azp": "10000000000099"}),
        ("aud", {"aud": [CLIENT, "10000000000099"], "azp": None}),
        ("exp", {"exp": later(-4000)}),
        ("exp", {"exp": None}),
        ("exp", {"exp": "tomorrow"}),
        ("iat", {"iat": later(600)}),
        ("iat", {"iat": None}),
        ("nbf", {"nbf": 99_999_999_999}),
        ("nonce", {"nonce": "another"}),
        ("nonce", {"nonce": None}),
        ("deployment_id", {"deployment_id": "7:another"}),
        ("deployment_id", {"deployment_id": None}),
        ("message_type", {"message_type": "LtiDeepLinkingRequest"}),
        ("version", {"version": "1.1"}),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_claim_that_does_not_hold(here: CourseSite, field: str, change: dict[str, Any]) -> None:
    require_refused(here, here.launch(change=alter(**change)), field)


def test_among_several_audiences_we_must_be_the_party_that_is_meant(here: CourseSite) -> None:
    assert here.launch(change=alter(aud=[CLIENT, "10000000000099"])).status_code == 200
    assert here.launch(change=alter(aud=[CLIENT])).status_code == 200


def unsigned(claims: dict[str, Any], _here: CourseSite) -> str:
    parts = ({"alg": "none"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


def by_another_key(claims: dict[str, Any], here: CourseSite) -> str:
    kid = here.platform._keys[0].kid
    return jwt.encode({"alg": "RS256", "kid": kid}, claims, OTHER, algorithms=["RS256"])


def by_an_unknown_key(claims: dict[str, Any], _here: CourseSite) -> str:
    return jwt.encode({"alg": "RS256", "kid": "nobody's"}, claims, OTHER, algorithms=["RS256"])


def by_no_key_id(claims: dict[str, Any], here: CourseSite) -> str:
    return jwt.encode({"alg": "RS256"}, claims, here.platform._keys[0], algorithms=["RS256"])


def by_its_own_key(claims: dict[str, Any], here: CourseSite) -> str:
    header = {"alg": "RS256", "kid": here.platform._keys[0].kid, "jwk": OTHER.as_dict(private=False)}
    return jwt.encode(header, claims, OTHER, algorithms=["RS256"])


def by_the_public_key_as_secret(claims: dict[str, Any], here: CourseSite) -> str:
    own = here.platform._keys[0]
    secret = OctKey.import_key(base64.b64encode(own.as_pem(private=False)).decode())
    return jwt.encode({"alg": "HS256", "kid": own.kid}, claims, secret, algorithms=["HS256"])


def cut_short(claims: dict[str, Any], here: CourseSite) -> str:
    return here.platform.sign(claims)[:-4]


def nonsense(_claims: dict[str, Any], _here: CourseSite) -> str:
    return "e30.é.x"


@pytest.mark.parametrize(
    "make",
    [
        *(unsigned, by_another_key, by_an_unknown_key, by_no_key_id, by_its_own_key),
        *(by_the_public_key_as_secret, cut_short, nonsense),
    ],
)
def test_a_signature_that_does_not_count(here: CourseSite, make: Callable[[dict[str, Any], CourseSite], str]) -> None:
    with here.browser() as client:
        asked = here.login(client, here.hint())
        token = make(here.platform.claims(here.hint(), asked["nonce"]), here)
        answer = here.post(client, {"state": asked["state"], "id_token": token})
        require_refused(here, answer, "signature")
        good = here.platform.sign(here.platform.claims(here.hint(), asked["nonce"]))
        again = here.post(client, {"state": asked["state"], "id_token": good})
        require_refused(here, again, "state")


def test_keys_that_the_platform_changed_are_looked_for_again(here: CourseSite) -> None:
    assert here.launch().status_code == 200
    here.platform.rotate(keep=0)
    keys = here.site.app.state.launching.tokens._keys
    keys._tried = float("-inf")
    assert here.launch().status_code == 200


def test_a_launch_counts_once_and_for_the_login_that_began_it(here: CourseSite) -> None:
    with here.browser() as client, here.browser() as other:
        form, another = (here.vouch(here.login(client, here.hint())) for _ in range(2))
        mixed = {"state": another["state"], "id_token": form["id_token"]}
        require_refused(here, here.post(client, mixed), "nonce")
        assert here.post(other, form).status_code == 200, "no cookie ties it to a browser: none is kept in a frame"
        require_refused(here, here.post(client, form), "state")
        for state in ("", "invented", "x" * 150):
            require_refused(here, here.post(client, {"state": state, "id_token": form["id_token"]}), "state")
        require_refused(here, client.get("/lti/launch"), "id_token")
        asked = here.login(client, here.hint())
        said = {"state": asked["state"], "error": "login_required"}
        require_refused(here, here.post(client, said), "id_token")


def test_the_deployment_that_began_it_must_be_the_one_that_vouches(here: CourseSite) -> None:
    with here.browser() as client:
        asked = here.login(client, here.hint(), deployment_id="", lti_deployment_id="")
        assert here.post(client, here.vouch(asked)).status_code == 200, "a platform need not say it at first"


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("iss", {"iss": "https://canvas.example.edu"}),
        ("client_id", {"client_id": "10000000000099"}),
        ("deployment_id", {"lti_deployment_id": "7:another"}),
        ("login_hint", {"login_hint": ""}),
        ("login_hint", {"login_hint": "x" * 5000}),
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_launch_that_is_not_begun_for_us(here: CourseSite, method: str, field: str, said: dict[str, str]) -> None:
    given = {**here.platform.begin(here.hint()), **said}
    with here.browser() as client:
        sent = {"params": given} if method == "GET" else {"data": given}
        require_refused(here, client.request(method, "/lti/login", **sent), field)  # type: ignore[arg-type]


def test_a_launch_is_sent_on_to_the_platform_and_nowhere_else(here: CourseSite) -> None:
    elsewhere = {"target_link_uri": "https://evil.example/", "redirect_uri": "https://evil.example/"}
    with here.browser() as client:
        answer = client.post("/lti/login", data={**here.platform.begin(here.hint()), **elsewhere})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(f"{here.campus_url}/api/lti/authorize_redirect?")
        assert "evil" not in answer.headers["location"]
        asked = here.login(client, here.hint(), **elsewhere)
    assert asked["redirect_uri"] == f"{here.site.url}/lti/launch"
    assert (asked["response_mode"], asked["prompt"], asked["scope"]) == ("form_post", "none", "openid")
    assert {asked["client_id"], DEPLOYMENT} == {CLIENT, here.tool.deployment_id}


def test_a_state_of_a_launch_is_no_sign_in(here: CourseSite) -> None:
    with here.browser() as client:
        asked = here.login(client, here.hint())
        answer = client.get("/sign-in/oidc/answer", params={"state": asked["state"], "code": "x"})
        assert answer.status_code == 401
        assert here.post(client, here.vouch(asked)).status_code == 200
