"""A provider on loopback that keeps every byte it is sent and repeats the last message, at once or in small parts."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

_PART = 7
_USAGE = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}


class EchoProvider:
    """What was sent since it was last taken."""

    def __init__(self) -> None:
        self.url = ""
        self._heard: list[bytes] = []

    def hear(self, request: bytes) -> None:
        """Keep one request, head and body."""
        self._heard.append(request)

    def take(self) -> list[str]:
        """Return all requests as they came, then their bodies with JSON escapes undone; forget them."""
        heard, self._heard = [request.decode() for request in self._heard], []
        return [*heard, *(json.dumps(_body(request), ensure_ascii=False) for request in heard)]


@contextmanager
def echo_provider() -> Iterator[EchoProvider]:
    """Run a provider until the block ends."""
    provider = EchoProvider()
    handler = type("BoundEcho", (_Echo,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    provider.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Echo(BaseHTTPRequestHandler):
    provider: EchoProvider
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_args: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        head = f"{self.requestline}\r\n{self.headers.as_string()}\r\n\r\n".encode()
        self.provider.hear(head + body)
        asked = json.loads(body)
        if self.path.endswith("/embeddings"):
            self._send("application/json", json.dumps(_vectors(asked)))
        elif asked.get("stream"):
            events = [*(json.dumps(event) for event in _events(asked)), "[DONE]"]
            self._send("text/event-stream", "".join(f"data: {event}\n\n" for event in events))
        else:
            self._send("application/json", json.dumps(_completion(asked)))

    def _send(self, kind: str, text: str) -> None:
        data = text.encode()
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _body(request: str) -> Any:  # noqa: ANN401 whatever JSON was sent
    return json.loads(request.partition("\r\n\r\n")[2])


def _completion(asked: dict[str, Any]) -> dict[str, Any]:
    message = {"role": "assistant", "content": _last(asked)}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {**_head(asked, "chat.completion"), "choices": [choice], "usage": _USAGE}


def _events(asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    head, said = _head(asked, "chat.completion.chunk"), _last(asked)
    for start in range(0, len(said), _PART):
        delta = {"role": "assistant", "content": said[start : start + _PART]}
        yield {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    yield {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}


def _head(asked: dict[str, Any], kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": asked["model"]}


def _last(asked: dict[str, Any]) -> str:
    return str(asked["messages"][-1].get("content") or "")


def _vectors(asked: dict[str, Any]) -> dict[str, Any]:
    rows = [{"object": "embedding", "index": place, "embedding": [0.5] * 4} for place in range(len(asked["input"]))]
    return {"object": "list", "data": rows, "model": asked["model"], "usage": {"prompt_tokens": 1, "total_tokens": 1}}
