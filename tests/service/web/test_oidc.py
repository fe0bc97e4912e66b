"""Signing in with an OpenID provider that runs as a process of its own: who comes in, and everything that does not."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from domain.errors import ConfigurationError
from domain.principals import Role
from graphs.web_settings import WebSettings
from service.web.oidc import Provider
from store.sessions import Attempts
from tests.service.web.site import TLS, Site, open_site
from tools.wire import TlsPolicy

pytestmark = pytest.mark.xdist_group("service web")
USERS = (
    {"sub": "known", "email": "registrar@uni.example", "email_verified": True},
    {"sub": "unverified", "email": "registrar@uni.example", "email_verified": False},
    {"sub": "stranger", "email": "stranger@uni.example", "email_verified": True, "groups": ["registrar", "admin"]},
    {"sub": "mapped", "email": "advisor@uni.example", "email_verified": True, "groups": ["advisors", "registrar"]},
    {"sub": "revoked", "email": "gone@uni.example", "email_verified": True, "groups": ["advisors"]},
    {"sub": "service", "email": "sis-feed", "email_verified": True, "groups": ["advisors"]},
    {"sub": "demo", "email": "demo-advisor", "email_verified": True},
)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    users = [word for user in USERS for word in ("--user-claims", json.dumps(user))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", *users]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            wait_for(url)
            yield url
        finally:
            process.terminate()


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 30
    with httpx.Client(verify=TLS, trust_env=False) as client:
        while time.monotonic() < deadline:
            try:
                client.get(f"{url}/.well-known/openid-configuration")
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
    pytest.fail("The provider did not start.")


def web(issuer: str, **more: object) -> WebSettings:
    given = {"port": 0, "oidc_issuer": issuer, "oidc_client_id": "provost", "oidc_client_secret": "s3cret"}
    return WebSettings.model_validate({**given, "sign_in_per_minute": 1000, **more})


@pytest.fixture(scope="module")
def site(issuer: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    mapped = {"oidc_roles_claim": "groups", "oidc_roles": {"advisors": "advisor"}, "oidc_scopes": "openid email"}
    with open_site(tmp_path_factory.mktemp("site"), web=web(issuer, **mapped)) as opened:
        opened.add("registrar@uni.example", Role.REGISTRAR)
        opened.add("gone@uni.example", Role.ADVISOR)
        opened.provost.principals.revoke("gone@uni.example")  # type: ignore[arg-type]
        opened.add("sis-feed", Role.SERVICE)
        opened.add("demo-advisor", Role.ADVISOR, demo=True)
        yield opened


def leave(browser: httpx.Client) -> str:
    """Leave for the provider and return where the browser is sent."""
    answer = browser.get("/sign-in/oidc", params={"next": "/api/v1/me"})
    assert answer.status_code == 303
    return answer.headers["location"]


def consent(url: str, user: str) -> str:
    """Sign in at the provider and return where it sends the browser back to."""
    with httpx.Client(verify=TLS, trust_env=False) as elsewhere:
        return elsewhere.post(url, data={"sub": user}).headers["location"]


def come_back(browser: httpx.Client, address: str) -> httpx.Response:
    parts = urlsplit(address)
    return browser.get(f"{parts.path}?{parts.query}")


def sign_in(site: Site, browser: httpx.Client, user: str) -> httpx.Response:
    return come_back(browser, consent(leave(browser), user))


def test_somebody_whom_we_know_comes_in_with_the_roles_that_are_on_record(site: Site) -> None:
    with site.client() as browser:
        url = leave(browser)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["code_challenge_method"] == "S256"
        assert {"state", "nonce", "code_challenge"} <= asked.keys()
        assert asked["redirect_uri"] == f"{site.url}/sign-in/oidc/answer"
        answer = come_back(browser, consent(url, "known"))
        assert (answer.status_code, answer.headers["location"]) == (303, "/api/v1/me")
        me = browser.get("/api/v1/me").json()
    assert (me["id"], me["roles"]) == ("registrar@uni.example", ["registrar"])
    assert "session.begun" in site.kinds()


def test_a_claim_gives_the_role_that_the_map_names_and_no_other(site: Site) -> None:
    with site.client() as browser:
        assert sign_in(site, browser, "mapped").status_code == 303
        me = browser.get("/api/v1/me").json()
    assert (me["id"], me["roles"]) == ("advisor@uni.example", ["advisor"]), (
        "the claim's own word registrar gives nothing"
    )


@pytest.mark.parametrize("user", ["unverified", "stranger", "revoked", "service", "demo", "nobody"])
def test_whoever_is_not_known_stays_outside(site: Site, user: str) -> None:
    before = site.kinds().count("session.refused")
    with site.client() as browser:
        answer = sign_in(site, browser, user)
        assert answer.status_code == 401
        assert browser.get("/api/v1/me").status_code == 401
    assert site.kinds().count("session.refused") == before + 1


def test_an_answer_counts_once_and_in_the_browser_that_left(site: Site) -> None:
    with site.client() as browser, site.client() as other:
        back = consent(leave(browser), "known")
        assert come_back(other, back).status_code == 401, "another browser cannot be signed in as somebody (login CSRF)"
        leave(other)
        assert come_back(other, back).status_code == 401
        assert come_back(browser, back).status_code == 303
        assert come_back(browser, back).status_code == 401, "a second time it is nothing"


def test_what_was_tampered_with_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with site.client() as browser:
        for change in ("state=wrong", "code=wrong", "code=", "iss=https://elsewhere.example"):
            name, _, value = change.partition("=")
            said = {
                key: values[0] for key, values in parse_qs(urlsplit(consent(leave(browser), "known")).query).items()
            }
            answer = browser.get("/sign-in/oidc/answer", params={**said, name: value})
            assert answer.status_code == 401, change
        back = consent(leave(browser), "known")
        taken = Attempts.take

        def with_another_nonce(self: Attempts, state: str, key: str) -> str | None:
            sealed = taken(self, state, key)
            nonce, verifier, onward = json.loads(site.provost.keyring.unseal(sealed or "", b"web_sign_in"))
            return site.provost.keyring.seal(json.dumps([f"x{nonce}", verifier, onward]).encode(), b"web_sign_in")

        monkeypatch.setattr(Attempts, "take", with_another_nonce)
        assert come_back(browser, back).status_code == 401, "an id token for another sign-in"


def test_a_provider_that_is_away_or_calls_itself_otherwise_lets_nobody_in(issuer: str) -> None:
    away = Provider(web("http://127.0.0.1:9"), TlsPolicy())
    with pytest.raises(Exception, match="does not answer"):
        away.begin("http://127.0.0.1/back")
    named = Provider(web(issuer.replace("127.0.0.1", "localhost")), TlsPolicy())
    named.issuer = f"{issuer}/other"
    with pytest.raises(Exception, match=r"does not answer|describes itself otherwise"):
        named.begin("http://127.0.0.1/back")


@pytest.mark.parametrize(
    "more",
    [
        {"oidc_issuer": "http://idp.uni.example"},
        {"oidc_roles": {"x": "service"}},
        {"oidc_roles": {"x": "unknown"}},
        {"oidc_roles": {"x": "king"}},
    ],
)
def test_a_provider_in_the_clear_and_roles_that_people_cannot_have_are_refused_at_the_start(
    issuer: str, more: dict[str, object]
) -> None:
    with pytest.raises(ConfigurationError):
        Provider(web(issuer, **more), TlsPolicy())
