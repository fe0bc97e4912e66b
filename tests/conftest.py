"""What every test stands on: no test sees the settings that a demonstration left in the working folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import graphs  # noqa: F401 sets what LangGraph reads once, when it is first imported


@pytest.fixture(scope="session", autouse=True)
def _no_demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Look for the demonstration's settings where there are none."""
    nowhere: Path = tmp_path_factory.mktemp("nowhere") / "provost.toml"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("graphs.settings.DEMO_SETTINGS", nowhere)
        yield
