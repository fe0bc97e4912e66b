"""One campus for all connectors, so that they can be compared."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.oneroster.bundle import export_bundles
from tests.contract.sis.campus import SisCampus, open_campus


@pytest.fixture(scope="package")
def campus() -> Iterator[SisCampus]:
    with open_campus() as running:
        yield running


@pytest.fixture(scope="package")
def bundles(campus: SisCampus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both versions of the campus's OneRoster export, as folders and as zips."""
    folder = tmp_path_factory.mktemp("oneroster")
    export_bundles(campus.campus.banner, folder)
    return folder
