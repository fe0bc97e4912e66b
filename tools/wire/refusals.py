"""What another system's refusal means, and who must act.

401 and 403 are three different things in Canvas: a stale token (renew it), a missing permission (a person must act)
and a throttle (wait). Bodies may quote names or ids, so only status, place and field names ever reach a message.
"""

import re
from http import HTTPStatus

from domain.errors import (
    ConfigurationError,
    CredentialRejected,
    MalformedSource,
    ProvostError,
    RefusedBySystem,
    Throttled,
    Unreachable,
)
from tools.wire.response import JSON, WireResponse

_FIELD = re.compile(r"^[a-z][a-z0-9_.\[\]]{0,60}$")


def is_throttled(response: WireResponse) -> bool:
    """Tell whether the system asked to slow down: 429, or Canvas's 403 in plain text (R73)."""
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        return True
    return response.status == HTTPStatus.FORBIDDEN and "rate limit exceeded" in response.text[:200].lower()


def is_challenged(response: WireResponse) -> bool:
    """Tell whether the token itself was refused, so that a new one may help: 401 with a challenge."""
    return response.status == HTTPStatus.UNAUTHORIZED and "www-authenticate" in response.headers


def retry_after(response: WireResponse) -> float:
    """Return the seconds the system asked to wait; 0 where it named none."""
    text = response.headers.get("retry-after", "")
    return float(text) if text.isdigit() else 0.0


def read_refusal(response: WireResponse) -> ProvostError | None:
    """Return the failure that an answer stands for, or None where it is a success."""
    status = response.status
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    if status < HTTPStatus.BAD_REQUEST:
        fix = "Configure the address the redirect leads to; redirects are not followed with a credential."
        return ConfigurationError(f"{response.place} answered with a redirect ({status}).", field="base_url", fix=fix)
    if is_throttled(response):
        fix = "Nothing; the call is repeated more slowly."
        return Throttled(f"{response.place} was throttled ({status}).", field="rate", fix=fix)
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return _read_denial(response)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        fix = "Wait; if it lasts, ask the owner of that system."
        return Unreachable(f"{response.place} failed at the other side ({status}).", field="status", fix=fix)
    return _read_business_refusal(response)


def _read_denial(response: WireResponse) -> ProvostError:
    """Tell a missing permission from a business refusal that also uses 403."""
    body = _body(response)
    if response.status == HTTPStatus.FORBIDDEN and isinstance(body, dict) and "status" not in body:
        return _read_business_refusal(response)
    fix = "Give the credential the scope or role that this call needs, or replace it."
    return CredentialRejected(
        f"{response.place} was refused for this credential ({response.status}).", field="token", fix=fix
    )


def _read_business_refusal(response: WireResponse) -> ProvostError:
    """Word a 4xx with the field the system named, never with its text."""
    if response.status == HTTPStatus.NOT_FOUND:
        fix = "Check that the record still exists there."
        return RefusedBySystem(f"{response.place} names a record that does not exist (404).", field="id", fix=fix)
    field = _field(_body(response))
    fix = "Correct the record at its source; the field is the one that system named."
    return RefusedBySystem(f"{response.place} was refused ({response.status}).", field=field, fix=fix)


def _body(response: WireResponse) -> JSON:
    try:
        return response.json()
    except MalformedSource:
        return None


def _field(body: JSON) -> str:
    """Find the first field name in ``{"errors": {field: ...}}``; ``record`` where the body has another shape."""
    errors = body.get("errors") if isinstance(body, dict) else None
    names = list(errors) if isinstance(errors, dict) else []
    return names[0] if names and _FIELD.match(names[0]) else "record"
