"""The typed client is what the OpenAPI document says, operation by operation; and the document is what is served."""

import inspect
import typing
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import pytest
from pydantic import BaseModel

from domain.principals import Role
from service.api.describing import describe
from service.client import ProvostClient, RequestFailed, Wanted
from service.client import records as r
from tests.service.web.site import TLS, Site, open_site

pytestmark = pytest.mark.xdist_group("service api")
METHODS = {"read_alerts": "read_caseload"}
SAMPLES: dict[str, Any] = {
    "graph": "reconcile",
    "wanted": Wanted(term="202680"),
    "given": r.Given(plan_hash="0" * 64, decision="approve"),
    "feedback": r.Feedback(outcome="useful", reason="it was"),  # type: ignore[arg-type]
    "asked": r.Asked(words="hello"),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site")) as opened:
        for name, role in (("registrar", Role.REGISTRAR), ("advisor", Role.ADVISOR)):
            opened.add(name, role)
        yield opened


@pytest.fixture(scope="module")
def document(site: Site) -> dict[str, Any]:
    return describe(site.app)


def operations(document: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    return {
        operation["operationId"]: (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).removeprefix("_")


def public(cls: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(cls, inspect.isfunction) if not name.startswith("_")} - {"close"}


def test_the_client_has_a_method_for_every_operation_and_no_other(document: dict[str, Any]) -> None:
    assert {snake(name) for name in operations(document)} == public(ProvostClient)


class Heard(httpx.BaseTransport):
    """Hears what a client sends, and answers nothing useful."""

    def __init__(self) -> None:
        self.request: httpx.Request | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.request = request
        return httpx.Response(500, json={"code": "PV900"})


def test_every_method_sends_what_the_document_describes_and_gives_what_it_promises(document: dict[str, Any]) -> None:
    for name, (method, path, operation) in operations(document).items():
        heard = Heard()
        call = getattr(ProvostClient("http://host", "t", http=httpx.Client(transport=heard)), snake(name))
        signature = inspect.signature(call)
        keyed = {"key": "a-key-of-mine"} if "key" in signature.parameters else {}
        given = [
            SAMPLES.get(each, "x")
            for each, one in signature.parameters.items()
            if one.kind is one.POSITIONAL_OR_KEYWORD
        ]
        with pytest.raises(RequestFailed):
            list(found) if isinstance(found := call(*given, **keyed), Iterator) else found
        request = heard.request
        assert request is not None, name
        shape = path.replace("{id}", str(given[0]) if given else "")
        assert (request.method, request.url.path) == (method, shape), name
        parameters = {(one["in"], one["name"].lower()) for one in operation.get("parameters", [])}
        optional = {each for each, one in signature.parameters.items() if one.kind is one.KEYWORD_ONLY} - {
            "key",
            "last",
        }
        assert optional == {each for where, each in parameters if where == "query"}, name
        assert ("header", "idempotency-key") in parameters or "idempotency-key" not in request.headers, name
        assert bool(keyed) == (("header", "idempotency-key") in parameters), name
        assert ("requestBody" in operation) == bool(request.content), name
        promised(document, name, operation, typing.get_type_hints(call)["return"])


def promised(document: dict[str, Any], name: str, operation: dict[str, Any], returns: Any) -> None:
    success = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
    content = success.get("content", {})
    if "text/event-stream" in content:
        assert typing.get_origin(returns) is Iterator, name
    elif content:
        schema = document["components"]["schemas"][content["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]]
        assert issubclass(returns, BaseModel), name
        assert schema["properties"].keys() == returns.model_fields.keys(), name
    else:
        assert returns is type(None), name


def test_what_is_served_is_what_is_described(site: Site, document: dict[str, Any]) -> None:
    with site.client("registrar") as registrar:
        assert registrar.get("/api/v1/openapi.json").json() == document
        for path in ("/me", "/workflows", "/runs", "/approvals", "/cases", "/ledger/entries", "/ledger/verification"):
            answer = registrar.get(f"/api/v1{path}")
            assert answer.status_code == 200, answer.text
            schema = document["paths"][f"/api/v1{path}"]["get"]["responses"]["200"]["content"]["application/json"]
            jsonschema.validate(answer.json(), {**schema["schema"], "components": document["components"]})


def test_a_parameter_that_is_not_there_is_refused_rather_than_overlooked(site: Site) -> None:
    with site.client("registrar") as registrar:
        refused = registrar.get("/api/v1/ledger/entries", params={"knid": "read"})
        assert (refused.status_code, refused.json()["field"]) == (422, "knid")


def test_the_client_starts_reads_and_is_told_why_not(site: Site) -> None:
    with ProvostClient(
        site.url, site.tokens["registrar"], http=httpx.Client(verify=TLS, trust_env=False, timeout=30)
    ) as client:
        assert client.who_am_i().id == "registrar"
        accepted = client.start_run("reconcile", Wanted(term="202680", dry_run=True), key="client-key-1")
        assert client.start_run("reconcile", Wanted(term="202680", dry_run=True), key="client-key-1") == accepted
        assert client.read_run(accepted.run_id).state == "accepted"
        assert next(client.follow_run(accepted.run_id))[0] == "entry"
        for graph, wanted in (
            ("reconcile", Wanted()),
            ("reconcile", Wanted(term="190010")),
            ("early_alert", Wanted(section="202680-1", registration="x")),
            ("grade_passback", Wanted(section="202680")),
            ("grade_passback", Wanted(section="202680-10001", column="gold")),
            ("drop_withdrawal", Wanted(term="202680")),
            ("learning_path", Wanted(section="202680-10001", person="per_x", driver="whim")),
        ):
            with pytest.raises(RequestFailed) as refused:
                client.start_run(graph, wanted)
            assert (refused.value.status, refused.value.code) == (422, "PV802"), (graph, wanted)
        with pytest.raises(RequestFailed) as missing:
            client.start_run("gardening", Wanted(term="202680"))
        assert (missing.value.status, missing.value.passes) == (404, False)
        assert [page.kind for page in client.read_ledger(kind="run.asked").items] == ["run.asked"]
