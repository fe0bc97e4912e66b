"""A provider on loopback with the door before it."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from privacy.models.clients import open_chat
from privacy.models.crossing import Crossing
from privacy.models.door import ModelDoor
from privacy.models.usage import ModelCounters
from tests.privacy.models.doubles import CROSSING, Book, entrance_of, provider_at
from tests.privacy.models.provider_server import ProviderServer, Say, provider_server


@dataclass
class Site:
    """A door, the provider behind it, and the ledger beside it."""

    door: ModelDoor
    server: ProviderServer
    book: Book
    counters: ModelCounters


OpenSite = Callable[..., Site]


@pytest.fixture(scope="session")
def tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@pytest.fixture
def open_site(tls: ssl.SSLContext) -> Iterator[OpenSite]:
    """Opens a provider that says what it is told, and a door to it for one task."""
    with ExitStack() as closing:

        def begin(*script: Say, crossing: Crossing | None = CROSSING, **provider: Any) -> Site:
            server = closing.enter_context(provider_server(*script))
            named = provider_at(server.url, **provider)
            book, counters = Book(), ModelCounters()
            inner = open_chat(named, tls)
            closing.callback(inner.http_client.close)
            door = ModelDoor(inner=inner, entrance=entrance_of(named, book, counters))
            return Site(door.within(crossing) if crossing else door, server, book, counters)

        yield begin


@pytest.fixture
def site(open_site: OpenSite) -> Site:
    return open_site()
