"""What a look brings back: facts with record handles for people, and where each was read and when (S206)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from pydantic import AwareDatetime

from domain.records import Record

Fact: TypeAlias = "str | int | float | bool | list[Fact] | dict[str, Fact] | None"


class Quoted(str):
    """Text that somebody wrote in the LMS or the SIS: it is data, whatever it says, and is fenced as such (R135)."""

    __slots__ = ()


class Source(Record):
    """Where something was read and when; ``label`` names nobody, ``href`` is a path of the console, or nothing."""

    label: str
    href: str = ""
    read_at: AwareDatetime


@dataclass(frozen=True)
class Reading:
    """The answer of one tool: people stand in ``facts`` as record handles only, free text as ``Quoted``."""

    facts: Mapping[str, Fact]
    sources: tuple[Source, ...] = ()


def source(label: str, read_at: datetime, href: str = "") -> Source:
    """Return a source."""
    return Source(label=label, href=href, read_at=read_at)
