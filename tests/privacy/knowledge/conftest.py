"""Every test of the knowledge base runs with sockets blocked: nothing of it may reach out (PRIVACY.md 6.9)."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.privacy.knowledge.house import House, open_house


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    reached: list[object] = []

    def refuse(_socket: socket.socket, address: object) -> None:
        reached.append(address)
        raise OSError("The network is blocked in this test.")

    def no_lookup(*address: object, **_more: object) -> list[object]:
        reached.append(address)
        raise OSError("Names are not looked up in this test.")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", no_lookup)
    yield reached
    assert reached == []


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path / "home") as opened:
        yield opened
