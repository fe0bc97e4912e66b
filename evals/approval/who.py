"""Who answers in the tasks: people in every role, programs, masquerades, and whoever a doctored token would prove."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping

from joserfc import jwt
from joserfc.jwk import OKPKey

from domain.ids import PrincipalId, SisPersonId
from domain.principals import Principal, PrincipalKind, Role
from evals.approval.stage import Stage, person, program
from governance.principals import ALGORITHM, ISSUER, PrincipalRegistry

_PLAIN = (
    Role.ADVISOR,
    Role.INSTRUCTOR,
    Role.STUDENT,
    Role.ADMIN,
    Role.DEPARTMENT_CHAIR,
    Role.INSTRUCTIONAL_DESIGNER,
    Role.INSTRUCTIONAL_TECHNOLOGY,
    Role.UNKNOWN,
)


def principals(stage: Stage, student: SisPersonId, requester: str) -> Mapping[str, Principal]:
    """Return everybody who may answer, by the word that the tasks use."""
    registrar = person("registrar", Role.REGISTRAR)
    asked = registrar.model_copy(update={"id": PrincipalId(requester)})
    return {
        **{role.value: person(role.value, role) for role in _PLAIN},
        "registrar": registrar,
        "second_registrar": person("second-registrar", Role.REGISTRAR),
        "nobody": person("nobody"),
        "requester": asked,
        "masquerading": person("dean", Role.REGISTRAR, acting_as="user:registrar"),
        "agent": program("agent:roster", PrincipalKind.AGENT),
        "service": program("service:sync", PrincipalKind.SERVICE),
        "own_advisor": person("own-advisor", Role.ADVISOR, handle=stage.advisor_of(student)),
        "student_self": person("self", Role.STUDENT, Role.ADVISOR, handle=stage.handle(student)),
    }


def forge(registry: PrincipalRegistry, how: str) -> Principal:
    """Return whoever a token proves that was made in this way; raises what refuses it."""
    return registry.verify(_TOKENS[how](registry), loopback=how == "demo_here")


def _genuine(registry: PrincipalRegistry, name: str = "token", *, demo: bool = False) -> str:
    return registry.add(PrincipalId(f"user:{name}"), PrincipalKind.PERSON, [Role.REGISTRAR], demo=demo)


def _claims(token: str) -> dict[str, object]:
    body = token.split(".")[1]
    from base64 import urlsafe_b64decode

    read: dict[str, object] = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return read


def _signed_elsewhere(registry: PrincipalRegistry) -> str:
    key = OKPKey.generate_key("Ed25519")
    return jwt.encode({"alg": ALGORITHM}, _claims(_genuine(registry)), key, algorithms=[ALGORITHM])


def _unsigned(registry: PrincipalRegistry) -> str:
    body = _genuine(registry).split(".")[1]
    return f"{_encoded({'alg': 'none'})}.{body}."


def _edited(registry: PrincipalRegistry) -> str:
    head, _, signature = _genuine(registry).split(".")
    claims = {**_claims(_genuine(registry, "other")), "iss": ISSUER}
    return f"{head}.{_encoded(claims)}.{signature}"


def _revoked(registry: PrincipalRegistry) -> str:
    token = _genuine(registry, "revoked")
    registry.revoke(PrincipalId("user:revoked"))
    return token


def _replaced(registry: PrincipalRegistry) -> str:
    token = _genuine(registry, "renewed")
    _genuine(registry, "renewed")
    return token


def _encoded(value: Mapping[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


_TOKENS: Mapping[str, Callable[[PrincipalRegistry], str]] = {
    "genuine": _genuine,
    "signed_elsewhere": _signed_elsewhere,
    "unsigned": _unsigned,
    "edited": _edited,
    "revoked": _revoked,
    "replaced": _replaced,
    "demo_elsewhere": lambda registry: _genuine(registry, "demo", demo=True),
    "demo_here": lambda registry: _genuine(registry, "demo", demo=True),
    "not_one": lambda _: "no token at all",
}
