"""What a newcomer and an operator read is true: commands exist, settings are all there, links lead somewhere."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from domain.errors import error_codes
from graphs.settings import Settings, load_settings
from service.cli import COMMANDS, provost
from service.example_settings import FILE, example_settings
from service.reference import pages

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
SETTING = re.compile(r"^# (\w+ = .+)$", re.MULTILINE)
WRITTEN = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def test_the_two_commands_of_the_readme_are_in_the_makefile() -> None:
    first_block = README.split("```")[1]
    targets = re.findall(r"^make (\w+)", first_block, re.MULTILINE)
    assert targets == ["demo", "test"]
    assert all(re.search(rf"^{target}:", MAKEFILE, re.MULTILINE) for target in targets)


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_every_make_target_and_command_that_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"`make ([\w-]+)", text):
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target
    for words in re.findall(r"`provost ([a-z]+(?: [a-z][a-z-]*)*)", text):
        assert_command(words.split())


def assert_command(words: list[str]) -> None:
    assert words[0] in COMMANDS, words
    found = provost.get_command(click.Context(provost), words[0])
    if isinstance(found, click.Group) and len(words) > 1:
        assert words[1] in found.commands, words


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def subcommands() -> Iterator[str]:
    context = click.Context(provost)
    for name in COMMANDS:
        found = provost.get_command(context, name)
        assert found is not None
        yield f"provost {name}"
        if isinstance(found, click.Group):
            yield from (f"provost {name} {each}" for each in found.commands)


def test_every_command_error_and_setting_has_a_place_in_the_reference() -> None:
    said = pages()
    assert [name for name in subcommands() if f"## {name}\n" not in said["commands.md"]] == []
    assert [code for code in error_codes() if f"| {code} |" not in said["errors.md"]] == []
    assert [name for name in Settings.model_fields if f"| `{name}` |" not in said["settings.md"]] == []


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"bench", "demo"}))
def test_every_command_of_an_installation_is_in_the_operators_guide(command: str) -> None:
    assert f"provost {command}" in OPERATIONS


def test_the_example_settings_are_what_the_code_says() -> None:
    assert FILE.read_text(encoding="utf-8") == example_settings(), "Run `python -m service.reference`."


def test_the_example_settings_are_valid_as_they_are_and_with_every_setting_taken_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(file=FILE) == Settings()
    whole = SETTING.sub(r"\1", example_settings())
    content = tomllib.loads(whole)
    Settings(**content)
    assert set(content) == set(Settings.model_fields)
    for name, group in content.items():
        if isinstance(group, dict):
            assert set(group) == set(type(getattr(Settings(), name)).model_fields), name
