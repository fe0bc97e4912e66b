"""A call as it was asked for, and what one failed try of it says about trying again."""

import json as jsonlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlencode

from domain.errors import MalformedSource, ProvostError, TransientError, UncertainEffect
from tools.wire.places import describe_place
from tools.wire.response import JSON

Params: TypeAlias = Sequence[tuple[str, str]]
"""Query or form fields in order; a name may repeat, as in ``state[]``."""

_SAFE = frozenset({"GET", "HEAD", "PUT", "DELETE"})


@dataclass(frozen=True)
class Call:
    """A request; ``repeatable`` says it may be sent twice, ``deadline`` is a monotonic time in seconds."""

    method: str
    url: str
    repeatable: bool
    deadline: float
    accept: frozenset[int] = frozenset()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    @property
    def place(self) -> str:
        """The call in words fit for a log."""
        return describe_place(self.method, self.url)


class FailedAttempt(Exception):
    """What went wrong in one try.

    ``executed`` is true where the other side may have carried it out; ``wait`` is the seconds it asked us to wait.
    """

    def __init__(self, error: ProvostError, *, executed: bool, wait: float = 0.0) -> None:
        super().__init__(str(error))
        self.error, self.executed, self.wait = error, executed, wait

    def may_repeat(self, call: Call) -> bool:
        """Tell whether trying again may help and cannot do harm."""
        passing = isinstance(self.error, TransientError | MalformedSource)
        return passing and (call.repeatable or not self.executed)

    def final_error(self, call: Call) -> ProvostError:
        """Return what the caller must learn: a send of unknown outcome is an UncertainEffect, never a plain failure."""
        passing = isinstance(self.error, TransientError | MalformedSource)
        if not passing or call.repeatable or not self.executed:
            return self.error
        return UncertainEffect(
            f"{call.place} got no usable answer; it may have been carried out.",
            field="status",
            fix="Look for its effect before anything is sent again.",
        )


def is_repeatable(method: str, idempotent: bool | None) -> bool:
    """Tell whether a call may be sent twice: by its method, unless the caller knows better."""
    return method in _SAFE if idempotent is None else idempotent


def encode_body(form: Params | None, json: JSON, content: bytes | None) -> tuple[bytes | None, dict[str, str]]:
    """Return the body and its content type for a form, a JSON value or raw bytes, whichever is given."""
    if form is not None:
        return urlencode(list(form)).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    if json is not None:
        return jsonlib.dumps(json).encode(), {"Content-Type": "application/json"}
    return content, {}


def add_params(url: str, params: Params) -> str:
    """Return ``url`` with query fields added."""
    if not params:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(list(params))}"
