"""The fixtures of the Canvas tests: one server for a module, a fresh campus for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.canvas_campus import CanvasCampus, Stage, open_campus, open_stage


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, str, Path]]:
    with open_stage(tmp_path_factory.mktemp("ca")) as opened:
        yield opened


@pytest.fixture
def campus(stage: tuple[Stage, str, Path]) -> Iterator[CanvasCampus]:
    with open_campus(*stage) as opened:
        yield opened
