"""What Canvas answers when it will not do something: a status and the body it documents for that case.

Operations on the state raise these, in process as over the wire, so a feed written against the state meets the
same refusals as a client on a socket.

    Refusal
    ├── NotFound        404  no such row, or a deleted one
    ├── Invalid         400  a field was refused by validation
    └── Rejected        400  a sentence without a field
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


class Refusal(Exception):
    """Canvas refused: `status` is the HTTP status, `body` the JSON document that goes with it."""

    def __init__(self, status: int, body: Json, headers: Mapping[str, str] | None = None) -> None:
        """Keep the answer as it goes on the wire."""
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


class NotFound(Refusal):
    """The resource is absent, deleted, or not of the account asked."""

    def __init__(self) -> None:
        """Word it as Canvas does, without saying which resource."""
        super().__init__(404, {"errors": [{"message": "The specified resource does not exist."}]})


class Invalid(Refusal):
    """One field failed validation; the body names the field, the kind of failure and a sentence."""

    def __init__(self, field: str, kind: str, message: str) -> None:
        """Shape the documented `errors.{field}[]` object."""
        error: Json = {"attribute": field, "type": kind, "message": message}
        super().__init__(400, {"errors": {field: [error]}})


class Rejected(Refusal):
    """A request that makes no sense now, answered with a sentence under `key` (`message` or `error`)."""

    def __init__(self, message: str, key: str = "message", status: int = 400) -> None:
        """Keep the sentence under the key that the endpoint uses."""
        super().__init__(status, {key: message})
