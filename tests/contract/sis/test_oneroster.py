"""OneRoster bundles keep the contract of student systems, however they arrive."""

from pathlib import Path

import pytest

from tests.contract.sis.campus import SisCampus
from tests.contract.sis_spec import SisSpec
from tests.tools.sftp_server import serve
from tools.sis.oneroster.read import OneRosterReader
from tools.sis.oneroster.sftp import fetch_bundles


@pytest.fixture(scope="module")
def from_folder(campus: SisCampus, bundles: Path) -> OneRosterReader:
    return OneRosterReader(bundles / "oneroster-1.1", campus.institution, clock=campus)


@pytest.fixture(scope="module")
def from_sftp(campus: SisCampus, bundles: Path, tmp_path_factory: pytest.TempPathFactory) -> OneRosterReader:
    folder = tmp_path_factory.mktemp("sftp")
    with serve(folder) as server:
        (server.folder / "oneroster-1.2.zip").write_bytes((bundles / "oneroster-1.2.zip").read_bytes())
        paths = fetch_bundles(server.server(), folder)
    return OneRosterReader(paths, campus.institution, clock=campus)


class TestOneRosterFolder(SisSpec):
    """Version 1.1, unpacked in a folder."""

    @pytest.fixture
    def reader(self, from_folder: OneRosterReader) -> OneRosterReader:
        return from_folder


class TestOneRosterSftp(SisSpec):
    """Version 1.2, packed and fetched over SFTP."""

    @pytest.fixture
    def reader(self, from_sftp: OneRosterReader) -> OneRosterReader:
        return from_sftp
