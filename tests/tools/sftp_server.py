"""A real SFTP server on loopback that offers one folder, for as long as a block lasts."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from tools.sis.oneroster.sftp import SftpServer


@dataclass
class Served:
    """The drop folder and what a client needs to know."""

    port: int
    folder: Path
    known_hosts: Path
    key_file: Path

    def server(self, **changes: object) -> SftpServer:
        values = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": "provost",
            "folder": "/",
            "known_hosts": self.known_hosts,
            "key_file": self.key_file,
            "attempts": 1,
        }
        return SftpServer.model_validate({**values, **changes})


@contextmanager
def serve(tmp_path: Path, files: type[asyncssh.SFTPServer] = asyncssh.SFTPServer) -> Iterator[Served]:
    """Serve a drop folder on an ephemeral port until the block ends."""
    folder = tmp_path / "drop"
    folder.mkdir(exist_ok=True)
    host_key, user_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    user_key.write_private_key(str(tmp_path / "key"))
    (tmp_path / "authorized").write_bytes(user_key.export_public_key())
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[host_key],
            authorized_client_keys=str(tmp_path / "authorized"),
            sftp_factory=lambda channel: files(channel, chroot=str(folder).encode()),
        )

    acceptor = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{acceptor.get_port()} {host_key.export_public_key().decode()}")
    try:
        yield Served(acceptor.get_port(), folder, known, tmp_path / "key")
    finally:

        async def stop() -> None:
            acceptor.close()
            await acceptor.wait_closed()
            for _ in range(3):
                await asyncio.sleep(0.01)

        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
