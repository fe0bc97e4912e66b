"""Looks through what people wrote for words of distress; who wrote them goes to people, the words go nowhere (R131)."""

from collections.abc import Iterable

from domain.rules.distress import Path, path_of
from domain.texts import WrittenText


def cries_for_help(texts: Iterable[WrittenText]) -> tuple[WrittenText, ...]:
    """Return the texts that speak of distress, each person's latest first, one for each person."""
    found: dict[str, WrittenText] = {}
    for text in sorted(texts, key=lambda each: each.at, reverse=True):
        if path_of(text.text) is Path.CRISIS:
            found.setdefault(text.person, text)
    return tuple(found.values())
