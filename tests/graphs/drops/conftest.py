"""A house of its own per test, over a database that is made once and copied."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from store.database import open_database
from store.migrations import upgrade
from tests.graphs.drops.campus import DropHouse

Build = Callable[..., DropHouse]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table."""
    file = tmp_path_factory.mktemp("empty") / "provost.db"
    opened = open_database(f"sqlite:///{file}")
    upgrade(opened)
    opened.close()
    return file


@pytest.fixture
def build(empty: Path, tmp_path: Path) -> Iterator[Build]:
    """Builds houses, each in a folder of its own."""
    with ExitStack() as closing:
        made: list[DropHouse] = []

        def one(**more: Any) -> DropHouse:
            folder = tmp_path / f"house-{len(made)}"
            folder.mkdir()
            shutil.copy(empty, folder / "provost.db")
            database = open_database(f"sqlite:///{folder}/provost.db")
            closing.callback(database.close)
            made.append(DropHouse(database, folder, **more))
            return made[-1]

        yield one


@pytest.fixture
def house(build: Build) -> DropHouse:
    """One house on a day after census."""
    return build()
