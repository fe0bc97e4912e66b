"""The HTTP library, set up once the way every connector needs it."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

import httpx

from domain.errors import ConfigurationError
from tools.wire.policies import Timeouts
from tools.wire.tls import TlsPolicy


@cache
def user_agent() -> str:
    """Return how Provost names itself; hosted Canvas turns away requests without a name."""
    try:
        return f"Provost/{version('provost')}"
    except PackageNotFoundError:
        return "Provost/0"


def open_transport(base_url: str, tls: TlsPolicy, timeouts: Timeouts) -> httpx.Client:
    """Open a client for ``base_url``: https only, no proxies from the environment, no redirects followed."""
    host = urlsplit(base_url).hostname
    if not base_url.startswith("https://") or host is None:
        raise ConfigurationError(
            "The address of an outside system must begin with https://.",
            field="base_url",
            fix="Configure the encrypted address; records of students never travel in the clear.",
        )
    return httpx.Client(
        verify=tls.context(host),
        timeout=timeouts.as_httpx(),
        headers={"User-Agent": user_agent(), "Accept": "application/json"},
        trust_env=False,
        follow_redirects=False,
    )


def read_origin(url: str) -> str:
    """Return scheme, host and port of an address, port filled in."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"


def resolve_address(base_url: str, path: str) -> str:
    """Return the full address of ``path``, itself an address where a page link was given.

    ConfigurationError where it leads to another origin: a credential never follows a link to another host.
    """
    absolute = "://" in path.split("?", maxsplit=1)[0]
    url = path if absolute else f"{base_url.rstrip('/')}/{path.lstrip('/')}"
    if read_origin(url) != read_origin(base_url):
        raise ConfigurationError(
            "A link in an answer leads to another host and was not followed.",
            field="link",
            fix="Check the public address that system is configured with.",
        )
    return url
