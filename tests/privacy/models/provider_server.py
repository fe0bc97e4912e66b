"""A provider on loopback that speaks chat completions, streams and embeddings, and keeps every byte it was sent."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

USAGE = {"prompt_tokens": 30, "completion_tokens": 20, "total_tokens": 50}


@dataclass(frozen=True)
class Say:
    """One answer of the provider: words, tool calls by name and arguments, or a failure with a status and a body."""

    text: str = ""
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    status: int = 200
    body: str = ""
    hang_up_after: int | None = None
    pause: float = 0.0
    listed: bool = True


@dataclass
class ProviderServer:
    """What was said and heard; the last answer is given again when the script is over."""

    url: str = ""
    script: list[Say] = field(default_factory=lambda: [Say("Noted.")])
    heard: list[bytes] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The JSON bodies of the requests, in order."""
        return [json.loads(raw.split(b"\r\n\r\n", 1)[1]) for raw in self.heard]

    @property
    def everything(self) -> str:
        """All bytes of all requests, and the same with JSON escapes undone."""
        raw = b"\n".join(self.heard).decode()
        return raw + json.dumps(self.bodies, ensure_ascii=False)

    def next_step(self) -> Say:
        with self.lock:
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]


@contextmanager
def provider_server(*script: Say) -> Iterator[ProviderServer]:
    """Run a provider until the block ends."""
    state = ProviderServer(script=list(script) or [Say("Noted.")])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(state))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    state: ProviderServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        head = f"{self.requestline}\r\n{self.headers.as_string()}".encode()
        with self.state.lock:
            self.state.heard.append(head + b"\r\n\r\n" + body)
        self._answer(json.loads(body), self.state.next_step())

    def do_GET(self) -> None:
        step = self.state.next_step()
        names = {"data": [{"id": "test-model"}]} if step.listed else {}
        self._send(step.status, "application/json", json.dumps(names).encode())

    def _answer(self, asked: dict[str, Any], step: Say) -> None:
        time.sleep(step.pause)
        if step.status != 200:
            self._send(step.status, "application/json", step.body.encode())
        elif self.path.endswith("/embeddings"):
            self._send(200, "application/json", json.dumps(_vectors(asked)).encode())
        elif asked.get("stream"):
            self._stream(asked, step)
        else:
            self._send(200, "application/json", json.dumps(_completion(asked, step)).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, asked: dict[str, Any], step: Say) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for number, event in enumerate(_events(asked, step)):
            if number == step.hang_up_after:
                self.close_connection = True
                return
            self._chunk(f"data: {json.dumps(event)}\n\n")
        self._chunk("data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


def _handler_of(state: ProviderServer) -> type[BaseHTTPRequestHandler]:
    return type("BoundHandler", (Handler,), {"state": state})


def _calls(step: Say) -> list[dict[str, Any]]:
    return [
        {"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": json.dumps(given)}}
        for number, (name, given) in enumerate(step.calls)
    ]


def _completion(asked: dict[str, Any], step: Say) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": step.text}
    if step.calls:
        message["tool_calls"] = _calls(step)
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if step.calls else "stop"}
    head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": asked["model"]}
    return {**head, "choices": [choice], "usage": USAGE}


def _events(asked: dict[str, Any], step: Say) -> Iterator[dict[str, Any]]:
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": asked["model"]}

    def part(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    yield part({"role": "assistant", "content": ""})
    for word in step.text.split(" "):
        yield part({"content": word + " "})
    for index, call in enumerate(_calls(step)):
        arguments = call["function"]["arguments"]
        yield part({"tool_calls": [{"index": index, **call, "function": {**call["function"], "arguments": ""}}]})
        for start in range(0, len(arguments), 5):
            yield part({"tool_calls": [{"index": index, "function": {"arguments": arguments[start : start + 5]}}]})
    yield part({}, "tool_calls" if step.calls else "stop")
    if (asked.get("stream_options") or {}).get("include_usage"):
        yield {**head, "choices": [], "usage": USAGE}


def _vectors(asked: dict[str, Any]) -> dict[str, Any]:
    rows = [{"object": "embedding", "index": place, "embedding": [0.5] * 4} for place in range(len(asked["input"]))]
    return {"object": "list", "data": rows, "model": asked["model"], "usage": {"prompt_tokens": 1, "total_tokens": 1}}
