"""Where the service is reached, and what follows from it: encrypted or not, this machine only or not.

Outside loopback the address must be https, and the sign-in for development does not exist; both are refused at the
start, where an operator sees it.
"""

import ipaddress
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from domain.errors import ConfigurationError
from graphs.web_settings import WebSettings

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""What a proxy says of the request that it passes on."""


class Place(NamedTuple):
    """The public origin, the host names that count, and whether only this machine can reach the service."""

    origin: str
    hosts: frozenset[str]
    secure: bool
    loopback: bool

    @property
    def cookie(self) -> str:
        """The session cookie's name; the prefix ties it to this host where the address is encrypted."""
        return "__Host-provost" if self.secure else "provost"

    def is_local(self, request: HTTPConnection) -> bool:
        """Tell whether a request comes from this machine itself and through no proxy."""
        peer = request.client.host if request.client else ""
        return self.loopback and is_loopback(peer) and not any(name in request.headers for name in FORWARDED)


def find_place(web: WebSettings, port: int | None = None) -> Place:
    """Return where the service is reached; ``port`` is the one that was taken where the settings leave it open.

    Raises ConfigurationError for an address that is not encrypted, or a sign-in for development, outside loopback.
    """
    listening = f"http://{_bracketed(web.host)}:{port or web.port}"
    parts = urlsplit(web.public_url or listening)
    host, loopback = (parts.hostname or "").lower(), is_loopback(web.host) and is_loopback(parts.hostname or "")
    secure = parts.scheme == "https"
    if parts.scheme not in ("http", "https") or not host or parts.path.strip("/"):
        fix = "Write it as https://host, without a path."
        raise ConfigurationError("The public address is not one.", field="web.public_url", fix=fix)
    if not secure and not loopback:
        fix = "Put a proxy with TLS 1.3 in front and set web.public_url to its https address."
        raise ConfigurationError("Outside loopback the console needs https.", field="web.public_url", fix=fix)
    if web.development_sign_in and not loopback:
        fix = "Set up oidc_issuer, or listen on 127.0.0.1 only."
        message = "The sign-in for development does not exist outside loopback."
        raise ConfigurationError(message, field="web.development_sign_in", fix=fix)
    names = {"localhost", "127.0.0.1", "[::1]"} if loopback else set()
    return Place(f"{parts.scheme}://{parts.netloc.lower()}", frozenset({_bracketed(host), *names}), secure, loopback)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address means this machine itself."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
