"""One request on the wire, read whole: with a size cap, within the deadline, or a failure that says what happened."""

import time
from collections.abc import MutableMapping

import httpx

from domain.errors import MalformedSource, Unreachable
from tools.wire.calls import Call, FailedAttempt
from tools.wire.response import WireResponse
from tools.wire.tls import read_tls_failure

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Exchange:
    """Sends single requests through one HTTP client; ``max_bytes`` caps one answer."""

    def __init__(self, http: httpx.Client, max_bytes: int) -> None:
        self._http, self._max_bytes = http, max_bytes

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(self, call: Call, headers: MutableMapping[str, str]) -> WireResponse:
        """Send ``call`` and read the answer whole; FailedAttempt where there is none, TLS faults as themselves."""
        request = self._http.build_request(call.method, call.url, headers=headers, content=call.body)
        try:
            answer = self._http.send(request, stream=True)
            try:
                return self._read(call, answer)
            finally:
                answer.close()
        except httpx.DecodingError as error:
            raise FailedAttempt(_unreadable(call), executed=True) from error
        except httpx.TransportError as error:
            raise self._explain(call, error) from error

    def _read(self, call: Call, answer: httpx.Response) -> WireResponse:
        """Collect the body; a body that is too large or too slow ends the try."""
        body = bytearray()
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > self._max_bytes:
                raise FailedAttempt(_too_large(call, self._max_bytes), executed=True)
            if time.monotonic() > call.deadline:
                raise FailedAttempt(_too_slow(call), executed=True)
        stream = answer.extensions.get("network_stream")
        tls = stream.get_extra_info("ssl_object").version() if stream is not None else ""
        return WireResponse(answer.status_code, answer.headers, bytes(body), place=call.place, url=call.url, tls=tls)

    def _explain(self, call: Call, error: httpx.TransportError) -> Exception:
        """Turn a broken connection into the failure it stands for."""
        host = httpx.URL(call.url).host
        return read_tls_failure(error, host) or FailedAttempt(
            Unreachable(
                f"{call.place} got no answer ({type(error).__name__}).",
                field="base_url" if isinstance(error, _NOT_SENT) else "status",
                fix="Check that the system is up and reachable from here.",
            ),
            executed=not isinstance(error, _NOT_SENT),
        )


def _unreadable(call: Call) -> MalformedSource:
    return MalformedSource(f"The answer to {call.place} cannot be decompressed.", field="body", fix="Read it again.")


def _too_large(call: Call, limit: int) -> MalformedSource:
    fix = "Ask for smaller pages, or raise the cap if the answer is right."
    return MalformedSource(f"The answer to {call.place} exceeds {limit} bytes.", field="body", fix=fix)


def _too_slow(call: Call) -> Unreachable:
    return Unreachable(f"{call.place} was still sending at its deadline.", field="status", fix="Ask for smaller pages.")
