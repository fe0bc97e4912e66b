"""The hosts on which Canvas keeps the bytes of files: asked without a credential, and only if the operator named them.

The signature is in the address that Canvas hands out; our token never goes there.
"""

from collections.abc import MutableMapping, Sequence
from urllib.parse import urlsplit

from domain.errors import CredentialRejected, RefusedBySystem
from tools.wire import TlsPolicy, WireClient, WireResponse


class FileStore:
    """Reads files from hosts out of ``hosts``: each a host name, which covers its subdomains, or host and port."""

    def __init__(self, hosts: Sequence[str] = (), *, tls: TlsPolicy | None = None) -> None:
        self._hosts, self._tls = tuple(host.lower() for host in hosts), tls

    def read(self, address: str) -> WireResponse:
        """Return what lies at an address that Canvas redirected to.

        Raises RefusedBySystem where its host is not one the operator named, or not asked over TLS.
        """
        place = urlsplit(address)
        if place.scheme != "https" or not self._knows(place.netloc.lower(), (place.hostname or "").lower()):
            fix = "Name the host in canvas.file_hosts if it belongs to your Canvas."
            raise RefusedBySystem("Canvas keeps this file on another host.", field="canvas.file_hosts", fix=fix)
        origin = f"{place.scheme}://{place.netloc}"
        with WireClient(origin, NoCredential(), system="canvas files", tls=self._tls) as client:
            return client.get(address)

    def _knows(self, netloc: str, hostname: str) -> bool:
        return any(host in (netloc, hostname) or hostname.endswith(f".{host}") for host in self._hosts)


class NoCredential:
    """Fits ``tools.wire.Auth``: nothing is sent that could identify us."""

    lane = "canvas files"

    def apply(self, headers: MutableMapping[str, str]) -> None:
        """Leave the request as it is."""

    def refresh(self) -> None:
        """Say that the address itself was refused."""
        raise CredentialRejected("A file's address is no longer valid.", field="url", fix="Read the course again.")
