"""Health and figures of a worker, on a port of this machine alone."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from domain.errors import ConfigurationError

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Receive, Scope, Send

    from graphs.assembly import Provost

HOST = "127.0.0.1"
_END_SECONDS = 10.0


@contextmanager
def serving_health(present: "Callable[[], Provost]", port: int) -> Iterator[None]:
    """Serve ``/healthz``, ``/readyz`` and ``/metrics`` on loopback for a block; nothing where ``port`` is 0.

    ``present`` is the installation in force when a request comes. Raises ConfigurationError where the port is taken.
    """
    if not port:
        yield
        return
    import uvicorn

    listening = _listen(port)
    config = uvicorn.Config(health_app(present), log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), name="health", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=_END_SECONDS)
        listening.close()


def health_app(present: "Callable[[], Provost]") -> "FastAPI":
    """Return an application with nothing but the routes of operations."""
    from fastapi import FastAPI

    from service.web.operations import router

    app = FastAPI(title="Provost worker", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(router)
    app.add_middleware(_PresentInstallation, present=present)
    return app


class _PresentInstallation:
    """Shows each request the installation in force; a worker may have read its files again since the last one."""

    def __init__(self, app: "ASGIApp", present: "Callable[[], Provost]") -> None:
        self._app, self._present = app, present

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] == "http":
            scope["app"].state.provost = self._present()
        await self._app(scope, receive, send)


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as taken:
        fix = "Set operations.port to a port that is free; each worker needs one of its own."
        raise ConfigurationError(f"Port {port} cannot be served on.", field="operations.port", fix=fix) from taken
