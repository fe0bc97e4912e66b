"""Looks at a provider without asking its model anything: does it answer, is the key good, does it know the model."""

import ssl
from typing import TYPE_CHECKING

from domain.errors import ConfigurationError, ProvostError, Unreachable
from domain.findings import Finding, Severity
from privacy.models.clients import require_address
from privacy.models.failures import failure_of
from privacy.models.provider import ALLOWED, Provider

if TYPE_CHECKING:
    import httpx2

_SUBJECT = "model"
_PATIENCE = 15.0


def check_provider(provider: Provider, tls: ssl.SSLContext) -> tuple[Finding, ...]:
    """Return what a look at the provider's list of models shows, and what its terms let go out; raises nothing."""
    terms = _terms(provider)
    try:
        require_address(provider)
        names = _read_names(provider, tls)
    except ProvostError as failure:
        return (terms, _finding(Severity.STOP, failure.message, failure.fix, failure.code))
    if names and provider.model not in names:
        fix = "Set model.model to a name the endpoint lists."
        message = f"The endpoint does not list the model {provider.model or '(none named)'}."
        return (terms, _finding(Severity.WARNING, message, fix))
    return (terms, _finding(Severity.INFO, f"{provider.name} answers."))


def _terms(provider: Provider) -> Finding:
    allowed = ", ".join(sorted(kind.value for kind in ALLOWED[provider.kind])) or "nothing"
    message = f"{provider.name} is {provider.kind.value} and may get coded content of the sort: {allowed}."
    return Finding(code="", severity=Severity.INFO, subject=f"{_SUBJECT} terms", message=message)


def _read_names(provider: Provider, tls: ssl.SSLContext) -> frozenset[str]:
    """Return the models the endpoint lists; none where it keeps no list. Raises what a model call would."""
    import httpx2

    key = provider.api_key.get_secret_value()
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    patience = min(provider.timeout_seconds, _PATIENCE)
    try:
        with httpx2.Client(verify=tls, timeout=patience, trust_env=False, follow_redirects=False) as client:
            answer = client.get(f"{provider.base_url.rstrip('/')}/models", headers=headers)
    except httpx2.HTTPError:
        failure: ProvostError = Unreachable(
            "The model provider gave no answer.", field="model.base_url", fix="Check model.base_url."
        )
    else:
        if answer.status_code == httpx2.codes.NOT_FOUND:
            return frozenset()
        if answer.is_success:
            return _names_in(answer)
        failure = failure_of(answer.status_code)
    raise failure


def _names_in(answer: "httpx2.Response") -> frozenset[str]:
    try:
        return frozenset(str(row["id"]) for row in answer.json()["data"])
    except (ValueError, KeyError, TypeError):
        raise ConfigurationError(
            "The model endpoint's list of models cannot be read.",
            field="model.base_url",
            fix="Name an OpenAI-compatible endpoint, its path included.",
        ) from None


def _finding(severity: Severity, message: str, fix: str = "", code: str = "") -> Finding:
    return Finding(code=code, severity=severity, subject=_SUBJECT, message=message, fix=fix)
