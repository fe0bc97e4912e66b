"""Faces come and go on real sockets, and only those who trust the authority talk to them."""

from __future__ import annotations

import ssl
import threading
from pathlib import Path

import httpx
import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from simulator.server import Face
from simulator.tls import CertificateAuthority


class Echo:
    def __init__(self, word: str) -> None:
        self.word = word

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await JSONResponse(self.word)(scope, receive, send)


def test_several_faces_in_one_process_start_and_stop() -> None:
    authority = CertificateAuthority()
    before = threading.active_count()
    with (
        Face(Echo("one"), authority, "one") as one,
        Face(Echo("two"), authority, "two") as two,
        httpx.Client(verify=authority.client_context()) as client,
    ):
        assert (client.get(one.url).json(), client.get(two.url).json()) == ("one", "two")
        stream = client.get(one.url).extensions["network_stream"]
        assert stream.get_extra_info("ssl_object").version() == "TLSv1.3"
    assert threading.active_count() == before
    with pytest.raises(httpx.ConnectError), httpx.Client(verify=authority.client_context()) as client:
        client.get(one.url)


def test_a_face_stops_at_once_though_a_client_keeps_its_connection() -> None:
    authority = CertificateAuthority()
    face = Face(Echo("here"), authority).start()
    with httpx.Client(verify=authority.client_context()) as client:
        client.get(face.url)
        face.stop()
        face.stop()
        with pytest.raises(httpx.TransportError):
            client.get(face.url)


def test_strangers_are_not_trusted() -> None:
    with (
        Face(Echo("secret"), CertificateAuthority()) as face,
        httpx.Client() as client,
        pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        client.get(face.url)


def test_the_authority_is_written_without_its_key(tmp_path: Path) -> None:
    authority = CertificateAuthority()
    text = authority.write(tmp_path).read_text(encoding="ascii")
    assert "BEGIN CERTIFICATE" in text
    assert "PRIVATE" not in text
    assert authority.server_context().minimum_version is ssl.TLSVersion.TLSv1_3
