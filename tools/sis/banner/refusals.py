"""What an Ethos answer refuses, even where its status says 200, and who must act.

Texts of Banner name people and their ids, so a message carries only the status, the place and the error code.
"""

import re
from http import HTTPStatus

from domain.errors import (
    ConfigurationError,
    CredentialRejected,
    MalformedSource,
    ProvostError,
    RecordLocked,
    RefusedBySystem,
)
from tools.wire import JSON, WireResponse, read_refusal

_CODE = re.compile(r"^[A-Za-z][A-Za-z0-9_.\-]{0,60}$")


def read_ethos_refusal(response: WireResponse) -> ProvostError | None:
    """Return the failure an answer stands for: errors in the body count whatever the status is."""
    if is_token_refused(response):
        return read_refusal(response)
    if response.status == HTTPStatus.FORBIDDEN:
        fix = "Give the Ethos application read access to this resource."
        return CredentialRejected(f"{response.place} is not allowed for this API key (403).", field="api_key", fix=fix)
    if response.status in (HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE):
        fix = "Set the version this tenant offers; GET /admin/available-resources lists them."
        return ConfigurationError(
            f"{response.place} is not offered in the pinned version ({response.status}).", field="versions", fix=fix
        )
    errors = _read_errors(response)
    if errors and any("is locked" in _text(error) for error in errors):
        fix = "Nothing; the call is repeated once the record is free."
        return RecordLocked(f"{response.place} met a record that someone has open.", field="record", fix=fix)
    if errors and response.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        fix = "Look the request up in the Ethos error service and correct the record at its source."
        return RefusedBySystem(
            f"{response.place} answered {response.status} with {len(errors)} errors inside.",
            field=_code(errors),
            fix=fix,
        )
    return read_refusal(response)


def is_token_refused(response: WireResponse) -> bool:
    """Tell whether a new token may help; Ethos answers 401 without a challenge."""
    return response.status == HTTPStatus.UNAUTHORIZED


def _read_errors(response: WireResponse) -> list[JSON]:
    """Return the errors of a body that is an object; a list of records is never looked through."""
    if not response.content[:64].lstrip().startswith(b"{"):
        return []
    try:
        errors = response.json_object().get("errors")
    except MalformedSource:
        return []
    return errors if isinstance(errors, list) else []


def _text(error: JSON) -> str:
    return f"{error.get('message', '')} {error.get('description', '')}" if isinstance(error, dict) else str(error)


def _code(errors: list[JSON]) -> str:
    codes = [str(error.get("code", "")) for error in errors if isinstance(error, dict)]
    return codes[0] if codes and _CODE.match(codes[0]) else "errors"
