"""A model on loopback that answers at once: with one tool call about whom the question names, then with a few words."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

TOOL = "explain_changes"
_CODE = re.compile(r"\[STUDENT_[0-9A-Z]+\]")
_WORDS = "On record for "


class LoopbackModel:
    """What it was last asked and told, and how long it waits between two chunks."""

    def __init__(self) -> None:
        self.url, self.asked, self.tool_text = "", "", "{}"
        self.pause, self.first_chunk_at = 0.0, 0.0

    @contextmanager
    def pausing(self, seconds: float) -> Iterator[None]:
        """Wait so long between chunks for a block."""
        self.pause = seconds
        try:
            yield
        finally:
            self.pause = 0.0

    def deltas(self, messages: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield the parts of the answer to a request."""
        last = messages[-1]
        if last["role"] == "tool":
            self.tool_text = str(last["content"])
            code = next(iter(_CODE.findall(self.tool_text)), "")
            yield from ({"content": part} for part in (_WORDS, code, " nothing is known.", " Read a moment ago."))
            return
        self.asked = str(last["content"])
        code = next(iter(_CODE.findall(self.asked)), "")
        call = {"name": TOOL, "arguments": json.dumps({"person": code})}
        yield {"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": call}]}


@contextmanager
def loopback_model() -> Iterator[LoopbackModel]:
    """Run the model until the block ends."""
    model = LoopbackModel()
    server = _Server(("127.0.0.1", 0), type("Bound", (_Handler,), {"model": model}))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that closed its connection."""


class _Handler(BaseHTTPRequestHandler):
    model: LoopbackModel
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_args: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
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
