"""Tokens: nobody is who they say, only who their token proves."""

import base64
import json
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from domain.errors import ConfigurationError, CredentialRejected
from domain.ids import PrincipalId, RecordHandle
from domain.principals import PrincipalKind, Role
from governance.principals import ISSUER, PrincipalRegistry
from store.keys import KeyRing

RUTH = PrincipalId("ruth")
PERSON = PrincipalKind.PERSON


@pytest.fixture
def empty_url(tmp_path: Path) -> str:
    """SQLite alone: what is tested here does not depend on the database."""
    return f"sqlite:///{tmp_path}/provost.db"


@pytest.fixture
def registry(database, keyring) -> PrincipalRegistry:
    return PrincipalRegistry(database, keyring)


def test_a_token_proves_who_bears_it(registry: PrincipalRegistry):
    token = registry.add(RUTH, PERSON, [Role.REGISTRAR], person=RecordHandle("per_a"))
    ruth = registry.verify(token)
    assert (ruth.id, ruth.roles, ruth.person, ruth.acting_as) == (RUTH, {Role.REGISTRAR}, "per_a", None)
    assert registry.verify(token, acting_as=PrincipalId("dean")).acting_as == "dean"


def test_an_agent_has_scopes_of_its_own(registry: PrincipalRegistry):
    token = registry.add(PrincipalId("agent.roster"), PrincipalKind.AGENT, [Role.AGENT], ["roster:*"])
    assert registry.verify(token).scopes == {"roster:*"}
    assert [one.id for one in registry.list_all()] == ["agent.roster"]


def test_a_revoked_or_replaced_token_is_refused(registry: PrincipalRegistry):
    first = registry.add(RUTH, PERSON, [Role.REGISTRAR])
    second = registry.add(RUTH, PERSON, [Role.ADVISOR])
    with pytest.raises(CredentialRejected):
        registry.verify(first)
    assert registry.verify(second).roles == {Role.ADVISOR}
    registry.revoke(RUTH)
    with pytest.raises(CredentialRejected, match="revoked"):
        registry.verify(second)
    assert registry.list_all() == ()
    with pytest.raises(ConfigurationError):
        registry.revoke(PrincipalId("nobody"))


def test_a_demo_identity_counts_on_this_machine_only(registry: PrincipalRegistry):
    token = registry.add(RUTH, PERSON, [Role.REGISTRAR], demo=True)
    with pytest.raises(CredentialRejected, match="this machine"):
        registry.verify(token)
    assert registry.verify(token, loopback=True).demo


def tampered(token: str) -> str:
    head, claims, signature = token.split(".")
    content = json.loads(base64.urlsafe_b64decode(claims + "=="))
    content["sub"] = "dean"
    return ".".join([head, base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("="), signature])


def unsigned(token: str) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    return f"{head}.{token.split('.')[1]}."


def resigned(token: str) -> str:
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return jwt.encode({"alg": "Ed25519"}, claims, OKPKey.generate_key("Ed25519"), algorithms=["Ed25519"])


def symmetric(token: str) -> str:
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("a" * 32))


@pytest.mark.parametrize(
    "forge", [tampered, unsigned, resigned, symmetric, lambda _: "", lambda _: "a.b.c", lambda _: "x"]
)
def test_a_forged_token_is_refused(registry: PrincipalRegistry, forge):
    token = registry.add(RUTH, PERSON, [Role.REGISTRAR])
    with pytest.raises(CredentialRejected):
        registry.verify(forge(token))


def test_a_token_for_another_system_or_without_an_id_is_refused(registry: PrincipalRegistry):
    registry.add(RUTH, PERSON, [Role.REGISTRAR])
    for claims in ({"iss": "elsewhere", "sub": "ruth"}, {"iss": ISSUER, "sub": "ruth"}):
        token = jwt.encode({"alg": "Ed25519"}, claims, registry._key, algorithms=["Ed25519"])
        with pytest.raises(CredentialRejected):
            registry.verify(token)


def test_keys_of_another_installation_prove_nothing(database, registry: PrincipalRegistry, tmp_path):
    other = PrincipalRegistry(database, KeyRing.open(tmp_path / "other"))
    with pytest.raises(CredentialRejected):
        registry.verify(other.add(RUTH, PERSON, [Role.REGISTRAR]))


@pytest.mark.parametrize(
    ("name", "kind", "roles"),
    [
        ("", PERSON, [Role.REGISTRAR]),
        ("a\nb", PERSON, [Role.REGISTRAR]),
        ("ruth", PERSON, []),
        ("ruth", PERSON, [Role.UNKNOWN]),
        ("ruth", PERSON, [Role.AGENT]),
        ("bot", PrincipalKind.AGENT, [Role.REGISTRAR]),
        ("bot", PrincipalKind.SERVICE, [Role.SERVICE, Role.ADMIN]),
    ],
)
def test_unsound_principals_are_not_added(
    registry: PrincipalRegistry, name: str, kind: PrincipalKind, roles: list[Role]
):
    with pytest.raises(ConfigurationError):
        registry.add(PrincipalId(name), kind, roles)
