"""OneRoster over SFTP, against a real server on loopback."""

import os
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest
from pydantic import SecretStr

from domain.errors import ConfigurationError, CredentialRejected, EmptySource, IncompleteFetch, Unreachable
from tests.tools.sftp_server import Served, serve
from tests.tools.sis_campus import FILES, TERM, StillClock, make_institution, pack, write_bundle
from tools.sis.oneroster.read import OneRosterReader
from tools.sis.oneroster.sftp import fetch_bundles, open_delivery


class GrowingFiles(asyncssh.SFTPServer):
    """A server whose files grow while they are read, as during an export."""

    def close(self, file_obj: object) -> None:
        super().close(file_obj)
        for path in Path(self._chroot.decode()).iterdir():
            with path.open("ab") as file:
                file.write(b"x")


@pytest.fixture
def campus(tmp_path: Path) -> Iterator[Served]:
    with serve(tmp_path) as running:
        yield running


def test_newest_zip_is_fetched_read_and_removed(campus: Served, tmp_path: Path) -> None:
    old = write_bundle(tmp_path / "old", {"enrollments.csv": FILES["enrollments.csv"].splitlines()[0] + "\n"})
    pack(old, campus.folder / "2026-09-20.zip")
    pack(write_bundle(tmp_path / "new"), campus.folder / "2026-09-21.zip")
    with open_delivery(campus.server()) as paths:
        assert [path.name for path in paths] == ["2026-09-21.zip"]
        fetch = OneRosterReader(paths, make_institution(), clock=StillClock()).read_registrations(TERM)
        assert (len(fetch.rows), fetch.complete) == (3, True)
    assert not paths[0].exists()


def test_all_bundles_come_oldest_first_for_deltas(campus: Served, tmp_path: Path) -> None:
    for name in ("b.zip", "a.zip"):
        pack(write_bundle(tmp_path / "bundle"), campus.folder / name)
    os.utime(campus.folder / "b.zip", (1_000_000_000, 1_000_000_000))
    paths = fetch_bundles(campus.server(newest_only=False), tmp_path)
    assert [path.name for path in paths] == ["b.zip", "a.zip"]


def test_loose_files_make_a_bundle(campus: Served, tmp_path: Path) -> None:
    write_bundle(campus.folder)
    paths = fetch_bundles(campus.server(), tmp_path)
    assert OneRosterReader(paths, make_institution(), clock=StillClock()).read_people().complete


def test_foreign_host_key_is_never_accepted(campus: Served, tmp_path: Path) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    campus.known_hosts.write_text(f"[127.0.0.1]:{campus.port} {other}")
    with pytest.raises(ConfigurationError, match="another key") as caught:
        fetch_bundles(campus.server(), tmp_path)
    assert caught.value.field == "sftp.known_hosts"


def test_no_known_hosts_no_fetch(campus: Served, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="does not exist"):
        fetch_bundles(campus.server(known_hosts=tmp_path / "nowhere"), tmp_path)


@pytest.mark.parametrize("how", ["key", "password"])
def test_refused_account(campus: Served, tmp_path: Path, how: str) -> None:
    foreign = tmp_path / "foreign"
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(foreign))
    changes = {"key": {"key_file": foreign}, "password": {"key_file": None, "password": SecretStr("wrong")}}[how]
    with pytest.raises(CredentialRejected, match="refused the account"):
        fetch_bundles(campus.server(**changes), tmp_path)


def test_missing_private_key_is_the_operators_to_fix(campus: Served, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="private key") as caught:
        fetch_bundles(campus.server(key_file=tmp_path / "nowhere"), tmp_path)
    assert caught.value.field == "sftp.key_file"


def test_empty_folder_and_missing_folder(campus: Served, tmp_path: Path) -> None:
    with pytest.raises(EmptySource, match="no bundle"):
        fetch_bundles(campus.server(), tmp_path)
    with pytest.raises(ConfigurationError, match="folder does not exist"):
        fetch_bundles(campus.server(folder="/elsewhere"), tmp_path)


def test_nobody_listens(campus: Served, tmp_path: Path) -> None:
    with pytest.raises(Unreachable) as caught:
        fetch_bundles(campus.server(port=1, connect_seconds=2), tmp_path)
    assert caught.value.field == "sftp.host"


def test_file_that_is_still_being_written_is_not_taken(tmp_path: Path) -> None:
    with serve(tmp_path, GrowingFiles) as campus:
        pack(write_bundle(tmp_path / "bundle"), campus.folder / "bundle.zip")
        with pytest.raises(IncompleteFetch, match="changed while it was fetched"):
            fetch_bundles(campus.server(), tmp_path)
    assert not (tmp_path / "bundle.zip").exists()
