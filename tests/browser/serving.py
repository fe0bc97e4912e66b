"""The console as it is served: the real application on a loopback port, over an open installation.

``open_console`` is the one place that knows which application serves the pages.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

import uvicorn

from domain.ids import PrincipalId
from graphs.assembly import Provost
from service.web.app import create_app
from store.sessions import Sessions

COOKIE = "provost"


class Served(NamedTuple):
    """Where the console is, and the sessions that count there."""

    address: str
    sessions: Sessions

    def cookie_of(self, who: str, *, blurred: bool = False) -> dict[str, str]:
        """Begin a session for a principal and return its cookie."""
        token = self.sessions.begin(PrincipalId(who), "development", blurred=blurred)
        return {"name": COOKIE, "value": token, "url": self.address}


@contextmanager
def open_console(provost: Provost) -> Iterator[Served]:
    """Serve the console until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    config = uvicorn.Config(create_app(provost, port=port), log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        sessions = Sessions(provost.database, lasts=timedelta(hours=1), idle=timedelta(hours=1))
        yield Served(f"http://127.0.0.1:{port}", sessions)
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
