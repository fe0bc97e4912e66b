"""A throwaway certificate authority, so that every face speaks real TLS and nobody needs a waiver to trust it."""

from __future__ import annotations

import ssl
from pathlib import Path

import trustme

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class CertificateAuthority:
    """An authority that lives as long as the process; its private key is never written down."""

    def __init__(self) -> None:
        """Make a fresh authority and one certificate for the loopback names."""
        self._authority = trustme.CA()
        self._certificate = self._authority.issue_cert(*LOOPBACK)

    @property
    def pem(self) -> bytes:
        """Return the authority's public certificate."""
        return self._authority.cert_pem.bytes()

    def write(self, folder: Path) -> Path:
        """Write the public certificate as `ca.pem` into a folder and return its path, for clients to trust."""
        path = folder / "ca.pem"
        path.write_bytes(self.pem)
        return path

    def server_context(self) -> ssl.SSLContext:
        """Return what a face listens with: TLS 1.3 at least, and this authority's certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        self._certificate.configure_cert(context)
        return context

    def client_context(self) -> ssl.SSLContext:
        """Return what a test client connects with: only this authority is trusted."""
        context = ssl.create_default_context(cadata=self.pem.decode())
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        return context
