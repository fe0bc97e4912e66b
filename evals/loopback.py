"""A chat completions endpoint on loopback, so that a scripted model is asked over HTTP as any other model is."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Delta = dict[str, Any]
USAGE = {"prompt_tokens": 30, "completion_tokens": 20, "total_tokens": 50}
"""What an answer is said to have taken, where the client asks."""


class ScriptedModel:
    """What answers behind the endpoint; ``pause`` is how long it waits between two chunks."""

    def __init__(self) -> None:
        self.url = ""
        self.pause, self.first_chunk_at = 0.0, 0.0

    def deltas(self, messages: list[dict[str, Any]]) -> Iterator[Delta]:
        """Yield the parts of the answer to a request."""
        raise NotImplementedError

    def status(self) -> int:
        """Return the status to answer with; anything but 200 is a failure without words."""
        return 200


def call_of(number: int, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return one tool call as an answer holds it."""
    called = {"name": name, "arguments": json.dumps(dict(arguments))}
    return {"index": number, "id": f"call_{number}", "type": "function", "function": called}


@contextmanager
def serving(model: ScriptedModel) -> Iterator[None]:
    """Run the endpoint until the block ends; the model is told its address."""
    server = _Server(("127.0.0.1", 0), type("Bound", (_Handler,), {"model": model}))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that closed its connection."""


class _Handler(BaseHTTPRequestHandler):
    model: ScriptedModel
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_args: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        status = self.model.status()
        if status != 200:  # noqa: PLR2004 the status of an answer
            self._whole(status, {"error": {"message": "The scripted model fails."}})
        elif asked.get("stream"):
            self._stream(asked)
        else:
            self._whole(status, _completion(asked, list(self.model.deltas(asked["messages"]))))

    def _whole(self, status: int, content: Mapping[str, Any]) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, asked: Mapping[str, Any]) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": asked["model"]}
        for number, delta in enumerate(self.model.deltas(asked["messages"])):
            if number:
                time.sleep(self.model.pause)
            elif "content" in delta:
                self.model.first_chunk_at = time.perf_counter()
            self._chunk(json.dumps({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}))
        self._chunk(json.dumps({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}))
        self._chunk("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, text: str) -> None:
        data = f"data: {text}\n\n".encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


def _completion(asked: Mapping[str, Any], deltas: list[Delta]) -> dict[str, Any]:
    words = "".join(str(each.get("content") or "") for each in deltas)
    calls = [call for each in deltas for call in each.get("tool_calls", [])]
    message: dict[str, Any] = {"role": "assistant", "content": words, **({"tool_calls": calls} if calls else {})}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}
    head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": asked["model"]}
    return {**head, "choices": [choice], "usage": USAGE}
