"""Fetches OneRoster bundles from an SFTP server to a folder that lives as long as the run.

The server must be one whose key is on record, a file counts only once all of it came and it stood still meanwhile, and
nothing is ever written to the server.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pydantic import Field, SecretStr
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from domain.errors import (
    ConfigurationError,
    CredentialRejected,
    EmptySource,
    IncompleteFetch,
    ProvostError,
    Unreachable,
)
from domain.setting import Setting

if TYPE_CHECKING:
    from asyncssh import SFTPClient, SSHClientConnection
    from asyncssh.sftp import SFTPName

_REGULAR_FILE = 1


class SftpServer(Setting):
    """Where the campus drops its bundles, and how we prove who we are."""

    host: str = Field(description="Name of the server.")
    port: int = Field(default=22, description="Port of the server.")
    user: str = Field(description="Account that may only read.")
    folder: str = Field(default=".", description="Folder with the bundles.")
    known_hosts: Path = Field(description="File with the server's host key; without it nothing is fetched.")
    key_file: Path | None = Field(default=None, description="Private key of the account.")
    password: SecretStr | None = Field(default=None, description="Password, where the server takes no key.")
    pattern: str = Field(default="*.zip", description="File names of the bundles; loose CSV files are taken otherwise.")
    newest_only: bool = Field(
        default=True, description="Whether only the newest bundle counts; off for bulk bundles with deltas after them."
    )
    connect_seconds: float = Field(default=15.0, gt=0, description="Seconds to connect and sign in.")
    transfer_seconds: float = Field(default=600.0, gt=0, description="Seconds one whole fetch may take.")
    attempts: int = Field(default=3, ge=1, description="Tries while the server does not answer.")


@contextmanager
def open_delivery(server: SftpServer) -> Iterator[tuple[Path, ...]]:
    """Fetch the bundles for a block and remove them after it, because they name people."""
    with tempfile.TemporaryDirectory(prefix="provost-oneroster-") as folder:
        yield fetch_bundles(server, Path(folder))


def fetch_bundles(server: SftpServer, into: Path) -> tuple[Path, ...]:
    """Fetch the bundles into an existing folder and return their paths, oldest first.

    Raises ConfigurationError, CredentialRejected, Unreachable, EmptySource, or IncompleteFetch for a moving file.
    """
    if not server.known_hosts.is_file():
        raise ConfigurationError(
            "The file with the host key of the SFTP server does not exist.",
            field="sftp.known_hosts",
            fix="Ask the owner of the server for its key and put it there; it is never accepted unseen.",
        )
    patience = Retrying(
        retry=retry_if_exception_type((Unreachable, IncompleteFetch)),
        stop=stop_after_attempt(server.attempts),
        wait=wait_random_exponential(multiplier=0.2, max=10),
        reraise=True,
    )
    return patience(_fetch_once, server, into)


def _fetch_once(server: SftpServer, into: Path) -> tuple[Path, ...]:
    import asyncssh

    try:
        return asyncio.run(asyncio.wait_for(_fetch(server, into), server.transfer_seconds))
    except (asyncssh.Error, asyncssh.KeyImportError, OSError, TimeoutError) as error:
        raise _read_failure(error, server) from error


async def _fetch(server: SftpServer, into: Path) -> tuple[Path, ...]:
    fetched: list[Path] = []
    async with await _connect(server) as connection, connection.start_sftp_client() as sftp:
        files = [entry for entry in await sftp.readdir(server.folder) if entry.attrs.type == _REGULAR_FILE]
        bundles = sorted((entry for entry in files if fnmatch(_name(entry), server.pattern)), key=_age)
        for entry in bundles[-1:] if server.newest_only else bundles:
            fetched.append(await _download(sftp, server, entry, into))
        if not bundles:
            fetched.append(await _download_loose(sftp, server, files, into / "bundle"))
    return tuple(fetched)


async def _download_loose(sftp: "SFTPClient", server: SftpServer, files: "list[SFTPName]", folder: Path) -> Path:
    """Fetch the CSV files of a bundle that was not packed; EmptySource where there is none."""
    loose = [entry for entry in files if _name(entry).endswith(".csv")]
    if not loose:
        fix = "Check the folder, the pattern and the export."
        raise EmptySource("The SFTP folder has no bundle.", field="sftp.folder", fix=fix)
    folder.mkdir(exist_ok=True)
    for entry in loose:
        await _download(sftp, server, entry, folder)
    return folder


async def _connect(server: SftpServer) -> "SSHClientConnection":
    """Sign in with exactly what is configured: no agent, no personal keys, no personal configuration."""
    import asyncssh

    return await asyncssh.connect(
        server.host,
        server.port,
        username=server.user,
        known_hosts=str(server.known_hosts),
        client_keys=[str(server.key_file)] if server.key_file else None,
        password=server.password.get_secret_value() if server.password else None,
        agent_path=None,
        config=None,
        connect_timeout=server.connect_seconds,
        login_timeout=server.connect_seconds,
    )


async def _download(sftp: "SFTPClient", server: SftpServer, entry: "SFTPName", into: Path) -> Path:
    """Fetch one file whole; IncompleteFetch where it grew, shrank or changed while it was read."""
    name = _name(entry)
    remote = f"{server.folder}/{name}"
    partial, final = into / f"{name}.part", into / name
    await sftp.get(remote, str(partial))
    after = await sftp.stat(remote)
    if (after.size, after.mtime) != (entry.attrs.size, entry.attrs.mtime) or partial.stat().st_size != after.size:
        raise IncompleteFetch(
            f"{name} changed while it was fetched, as if it was still being written.",
            field="sftp.folder",
            fix="Have the export write to another name and rename the file when it is done.",
        )
    return partial.rename(final)


def _name(entry: "SFTPName") -> str:
    """Return the bare file name; whatever a server sends, nothing is written outside the folder."""
    name = entry.filename
    return PurePosixPath(name if isinstance(name, str) else name.decode(errors="replace")).name


def _age(entry: "SFTPName") -> tuple[int, str]:
    return entry.attrs.mtime or 0, _name(entry)


def _is_about_key(error: Exception, server: SftpServer) -> bool:
    return isinstance(error, ValueError) or getattr(error, "filename", None) == str(server.key_file)


def _read_failure(error: Exception, server: SftpServer) -> ProvostError:
    """Say who must act: the operator for keys, names and rights; nobody but time for the rest."""
    import asyncssh

    match error:
        case asyncssh.HostKeyNotVerifiable():
            fix = "Compare the server's key with its owner before changing the file; someone may stand in between."
            what = "The SFTP server shows another key than the one on record."
            return ConfigurationError(what, field="sftp.known_hosts", fix=fix)
        case asyncssh.PermissionDenied() | asyncssh.SFTPPermissionDenied():
            fix = "Have the server accept the account's key or password, with read access to the folder."
            return CredentialRejected("The SFTP server refused the account.", field="sftp.user", fix=fix)
        case asyncssh.SFTPNoSuchFile() | asyncssh.SFTPNoSuchPath():
            return ConfigurationError("The SFTP folder does not exist.", field="sftp.folder", fix="Check its name.")
        case asyncssh.KeyImportError() | OSError() if _is_about_key(error, server):
            fix = "Name a readable private key without a passphrase."
            return ConfigurationError("The private key cannot be used.", field="sftp.key_file", fix=fix)
        case OSError(filename=str()):
            fix = "Make room in the folder for temporary files and let this process write there."
            return ConfigurationError("The bundle cannot be stored here.", field="TMPDIR", fix=fix)
        case _:
            fix = "Check host, port and network; the fetch is tried again."
            what = f"The SFTP server gave no usable answer ({type(error).__name__})."
            return Unreachable(what, field="sftp.host", fix=fix)
