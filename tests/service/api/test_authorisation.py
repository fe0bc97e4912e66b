"""Every route with every role, every scope and nobody: what is not written down here is open to nobody (S259, S260)."""

import re
from collections.abc import Iterator

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from domain.errors import InternalError
from domain.principals import Role
from service.web.permissions import Open, SignatureOnly, api_routes, declared_of, require_declarations
from tests.service.web.site import Site, open_site

pytestmark = pytest.mark.xdist_group("service api")

OVERSEERS = {"registrar", "admin", "instructional_technology"}
STAFF = OVERSEERS | {"advisor", "instructor", "department_chair", "instructional_designer"}
EVERYBODY = STAFF | {"student"}
ANY = "any"
GRADES, GRADE_READERS = "/sections/{section}/grades", {"instructor", "department_chair", "registrar"}
FILLED = {"{id}": "apr_none", "{section}": "202680-10001", "{column}": "final", "{person}": "per_none"}
TABLE: dict[tuple[str, str], tuple[set[str], str]] = {
    ("GET", "/api/v1/me"): (EVERYBODY, ANY),
    ("GET", "/api/v1/openapi.json"): (EVERYBODY, ANY),
    ("GET", "/api/v1/workflows"): (OVERSEERS, "runs:read"),
    ("POST", "/api/v1/workflows/{id}/runs"): (OVERSEERS, "runs:invoke"),
    ("GET", "/api/v1/runs"): (OVERSEERS, "runs:read"),
    ("GET", "/api/v1/runs/{id}"): (OVERSEERS, "runs:read"),
    ("GET", "/api/v1/runs/{id}/events"): (OVERSEERS, "runs:read"),
    ("GET", "/api/v1/approvals"): (STAFF, "approvals:read"),
    ("GET", "/api/v1/approvals/{id}"): (STAFF, ""),
    ("POST", "/api/v1/approvals/{id}/answers"): (STAFF, ""),
    ("GET", "/api/v1/alerts"): ({"advisor"}, ""),
    ("POST", "/api/v1/alerts/{id}/feedback"): ({"advisor"}, ""),
    ("GET", "/api/v1/students/{id}"): ({"advisor"}, ""),
    ("GET", "/api/v1/cases"): (OVERSEERS | {"advisor"}, ""),
    ("GET", "/api/v1/ledger/entries"): (OVERSEERS, "ledger:read"),
    ("GET", "/api/v1/ledger/verification"): (OVERSEERS, "ledger:read"),
    ("POST", "/api/v1/chat"): (EVERYBODY, ""),
    ("GET", "/api/v1/chat/conversations"): (EVERYBODY, ""),
    ("GET", "/api/v1/chat/conversations/{id}"): (EVERYBODY, ""),
    ("DELETE", "/api/v1/chat/conversations/{id}"): (EVERYBODY, ""),
    ("POST", "/internal/knowledge/search"): (set(), "knowledge:search"),
    ("GET", GRADES): (GRADE_READERS, ""),
    ("GET", f"{GRADES}/{{column}}"): (GRADE_READERS, ""),
    ("GET", f"{GRADES}/{{column}}/students/{{person}}"): (GRADE_READERS, ""),
    ("POST", f"{GRADES}/{{column}}/answer"): ({"instructor", "registrar"}, ""),
    ("POST", f"{GRADES}/{{column}}/send"): ({"instructor", "registrar"}, ""),
    ("POST", f"{GRADES}/{{column}}/attest"): ({"instructor"}, ""),
    ("POST", f"{GRADES}/{{column}}/students/{{person}}"): ({"instructor"}, ""),
}
SCOPES = sorted({scope for _, scope in TABLE.values()} - {"", ANY})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site")) as opened:
        for role in EVERYBODY:
            opened.add(role, Role(role))
        for scope in SCOPES:
            opened.add(scope, Role.SERVICE, scope)
        opened.add("agent", Role.AGENT)
        opened.add("service", Role.SERVICE)
        yield opened


def routes(site: Site) -> set[tuple[str, str]]:
    return {
        (method, route.path)
        for route in api_routes(site.app)
        if route.path.startswith(("/api/", "/internal/", GRADES))
        for method in route.methods
    }


def test_every_route_is_in_the_table(site: Site) -> None:
    assert routes(site) == TABLE.keys()


@pytest.mark.parametrize("route", sorted(TABLE), ids=" ".join)
def test_s260_a_route_opens_to_whom_the_table_says_and_to_nobody_else(site: Site, route: tuple[str, str]) -> None:
    people, scope = TABLE[route]
    programs = {*SCOPES, "agent", "service"} if scope == ANY else {scope} - {""}
    opened = {name for name in site.tokens if is_open(ask(site, route, name))}
    assert opened == people | programs
    nobody = ask(site, route, "")
    page = route[1].startswith("/sections/")
    assert nobody.status_code == (303 if page and route[0] == "GET" else 401)
    assert page or nobody.json()["code"] == "PV805"
    with site.client() as stranger:
        forged = stranger.request(route[0], place(route), headers={"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."})
    assert forged.status_code == 401


def ask(site: Site, route: tuple[str, str], name: str) -> httpx.Response:
    with site.client(name) as client:
        return client.request(route[0], place(route), json={} if route[0] == "POST" else None)


def place(route: tuple[str, str]) -> str:
    return re.sub(r"\{\w+\}", lambda found: FILLED[found[0]], route[1])


def is_open(answer: httpx.Response) -> bool:
    return not (answer.status_code in (401, 403) and re.search(r"\bPV80[59]\b", answer.text))


@pytest.mark.parametrize("prefix", ["/api/v1", GRADES])
def test_a_route_that_does_not_say_who_may_call_it_is_not_served(site: Site, prefix: str) -> None:
    app, router = FastAPI(), APIRouter(prefix=prefix)

    @router.get("/quietly-added")
    def quietly_added() -> str:
        return "everything"

    app.include_router(router)
    with pytest.raises(InternalError) as refused:
        require_declarations(app)
    assert f"{prefix}/quietly-added" in refused.value.field


def test_what_comes_in_without_a_principal_is_signed(site: Site) -> None:
    hooks = [route for route in api_routes(site.app) if route.path.startswith("/hooks/")]
    assert all(isinstance(declared_of(route), SignatureOnly) for route in hooks)


LAUNCHES = {
    ("GET", "/lti/login"): SignatureOnly,
    ("POST", "/lti/login"): SignatureOnly,
    ("GET", "/lti/launch"): SignatureOnly,
    ("POST", "/lti/launch"): SignatureOnly,
    ("GET", "/lti/config.json"): Open,
    ("GET", "/lti/jwks.json"): Open,
}


def test_s96_the_addresses_of_the_tool_are_these_and_say_what_opens_them(site: Site) -> None:
    found = {
        (method, route.path): type(declared_of(route))
        for route in api_routes(site.app)
        if route.path.startswith("/lti/")
        for method in route.methods
    }
    assert found == LAUNCHES


@pytest.mark.parametrize("route", sorted(LAUNCHES), ids=" ".join)
def test_s96_no_role_and_no_scope_opens_more_of_the_tool_than_nobody_has(site: Site, route: tuple[str, str]) -> None:
    nobody = ask(site, route, "")
    assert nobody.status_code == (404 if LAUNCHES[route] is SignatureOnly else 200)
    for name in site.tokens:
        answer = ask(site, route, name)
        assert (answer.status_code, answer.text) == (nobody.status_code, nobody.text), name
