"""Texts as words that match: lower case, no filler, stems, and on request what the campus calls the same thing."""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

_WORD = re.compile(r"[^\W_]+")


def plain_words(text: str) -> list[str]:
    """Return the words of a text in lower case without filler."""
    filler = _filler()
    return [word for word in _WORD.findall(text.casefold()) if word not in filler]


def stems(text: str) -> list[str]:
    """Return the stems of the words of a text, in order."""
    return [_stem(word) for word in plain_words(text)]


def question_stems(question: str) -> list[str]:
    """Return the stems of a question, each twice, and once what the campus calls the same.

    Doubled, so that a word that was asked for weighs more than one that only means the same.
    """
    asked = stems(question)
    related = _related(asked)
    return [*asked, *asked, *sorted(related)] if related else asked


def _related(asked: list[str]) -> set[str]:
    groups = _groups()
    line = f" {' '.join(asked)} "
    found = {index for phrase, index in groups[0].items() if f" {phrase} " in line}
    return {stem for index in found for stem in groups[1][index]} - set(asked)


@cache
def _filler() -> frozenset[str]:
    return frozenset(_data("filler.txt").split())


def _data(name: str) -> str:
    return files("privacy.knowledge").joinpath(name).read_text(encoding="utf-8")


@cache
def _groups() -> tuple[Mapping[str, int], tuple[frozenset[str], ...]]:
    """Return the glossary: the group of each phrase, and the stems of each group."""
    lines = _data("glossary.txt").splitlines()
    groups = [[stems(phrase) for phrase in line.split("|")] for line in lines if line and not line.startswith("#")]
    phrases = {" ".join(phrase): index for index, group in enumerate(groups) for phrase in group if phrase}
    return phrases, tuple(_flat(group) for group in groups)


def _flat(group: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset(stem for phrase in group for stem in phrase)


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    stemmed: str = _stemmer().stemWord(word)
    return stemmed


@cache
def _stemmer() -> Any:  # noqa: ANN401 the library has no types
    import snowballstemmer

    return snowballstemmer.stemmer("english")
