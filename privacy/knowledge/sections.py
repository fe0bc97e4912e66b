"""A text as its sections: each stretch under the headings that lead to it."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from domain.materials import Material, MediaType
from privacy.knowledge.html_reading import html_lines

_HEADING = re.compile(r"^(?P<level>#{1,6})\s+(?P<title>\S.*?)\s*#*$")
_FENCE = ("```", "~~~")


class Section(NamedTuple):
    """Text under its headings, outermost first; ``heading`` is how a citation names it."""

    headings: tuple[str, ...]
    text: str

    @property
    def heading(self) -> str:
        """The path of headings in one line."""
        return " > ".join(self.headings)


def sections_of(material: Material) -> tuple[Section, ...]:
    """Return the sections of a material that hold any text, without a first heading that only repeats its title."""
    lines = html_lines(material.body) if material.media is MediaType.HTML else material.body.splitlines()
    found = _split(lines) if material.media is not MediaType.TEXT else iter([Section((), "\n".join(lines))])
    kept = (Section(_without(each.headings, material.title), each.text.strip()) for each in found)
    return tuple(each for each in kept if each.text)


def _split(lines: Iterable[str]) -> Iterator[Section]:
    path: list[tuple[int, str]] = []
    gathered: list[str] = []
    fenced = False
    for line in lines:
        fenced ^= line.startswith(_FENCE)
        match = None if fenced else _HEADING.match(line)
        if match is None:
            gathered.append(line)
            continue
        yield Section(tuple(title for _, title in path), "\n".join(gathered))
        gathered, level = [], len(match["level"])
        path = [*((depth, title) for depth, title in path if depth < level), (level, match["title"])]
    yield Section(tuple(title for _, title in path), "\n".join(gathered))


def _without(headings: tuple[str, ...], title: str) -> tuple[str, ...]:
    return headings[1:] if headings and headings[0].casefold() == title.casefold() else headings
