"""Reads the sentences that an agent words things with, from a versioned file of its package."""

from functools import cache
from importlib.resources import files
from typing import TypeVar

from domain.records import Record

R = TypeVar("R", bound=Record)


def read_template(package: str, name: str, kind: type[R]) -> R:
    """Return the template ``name`` of a package's folder ``templates``, whole; pydantic's error where a part lacks."""
    found = _read(package, name, kind)
    assert isinstance(found, kind)
    return found


@cache
def _read(package: str, name: str, kind: type[Record]) -> Record:
    import yaml

    text = files(package).joinpath("templates", f"{name}.yaml").read_text(encoding="utf-8")
    return kind.model_validate(yaml.safe_load(text))
