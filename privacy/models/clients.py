"""The only constructors of chat and embedding clients; a test searches the repository for any other.

Every pin is there for something the library does by itself otherwise: another route by the model's name, another host
by an environment variable, no timeout, no usage in streams, a download to count tokens.
"""

import ipaddress
import logging
import ssl
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from domain.errors import ConfigurationError
from privacy.models.provider import Provider

if TYPE_CHECKING:
    import httpx2
    from langchain_openai import ChatOpenAI, OpenAIEmbeddings

_NO_KEY = "none"
"""What a server that asks for no key is sent, so that no key of the environment is."""


def open_chat(provider: Provider, tls: ssl.SSLContext) -> "ChatOpenAI":
    """Return a chat client of the provider; ConfigurationError where its address or model cannot be used."""
    from langchain_openai import ChatOpenAI

    pins = _pins(provider, tls)
    if not provider.model:
        raise ConfigurationError("No model is named.", field="model.model", fix="Set the model's name.")
    return ChatOpenAI(model=provider.model, use_responses_api=False, stream_usage=True, cache=False, **pins)


def open_embeddings(provider: Provider, tls: ssl.SSLContext) -> "OpenAIEmbeddings":
    """Return an embedding client; texts go as they are, since counting their tokens would download a table."""
    from langchain_openai import OpenAIEmbeddings

    pins = _pins(provider, tls)
    if not provider.embedding_model:
        fix = "Set the embedding model's name."
        raise ConfigurationError("No embedding model is named.", field="model.embedding_model", fix=fix)
    return OpenAIEmbeddings(model=provider.embedding_model, check_embedding_ctx_length=False, **pins)


def require_address(provider: Provider) -> str:
    """Return the base URL if it may be used: https, or http on this machine; a local model's on a private network.

    Raises ConfigurationError otherwise.
    """
    parts = urlsplit(provider.base_url)
    host = parts.hostname or ""
    plain_here = parts.scheme == "http" and _is_loopback(host)
    if not host or (parts.scheme != "https" and not plain_here):
        raise ConfigurationError(
            "The address of a model must begin with https://, or be http on this machine.",
            field="model.base_url",
            fix="Set the provider's base URL, such as https://models.example.edu/v1.",
        )
    if provider.local and not _is_private(host):
        fix = "Unset model.local, or name the private address or internal host under which the model runs."
        raise ConfigurationError("A local model has a public address.", field="model.local", fix=fix)
    return provider.base_url


def _pins(provider: Provider, tls: ssl.SSLContext) -> dict[str, Any]:
    """What both clients are told alike, by the names that both understand; ConfigurationError for a bad address."""
    url = require_address(provider)
    _quiet()
    return {
        "base_url": url,
        "api_key": SecretStr(provider.api_key.get_secret_value() or _NO_KEY),
        "timeout": provider.timeout_seconds,
        "max_retries": provider.max_retries,
        "openai_proxy": None,
        "http_client": _sync_client(provider, tls),
        "http_async_client": _async_client(provider, tls),
    }


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _is_private(host: str) -> bool:
    """Tell whether a host is ours by its address, or by a name that only an internal network resolves."""
    address = _address(host)
    if address is not None:
        return address.is_private
    return "." not in host or host.endswith((".internal", ".local", ".localhost"))


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _sync_client(provider: Provider, tls: ssl.SSLContext) -> "httpx2.Client":
    import httpx2

    timeout = provider.timeout_seconds
    return httpx2.Client(verify=tls, timeout=timeout, trust_env=False, follow_redirects=False)


def _async_client(provider: Provider, tls: ssl.SSLContext) -> "httpx2.AsyncClient":
    """Return a client that keeps no connection: one kept would be tied to the event loop that opened it."""
    import httpx2

    timeout, limits = provider.timeout_seconds, httpx2.Limits(max_keepalive_connections=0)
    return httpx2.AsyncClient(verify=tls, timeout=timeout, limits=limits, trust_env=False, follow_redirects=False)


def _quiet() -> None:
    """Keep the library's own debug lines, which hold whole requests, out of every log."""
    for name in ("openai", "httpx2"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))
