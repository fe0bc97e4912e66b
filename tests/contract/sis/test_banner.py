"""Banner through Ethos keeps the contract of student systems."""

import pytest

from tests.contract.sis.campus import SisCampus
from tests.contract.sis_spec import SisSpec
from tools.sis.banner.read import BannerReader


@pytest.fixture(scope="module")
def banner(campus: SisCampus) -> BannerReader:
    return campus.banner()


class TestBanner(SisSpec):
    """Over the simulated Ethos, on a TLS socket."""

    @pytest.fixture
    def reader(self, banner: BannerReader) -> BannerReader:
        return banner
