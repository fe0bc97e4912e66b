"""Sections cut into chunks that fit a search: whole sentences, a size limit, and a little of the chunk before.

The same text gives the same chunks, so an unchanged section keeps its ids when another one is edited.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from privacy.knowledge.sections import Section

CHUNK_CHARACTERS = 900
OVERLAP_CHARACTERS = 120
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n{2,}")
_SPACES = re.compile(r"[ \t\r\f\v]+")


class Chunk(NamedTuple):
    """One piece of a material, under its heading; at most ``CHUNK_CHARACTERS`` long with its overlap."""

    heading: str
    text: str


def cut(sections: Iterable[Section]) -> tuple[Chunk, ...]:
    """Return the chunks of all sections in order, each once."""
    chunks = (Chunk(section.heading, text) for section in sections for text in _pieces(section.text))
    return tuple(dict.fromkeys(chunks))


def _pieces(text: str) -> Iterator[str]:
    held = ""
    for sentence in _sentences(text):
        if held and len(held) + 1 + len(sentence) > CHUNK_CHARACTERS:
            yield held
            held = _overlap(held, CHUNK_CHARACTERS - 1 - len(sentence))
        held = f"{held} {sentence}" if held else sentence
    if held:
        yield held


def _sentences(text: str) -> Iterator[str]:
    """Yield sentences, and parts of those that are too long for one chunk."""
    for sentence in _SENTENCE.split(text):
        clean = _SPACES.sub(" ", sentence).strip()
        while len(clean) > CHUNK_CHARACTERS:
            space = clean.rfind(" ", 0, CHUNK_CHARACTERS)
            end = space if space > 0 else CHUNK_CHARACTERS
            yield clean[:end]
            clean = clean[end:].strip()
        if clean:
            yield clean


def _overlap(chunk: str, room: int) -> str:
    """Return the last whole words of a chunk, as far as there is room for them."""
    if room <= 0:
        return ""
    tail = chunk[-min(OVERLAP_CHARACTERS, room) :]
    return tail.partition(" ")[2] if len(tail) < len(chunk) else ""
