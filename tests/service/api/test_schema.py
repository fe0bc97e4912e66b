"""The OpenAPI document is tried against the service: whatever is sent, the answer is one that is described."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import positive_data_acceptance

from domain.principals import Role
from service.api.describing import describe
from tests.service.web.site import Site, open_site

pytestmark = pytest.mark.xdist_group("service api")
FEW, MANY = 2, 10
STREAMS = ("followRun", "ask")
"""Operations that answer with a stream, and are tried by tests of their own."""
LEFT_OUT = [positive_data_acceptance]
"""A request may have the right form and ask for something that is not there; that is no fault of the document."""
BRIEFLY = ("listRuns", "startRun")
ROLES = ("registrar", "advisor", "student")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site")) as opened:
        for name in ROLES:
            opened.add(name, Role(name))
        yield opened


def operations(site: Site, *names: str) -> list[Any]:
    schema = schemathesis.openapi.from_dict(without_security(describe(site.app)))
    schema.config.update(base_url=site.url)
    found = [each.ok() for each in schema.get_all_operations()]
    named = [(each, each.definition.raw["operationId"]) for each in found]
    return [each for each, name in named if name not in STREAMS and name in (names or (name,))]


def without_security(described: dict[str, Any]) -> dict[str, Any]:
    """Return the document without tokens: every request here bears a right one, so a wrong one never arrives."""
    document = copy.deepcopy(described)
    document.pop("security", None)
    document["components"].pop("securitySchemes", None)
    for operations_of_path in document["paths"].values():
        for operation in operations_of_path.values():
            operation.pop("security", None)
    return document


def try_all(site: Site, name: str, mode: schemathesis.GenerationMode, examples: int, *operation_ids: str) -> list[str]:
    """Try every operation, or those that are named, as somebody and return what was not as described."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {site.tokens[name]}"
        found = [try_one(site, session, each, mode, examples) for each in operations(site, *operation_ids)]
    return [f"{name} {fault}" for faults in found for fault in faults]


def try_one(
    site: Site, session: requests.Session, operation: Any, mode: schemathesis.GenerationMode, examples: int
) -> list[str]:
    faults: list[str] = []

    def attempt(case: Any) -> None:
        try:
            answer = case.call(base_url=site.url, session=session, headers=dict(session.headers))
            case.validate_response(answer, excluded_checks=LEFT_OUT)
        except (Failure, FailureGroup) as failed:
            each = failed.exceptions if isinstance(failed, FailureGroup) else [failed]
            faults.extend(f"{operation.label}: {type(one).__name__} {one}" for one in each)

    try:
        quiet(examples)(given(case=operation.as_strategy(generation_mode=mode))(attempt))()
    except Unsatisfiable:
        assert mode is schemathesis.GenerationMode.NEGATIVE, "what takes no input cannot be given a wrong one"
    return faults


def quiet(examples: int) -> settings:
    return settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )


def test_a_few_requests_are_answered_as_described(site: Site) -> None:
    assert try_all(site, "registrar", schemathesis.GenerationMode.POSITIVE, FEW, *BRIEFLY) == []
    assert try_all(site, "registrar", schemathesis.GenerationMode.NEGATIVE, FEW, *BRIEFLY) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ROLES)
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_many_requests_to_every_operation_are_answered_as_described(
    site: Site, name: str, mode: schemathesis.GenerationMode
) -> None:
    assert try_all(site, name, mode, MANY) == []
