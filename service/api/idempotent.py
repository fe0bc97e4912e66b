"""Requests with an idempotency key: the same one twice is carried out once and answered alike.

The key belongs to the caller and to the digest of method, path and body. It is kept for a day. A run that is started
takes its id from the key, so that even a request cut off half way starts it once.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request
from pydantic import BaseModel

from console.visiting import visitor_of
from domain.request_errors import KeyReused, RequestUnderWay
from service.api.common import Here
from store.idempotency import IdempotencyKeys

M = TypeVar("M", bound=BaseModel)
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=100,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="Any text of the caller's; the same key with the same request is carried out once.",
    ),
]


class Once:
    """Carries a request out once for each key."""

    def __init__(self, request: Request, here: Here, key: Key = None) -> None:
        self._keys, self._key = IdempotencyKeys(here.database), key
        self._caller = visitor_of(request).principal.id
        body: bytes = request.scope.get("provost.body", b"")
        said = f"{request.method} {request.url.path}\n".encode() + body
        self._digest = hashlib.sha256(said).hexdigest()

    def name(self, prefix: str) -> str | None:
        """Return an id that is the same for the same caller and key; None without a key."""
        if self._key is None:
            return None
        return f"{prefix}_{hashlib.sha256(f'{self._caller}|{self._key}'.encode()).hexdigest()[:24]}"

    def run(self, model: type[M], act: Callable[[], M]) -> M:
        """Return what ``act`` answers, or what it answered before.

        Raises KeyReused where the key came with another request, RequestUnderWay while the first is not done.
        """
        if self._key is None:
            return act()
        earlier = self._keys.claim(self._caller, self._key, self._digest)
        if earlier is None:
            return self._act(act)
        if earlier.body != self._digest:
            fix = "Use a new key for a new request."
            raise KeyReused("This key came with another request.", field="Idempotency-Key", fix=fix)
        if not earlier.status:
            fix = "Send it again in a moment."
            raise RequestUnderWay("The first request with this key is not done yet.", field="Idempotency-Key", fix=fix)
        return model.model_validate(json.loads(earlier.answer))

    def _act(self, act: Callable[[], M]) -> M:
        assert self._key is not None
        try:
            answer = act()
        except BaseException:
            self._keys.release(self._caller, self._key)
            raise
        self._keys.settle(self._caller, self._key, 200, answer.model_dump_json())
        return answer


OneTime = Annotated[Once, Depends(Once)]
