"""Sessions, cookies and guards: who is signed in, what a browser may send, what everybody else gets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from domain.ids import PrincipalId
from domain.principals import Role
from graphs.web_settings import WebSettings
from service.web.headers import CSP
from service.web.place import find_place
from service.web.sign_in import local_path
from service.web.visitors import csrf_of
from store.sessions import SessionRow, Sessions, digest_token
from tests.service.web.site import Site, open_site

pytestmark = pytest.mark.xdist_group("service web")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site")) as opened:
        for name, role in (("demo-registrar", Role.REGISTRAR), ("demo-admin", Role.ADMIN), ("demo-adv", Role.ADVISOR)):
            opened.add(name, role, demo=True)
        opened.add("registrar", Role.REGISTRAR)

        @opened.app.get("/page")
        def page() -> str:
            return "seen"

        @opened.app.post("/page")
        def change() -> str:
            return "changed"

        yield opened


def csrf(browser: object, site: Site) -> str:
    return csrf_of(browser.cookies["provost"])  # type: ignore[attr-defined]


def test_a_session_begins_is_kept_as_a_digest_and_ends(site: Site) -> None:
    with site.browser("demo-registrar") as browser:
        cookie = browser.get("/page").request.headers["cookie"]
        token = browser.cookies["provost"]
        assert browser.get("/page").text == '"seen"'
        assert token in cookie
        with site.provost.database.reading() as session:
            assert session.get(SessionRow, digest_token(token)) is not None
            assert session.get(SessionRow, token) is None
        again = browser.post("/sign-in/development", data={"principal": "demo-registrar", "csrf": csrf(browser, site)})
        assert again.status_code == 303
        assert browser.cookies["provost"] != token, "signing in makes a new session"
        with site.client(cookies={"provost": token}) as old:
            assert old.get("/page").status_code == 303, "and the one before is over"
        out = browser.post("/sign-out", data={"csrf": csrf(browser, site)})
        assert out.headers["location"] == "/sign-in"
        assert browser.get("/page").status_code == 303
    assert {"session.begun", "session.ended"} <= set(site.kinds())


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(site: Site) -> None:
    with site.client(origin=site.url) as browser:
        said = browser.post("/sign-in/development", data={"principal": "demo-adv"}).headers["set-cookie"]
    assert "HttpOnly" in said
    assert "SameSite=lax" in said
    assert "Secure" not in said, "loopback has no encryption to insist on"
    assert find_place(WebSettings(public_url="https://provost.example.edu")).cookie.startswith("__Host-")


def test_a_change_needs_the_forms_token_and_our_origin(site: Site) -> None:
    with site.browser("demo-registrar") as browser:
        token = csrf(browser, site)
        assert browser.post("/page", data={"csrf": token}).status_code == 200
        assert browser.post("/page", headers={"X-CSRF-Token": token}).status_code == 200
        refused = [
            browser.post("/page"),
            browser.post("/page", data={"csrf": token[:-1] + "x"}),
            browser.post("/page", json={"csrf": token}),
            browser.post("/page", data={"csrf": token}, headers={"Origin": "https://elsewhere.example"}),
            browser.post("/page", data={"csrf": token}, headers={"Origin": "null"}),
            browser.post("/page", data={"csrf": token}, headers={"Sec-Fetch-Site": "cross-site"}),
        ]
        assert [answer.status_code for answer in refused] == [403] * 6
    with site.client(origin="https://elsewhere.example") as stranger:
        answer = stranger.post("/sign-in/development", data={"principal": "demo-registrar"})
        assert answer.status_code == 403, "nobody is signed in as somebody by another site"


def test_nobody_sees_a_page_and_only_demonstration_identities_can_be_chosen(site: Site) -> None:
    with site.client(origin=site.url) as browser:
        assert browser.get("/page").headers["location"] == "/sign-in?next=/page"
        assert browser.get("/page", headers={"HX-Request": "true"}).status_code == 401
        assert browser.post("/sign-in/development", data={"principal": "registrar"}).status_code == 401
        shown = browser.get("/sign-in").text
        assert "demo-registrar" in shown
        assert '"registrar"' not in shown
        forwarded = {"X-Forwarded-For": "203.0.113.9"}
        answer = browser.post("/sign-in/development", data={"principal": "demo-adv"}, headers=forwarded)
        assert answer.status_code == 401, "behind a proxy nobody is on this machine"
        assert "demo-adv" not in browser.get("/sign-in", headers=forwarded).text
        assert browser.get("/page", headers={"Authorization": "Bearer x"}).status_code == 401
    assert "session.refused" in site.kinds()


def test_what_was_taken_away_is_gone_at_once(site: Site) -> None:
    site.add("demo-gone", Role.ADVISOR, demo=True)
    with site.browser("demo-gone") as browser:
        assert browser.get("/page").status_code == 200
        site.provost.principals.revoke("demo-gone")  # type: ignore[arg-type]
        assert browser.get("/page").status_code == 303


def test_r30_an_administrator_who_views_as_another_is_on_record_and_decides_nothing(site: Site) -> None:
    with site.browser("demo-admin") as browser:
        token = csrf(browser, site)
        assert browser.post("/session/view-as", data={"principal": "registrar", "csrf": token}).status_code == 303
        me = browser.get("/api/v1/me").json()
        assert (me["id"], me["acting_as"], me["roles"]) == ("demo-admin", "registrar", ["registrar"])
        assert browser.post("/session/view-as", data={"principal": "", "csrf": token}).status_code == 303
        assert browser.get("/api/v1/me").json()["acting_as"] is None
        assert browser.post("/session/view-as", data={"principal": "nobody", "csrf": token}).status_code == 404
    with site.browser("demo-adv") as browser:
        denied = browser.post("/session/view-as", data={"principal": "registrar", "csrf": csrf(browser, site)})
        assert denied.status_code == 403
    assert site.kinds().count("session.viewing") == 2


def test_every_answer_carries_the_headers_and_other_names_lead_nowhere(site: Site) -> None:
    with site.client() as nobody:
        for path in ("/sign-in", "/page", "/api/v1/me", "/nothing"):
            answer = nobody.get(path)
            assert answer.headers["content-security-policy"] == CSP
            assert answer.headers["cache-control"] == "no-store"
            assert "strict-transport-security" not in answer.headers
        assert nobody.get("/sign-in", headers={"Host": "rebound.example"}).status_code == 404
        large = nobody.post("/sign-in/development", content=b"x" * 1_100_000)
        assert large.status_code == 413
        endless = nobody.post("/sign-in/development", content=(b"x" * 65_536 for _ in range(40)))
        assert endless.status_code == 413


@pytest.mark.parametrize(
    ("web", "field"),
    [
        (WebSettings(host="0.0.0.0"), "web.public_url"),
        (WebSettings(public_url="http://provost.example.edu"), "web.public_url"),
        (WebSettings(public_url="https://provost.example.edu/console"), "web.public_url"),
        (WebSettings(public_url="https://provost.example.edu", development_sign_in=True), "web.development_sign_in"),
    ],
)
def test_people_are_never_served_in_the_clear_nor_signed_in_without_proof_outside_loopback(
    web: WebSettings, field: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        find_place(web)
    assert refused.value.field == field


@pytest.mark.parametrize("onward", ["https://elsewhere", "//elsewhere", "/\\elsewhere", "elsewhere", "", "/a\nb"])
def test_signing_in_leads_to_no_other_site(onward: str) -> None:
    assert local_path(onward) == "/"


def test_who_asks_too_often_waits(tmp_path: Path) -> None:
    few = WebSettings(port=0, sign_in_per_minute=3, api_per_minute=4, development_sign_in=True)
    with open_site(tmp_path, web=few) as site, site.client(origin=site.url) as browser:
        tries = [browser.post("/sign-in/development", data={"principal": "x"}) for _ in range(5)]
        assert [answer.status_code for answer in tries] == [401, 401, 401, 429, 429]
        assert 1 <= int(tries[-1].headers["retry-after"]) <= 60
        asked = [browser.get("/api/v1/me") for _ in range(6)]
        assert [answer.status_code for answer in asked][:5] == [401, 401, 401, 401, 429]
        assert asked[-1].json()["code"] == "PV804"


@pytest.mark.parametrize(("proxies", "last"), [(["127.0.0.0/8"], 401), (["203.0.113.7"], 429), ([], 429)])
def test_limits_by_address_count_whom_a_trusted_proxy_names(tmp_path: Path, proxies: list[str], last: int) -> None:
    few = WebSettings(port=0, sign_in_per_minute=3, development_sign_in=True, trusted_proxies=proxies)
    with open_site(tmp_path, web=few) as site, site.client(origin=site.url) as browser:
        tries = [
            browser.post(
                "/sign-in/development", data={"principal": "x"}, headers={"X-Forwarded-For": f"198.51.100.{number}"}
            )
            for number in range(5)
        ]
    assert tries[-1].status_code == last


def test_a_proxy_that_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="trusted_proxies"):
        WebSettings(trusted_proxies=["*"])


def test_behind_https_cookies_are_tied_to_the_host_and_browsers_are_told_to_stay_encrypted(tmp_path: Path) -> None:
    public = WebSettings(port=0, public_url="https://provost.uni.example")
    with open_site(tmp_path, web=public) as site, site.client() as browser:
        browser.headers["Host"] = "provost.uni.example"
        answer = browser.get("/sign-in")
        assert answer.headers["strict-transport-security"].startswith("max-age=63072000")
        site.add("demo-advisor", Role.ADVISOR, demo=True)
        refused = browser.get("/api/v1/me", headers={"Authorization": f"Bearer {site.tokens['demo-advisor']}"})
        assert refused.status_code == 401, "a demonstration identity counts on its own machine only"
        token = site.app.state.sessions.begin("demo-advisor", "oidc")
        assert browser.get("/api/v1/me", headers={"Cookie": f"__Host-provost={token}"}).status_code == 401
        site.add("advisor", Role.ADVISOR)
        token = site.app.state.sessions.begin("advisor", "oidc")
        assert browser.get("/api/v1/me", headers={"Cookie": f"__Host-provost={token}"}).status_code == 200
        assert browser.get("/api/v1/me", headers={"Cookie": f"provost={token}"}).status_code == 401


def test_sessions_end_by_age_and_by_rest(tmp_path: Path) -> None:
    with open_site(tmp_path) as site:
        clock = Moved()
        for lasts, idle, passes in ((8, 1, 0.9), (8, 1, 1.1), (2, 24, 2.1)):
            kept = Sessions(
                site.provost.database, lasts=timedelta(hours=lasts), idle=timedelta(hours=idle), clock=clock
            )
            token = kept.begin(PrincipalId("someone"), "oidc")
            clock.hours += passes
            assert (kept.find(token) is not None) == (passes < 1)
        rested = Sessions(site.provost.database, lasts=timedelta(hours=8), idle=timedelta(hours=1), clock=clock)
        token = rested.begin(PrincipalId("someone"), "oidc")
        for _ in range(6):
            clock.hours += 0.9
            assert rested.find(token) is not None, "who comes back in time stays"
        assert rested.end_all(PrincipalId("someone")) >= 1
        assert rested.find(token) is None


class Moved:
    """A clock that a test moves."""

    hours = 0.0

    def now(self) -> datetime:
        return datetime(2026, 9, 21, tzinfo=UTC) + timedelta(hours=self.hours)
