"""One try of one call: wait for the budget, sign, send, judge, and write one log line without personal data."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from domain.errors import MalformedSource, ProvostError, Throttled
from tools.wire.auth import Auth
from tools.wire.breaker import Breaker
from tools.wire.budget import Budget, Lane
from tools.wire.calls import Call, FailedAttempt
from tools.wire.counting import REQUESTS, UNANSWERED, Seen
from tools.wire.exchange import Exchange
from tools.wire.refusals import retry_after
from tools.wire.response import WireResponse

_log = structlog.get_logger("provost.wire")
_FAILED = 500


@dataclass(frozen=True)
class Attempt:
    """Carries out single tries for one client.

    ``refusal`` reads the failure out of an answer; ``renews`` tells which answers a fresh token may cure.
    """

    system: str
    exchange: Exchange
    auth: Auth
    lane: Lane
    budget: Budget
    breaker: Breaker
    refusal: Callable[[WireResponse], ProvostError | None]
    renews: Callable[[WireResponse], bool]

    def make(self, call: Call) -> WireResponse:
        """Send ``call``, and once more with a fresh token where the first was refused.

        Raises FailedAttempt for what the retry policy must judge, CircuitOpen and configuration failures directly.
        """
        with self.lane.lock:
            response = self._send(call)
            if self.renews(response):
                self.auth.refresh()
                response = self._send(call)
        self._judge(call, response)
        return response

    def _send(self, call: Call) -> WireResponse:
        """Send once within the budget and the breaker; a fault of the other side counts against it."""
        headers = dict(call.headers)
        self.auth.apply(headers)
        waited = self.budget.wait()
        began = time.monotonic()
        with self.breaker.watch():
            response = self._exchange(call, headers, began)
            self._note(call, response, time.monotonic() - began, waited)
            if response.status >= _FAILED:
                self._judge(call, response)
        return response

    def _exchange(self, call: Call, headers: dict[str, str], began: float) -> WireResponse:
        """Send and read once; a try without an answer is logged and counted too."""
        try:
            return self.exchange.send(call, headers)
        except FailedAttempt as failure:
            REQUESTS.add(Seen(self.system, call.place, UNANSWERED, time.monotonic() - began))
            _log.warning("wire_request_failed", system=self.system, request=call.place, code=failure.error.code)
            raise

    def _note(self, call: Call, response: WireResponse, seconds: float, waited: float) -> None:
        """Count, and write one log line: place, status, size and time, never a value or a body."""
        REQUESTS.add(Seen(self.system, call.place, str(response.status), seconds))
        _log.debug(
            "wire_request",
            system=self.system,
            request=call.place,
            status=response.status,
            bytes=len(response.content),
            ms=round(seconds * 1000, 1),
            waited_s=round(waited, 2),
            left=response.headers.get("x-rate-limit-remaining", ""),
        )

    def _judge(self, call: Call, response: WireResponse) -> None:
        """Raise FailedAttempt where the answer is a failure or a JSON body is cut short."""
        error = None if response.status in call.accept else self.refusal(response)
        self.lane.learn(response.headers, throttled=isinstance(error, Throttled))
        if error is not None:
            executed = response.status >= _FAILED
            raise FailedAttempt(error, executed=executed, wait=retry_after(response))
        if response.is_json and response.content:
            try:
                response.json()
            except MalformedSource as broken:
                raise FailedAttempt(broken, executed=True) from broken
