"""Runs the application on a socket until told to stop, with the worker beside it where there is one process only."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
import uvicorn

from domain.errors import ConfigurationError, ProvostError
from graphs.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from graphs.assembly import Provost

_log = structlog.get_logger(__name__)
_GRACE_SECONDS = 20
_BACKLOG = 512


def open_socket(host: str, port: int) -> socket.socket:
    """Listen on an address; raises ConfigurationError where another process does.

    Only a socket that is declared as TCP sends small answers at once.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as taken:
        listening.close()
        fix = "Stop what listens there, or set web.port."
        raise ConfigurationError(f"The address {host}:{port} cannot be used.", field="web.port", fix=fix) from taken
    listening.listen(_BACKLOG)
    return listening


def server_of(app: "FastAPI") -> uvicorn.Server:
    """Return the server of an application.

    It takes nobody's word for where a request comes from; the application does, from ``web.trusted_proxies``.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return uvicorn.Server(config)


@contextmanager
def served(app: "FastAPI", listening: socket.socket) -> Iterator[str]:
    """Serve an application from a thread for a block, and give its address."""
    server = server_of(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="serve")
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.01)
        host, port = listening.getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def run_server(
    settings: Settings, *, ready: Callable[[str], None], worker: bool | None = None, blurred: bool = False
) -> None:
    """Serve until SIGTERM or SIGINT; on SQLite the worker runs in this process too, as there may be one only.

    ``ready`` hears the address. Raises ConfigurationError where the settings would serve people in the clear, or
    something is in the way.
    """
    from graphs.assembly import assemble
    from service.engine import WorkQueue, engine_url
    from service.web.app import create_app

    with assemble(settings) as provost:
        listening = open_socket(settings.web.host, settings.web.port)
        queue = WorkQueue(engine_url(settings.database, settings.home))
        try:
            app = create_app(provost, queue=queue, port=listening.getsockname()[1], blurred=blurred)
            open_ahead(provost)
            beside = settings.database.startswith("sqlite") if worker is None else worker
            with working(provost) if beside else _alone():
                ready(app.state.place.origin)
                server_of(app).run(sockets=[listening])
        finally:
            queue.close()
            listening.close()


def open_ahead(provost: "Provost") -> None:
    """Open what requests share before the first of them comes, so that no two threads open it at once.

    An installation without systems still serves its ledger and approvals.
    """
    try:
        _ = provost.readers, provost.systems, provost.runner, provost.boundary, provost.alerts, provost.aggregates
    except ProvostError as failure:
        _log.warning("not everything could be opened", code=failure.code)


@contextmanager
def working(provost: "Provost") -> Iterator[None]:
    """Run a worker in a thread for a block, and let it drain at its end."""
    from service.worker import Worker, open_engine

    worker = Worker(provost, open_engine(provost))
    thread = threading.Thread(target=worker.run, name="worker")
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join()


@contextmanager
def _alone() -> Iterator[None]:
    """Serve without a worker in this process."""
    yield
