"""Signed JSON in the layout of Standard Webhooks: id, time and signature in headers, HMAC over the raw bytes.

Several secrets may count at once, so that one can be replaced without losing an event. Comparison takes constant time.
"""

import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import SecretStr
from standardwebhooks import Webhook

from domain.errors import ConfigurationError
from domain.request_errors import SignatureRefused

if TYPE_CHECKING:
    from starlette.datastructures import Headers

ID, TIME, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
WINDOW_SECONDS = 300
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,200}")
_TIME = re.compile(r"(0|[1-9][0-9]{0,11})")
_MOST_SIGNATURES = 16


def sign(secret: SecretStr, event: str, at: datetime, body: str) -> dict[str, str]:
    """Return the headers of a call that is signed with a secret."""
    stamp = int(at.timestamp())
    signature = webhook_of(secret).sign(event, datetime.fromtimestamp(stamp, UTC), body)
    return {ID: event, TIME: str(stamp), SIGNATURE: signature}


def verify(headers: "Headers", body: bytes, secrets: Sequence[SecretStr], now: datetime) -> str:
    """Return the id of an event whose signature counts; raises SignatureRefused for anything doubtful."""
    event, said, signed = (_only(headers, name) for name in (ID, TIME, SIGNATURE))
    if not _ID.fullmatch(event) or not _TIME.fullmatch(said):
        raise _refused("An id or a time is not one.", ID)
    if abs(now.timestamp() - int(said)) > WINDOW_SECONDS:
        raise _refused("The event is signed for another time.", TIME)
    given = [each.encode() for each in signed.split(" ")[:_MOST_SIGNATURES]]
    counting = [_signature(secret, event, int(said), body).encode() for secret in secrets]
    matches = [hmac.compare_digest(one, other) for one in counting for other in given]
    if not any(matches):
        raise _refused("The signature does not fit.", SIGNATURE)
    return event


def webhook_of(secret: SecretStr) -> Webhook:
    """Return what signs with a secret; ConfigurationError for one that is not base64."""
    try:
        return Webhook(secret.get_secret_value())
    except Exception as bad:
        fix = "Write whsec_ and at least 24 random bytes in base64."
        raise ConfigurationError("A webhook secret cannot be read.", field="hooks.secret", fix=fix) from bad


def _signature(secret: SecretStr, event: str, stamp: int, body: bytes) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise _refused("The body is not text.", "body") from None
    return webhook_of(secret).sign(event, datetime.fromtimestamp(stamp, UTC), text)


def _only(headers: "Headers", name: str) -> str:
    found = headers.getlist(name)
    if len(found) != 1:
        raise _refused("A header is missing or there twice.", name)
    return found[0]


def _refused(message: str, field: str) -> SignatureRefused:
    return SignatureRefused(message, field=field, fix="Check the secret and the clock; docs/api.md shows how to sign.")
