"""One resilient client for every outside system: what is safe is tried again, what is not is never sent twice.

A request that cannot be repeated and got no usable answer raises UncertainEffect, because it may have been carried out.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from domain.errors import ProvostError
from tools.wire.attempt import Attempt
from tools.wire.auth import Auth
from tools.wire.breaker import Breaker
from tools.wire.budget import Budget, NoBudget, find_lane
from tools.wire.calls import Call, FailedAttempt, Params, add_params, encode_body, is_repeatable
from tools.wire.exchange import Exchange
from tools.wire.policies import RetryPolicy, Timeouts
from tools.wire.refusals import is_challenged, read_refusal
from tools.wire.response import JSON, WireResponse
from tools.wire.retrying import build_retrying
from tools.wire.tls import TlsPolicy
from tools.wire.transport import open_transport, read_origin, resolve_address


class WireClient:
    """Talks to one system at ``base_url`` (https only) with one credential.

    ``refusal`` reads a failure out of an answer, even out of a 200; ``renews`` tells which answers a fresh token may
    cure; ``max_bytes`` caps one answer. Requests of one token share a lane in this process: one at a time, within
    ``budget``. Use it as a context manager or call ``close``.
    """

    def __init__(
        self,
        base_url: str,
        auth: Auth,
        *,
        system: str,
        tls: TlsPolicy | None = None,
        timeouts: Timeouts | None = None,
        retry: RetryPolicy | None = None,
        budget: Budget | None = None,
        breaker: Breaker | None = None,
        refusal: Callable[[WireResponse], ProvostError | None] = read_refusal,
        renews: Callable[[WireResponse], bool] = is_challenged,
        max_bytes: int = 64 * 1024 * 1024,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url, self.system, self.tls = base_url.rstrip("/"), system, tls or TlsPolicy()
        self._retry, self._sleep = retry or RetryPolicy(), sleep
        http = open_transport(self.base_url, self.tls, timeouts or Timeouts())
        self._exchange = Exchange(http, max_bytes)
        self._lane, self._budget = find_lane(f"{read_origin(self.base_url)}#{auth.lane}"), budget or NoBudget()
        self._lane.join(self._budget)
        guard = breaker or Breaker(system)
        self._attempt = Attempt(system, self._exchange, auth, self._lane, self._budget, guard, refusal, renews)

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Params = (),
        form: Params | None = None,
        json: JSON = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        idempotent: bool | None = None,
        accept: Sequence[int] = (),
    ) -> WireResponse:
        """Send one request and return its answer; every failure is one of domain.errors.

        ``path`` is below ``base_url`` or a link of the same origin. ``idempotent`` overrides what the method says about
        sending twice. Statuses in ``accept`` are answers rather than failures, such as 404 for a search.
        """
        body, kind = encode_body(form, json, content)
        call = Call(
            method=method,
            url=add_params(resolve_address(self.base_url, path), params),
            repeatable=is_repeatable(method, idempotent),
            deadline=time.monotonic() + self._retry.deadline,
            accept=frozenset(accept),
            headers={**kind, **(headers or {})},
            body=body,
        )
        try:
            return build_retrying(self._retry, call, self._sleep)(self._attempt.make, call)
        except FailedAttempt as failure:
            raise failure.final_error(call) from failure.__cause__

    def get(
        self,
        path: str,
        *,
        params: Params = (),
        headers: Mapping[str, str] | None = None,
        accept: Sequence[int] = (),
    ) -> WireResponse:
        """Read something."""
        return self.request("GET", path, params=params, headers=headers, accept=accept)

    def head(self, path: str, *, params: Params = (), accept: Sequence[int] = ()) -> WireResponse:
        """Read the headers only."""
        return self.request("HEAD", path, params=params, accept=accept)

    def put(
        self,
        path: str,
        *,
        form: Params | None = None,
        json: JSON = None,
        headers: Mapping[str, str] | None = None,
        accept: Sequence[int] = (),
    ) -> WireResponse:
        """Set something to a value; safe to send twice."""
        return self.request("PUT", path, form=form, json=json, headers=headers, accept=accept)

    def post(
        self,
        path: str,
        *,
        params: Params = (),
        form: Params | None = None,
        json: JSON = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        idempotent: bool = False,
        accept: Sequence[int] = (),
    ) -> WireResponse:
        """Make something; sent once unless ``idempotent``, so a lost answer raises UncertainEffect."""
        return self.request(
            "POST",
            path,
            params=params,
            form=form,
            json=json,
            content=content,
            headers=headers,
            idempotent=idempotent,
            accept=accept,
        )

    def delete(self, path: str, *, form: Params | None = None, accept: Sequence[int] = ()) -> WireResponse:
        """End something; accept 404 where a second try may find it gone."""
        return self.request("DELETE", path, form=form, accept=accept)

    def close(self) -> None:
        """Close the connections, and wait and learn for this token no more."""
        self._lane.leave(self._budget)
        self._exchange.close()

    def __enter__(self) -> Self:
        """Use the client for a block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections when the block ends."""
        self.close()
