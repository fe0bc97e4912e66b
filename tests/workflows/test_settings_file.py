"""A settings file that is named stands alone: what lies in the working folder does not fill its gaps."""

from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from graphs.settings import Settings, load_settings


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a settings file of another installation."""
    (tmp_path / "provost.toml").write_text('poll_seconds = 7.0\n[banner]\nurl = "https://other.example"\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_named_file_is_read_alone_and_the_environment_wins_over_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = folder / "mine.toml"
    named.write_text('[canvas]\nurl = "https://canvas.example"\n')
    settings = load_settings(file=named)
    assert (settings.banner.url, settings.canvas.url) == ("", "https://canvas.example")
    assert load_settings().banner.url == Settings().banner.url == "https://other.example"
    monkeypatch.setenv("PROVOST_CANVAS__URL", "https://environment.example")
    assert load_settings(file=named).canvas.url == "https://environment.example"
    assert load_settings(file=named, poll_seconds=2.0).poll_seconds == 2.0


@pytest.mark.parametrize("content", [None, "home = [", 'unheard_of = "x"', "poll_seconds = -1"])
def test_a_settings_file_that_cannot_be_read_is_named_with_a_fix(folder: Path, content: str | None) -> None:
    named = folder / "mine.toml"
    if content is not None:
        named.write_text(content)
    with pytest.raises(ConfigurationError) as refused:
        load_settings(file=named)
    assert refused.value.fix
