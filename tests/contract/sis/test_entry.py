"""The entry for authors of connectors: it keeps an honest reader, and says which promise a careless one breaks."""

import pytest

from domain.ports import Fetch
from domain.records import Hold
from tests.contract.entry import try_reader
from tests.contract.sis.campus import SisCampus

pytestmark = pytest.mark.slow


class Careless:
    """Banner's reader, which here takes what it cannot read for nothing."""

    def __init__(self, campus: SisCampus) -> None:
        self._banner = campus.banner()

    def __getattr__(self, name: str) -> object:
        return getattr(self._banner, name)

    def read_holds(self) -> Fetch[Hold]:
        return self._banner.read_holds().model_copy(update={"rows": ()})


def test_an_honest_reader_keeps_every_promise(campus: SisCampus) -> None:
    promises = try_reader(campus.banner(), campus)
    assert len(promises) > 20
    assert [promise for promise in promises if not promise.kept] == []


def test_a_careless_reader_breaks_the_promise_about_holds(campus: SisCampus) -> None:
    broken = [promise for promise in try_reader(Careless(campus), campus) if not promise.kept]
    assert [promise.words.split("[")[1] for promise in broken] == ["holds]"]
    assert broken[0].why
