"""Faces on real sockets: each runs in a thread of its own, on an ephemeral loopback port, until it is stopped."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from simulator.tls import CertificateAuthority

START_SECONDS = 10.0


class DroppableProtocol(H11Protocol):
    """HTTP/1.1 that lends its transport to the application, so that a fault can cut the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the transport into the state that every request of this connection sees."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class PromptServer(uvicorn.Server):
    """A server that does not wait for idle clients to hang up before it stops."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Cut what is open, then stop as usual."""
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await super().shutdown(sockets)


def listening_socket() -> socket.socket:
    """Return a socket on a free loopback port; asyncio sends small answers at once only for a declared TCP one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    return listener


class Face:
    """One simulated system on https://127.0.0.1:<port>; a context manager, or `start` and `stop`."""

    def __init__(self, app: ASGIApp, authority: CertificateAuthority, name: str = "face") -> None:
        """Bind a free port at once, so that `url` is known before `start`."""
        self.name = name
        self._socket = listening_socket()
        self.url = f"https://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            app,
            http=DroppableProtocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            log_level="error",
            server_header=False,
            timeout_keep_alive=60,
            timeout_graceful_shutdown=2,
        )
        config.load()
        config.ssl = authority.server_context()
        self._server = PromptServer(config)
        self._thread = threading.Thread(target=self._serve, name=f"simulator-{name}", daemon=True)

    def _serve(self) -> None:
        """Run the server's own event loop in this thread."""
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def start(self) -> Self:
        """Begin to answer; returns when connections are accepted. Raises RuntimeError when that takes too long."""
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError(f"The {self.name} face did not start.")
            time.sleep(0.005)
        return self

    def stop(self) -> None:
        """Stop answering and free the port; calling it again does nothing."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(START_SECONDS)
        self._socket.close()

    def __enter__(self) -> Self:
        """Start the face."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the face."""
        self.stop()
