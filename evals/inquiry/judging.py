"""Judges an answer by what it holds: facts, sources, refusals, proposals; how it is worded is no matter here."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple
from unicodedata import combining, normalize

from evals.inquiry.tasks import Inquiry
from graphs.chat_events import ChatEvent

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")


class Answer(NamedTuple):
    """What a turn told: its words, its sources, what it put forward, and how it ended."""

    words: str
    sources: tuple[str, ...]
    proposed: tuple[str, ...]
    ended: str
    model: str


def answer_of(events: Sequence[ChatEvent]) -> Answer:
    """Return what the events of one turn told."""
    sources = [one.label for event in events if event.kind == "sources" for one in event.sources]
    return Answer(
        words="".join(event.text for event in events if event.kind == "words"),
        sources=tuple(sources),
        proposed=tuple(event.approval_id for event in events if event.kind == "proposed"),
        ended=events[-1].kind if events else "nothing",
        model=next((event.model_label for event in events if event.kind == "ended"), ""),
    )


def wrongs_of(task: Inquiry, answer: Answer, facts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield what is wrong with an answer; ``facts`` are those of the seat by name."""
    for name in task.facts:
        yield from (f"{name} missing: {text}" for text in facts[name] if not holds(answer.words, text))
    for name in task.never:
        yield from (f"{name} told: {text}" for text in facts[name] if holds(answer.words, text))
    if len(answer.sources) < task.sources:
        yield f"{len(answer.sources)} sources, must be {task.sources}"
    if task.refused and answer.sources:
        yield f"read out: {', '.join(answer.sources)}"
    if task.proposes is not bool(answer.proposed):
        yield f"proposed {len(answer.proposed)}, must be {int(task.proposes)}"
    if answer.ended != "ended" and not task.refused:
        yield f"the turn ended with {answer.ended}"


def holds(words: str, text: str) -> bool:
    """Tell whether an answer holds a fact: a number as a number of its own, any other text as it is, marks aside."""
    if _PLAIN.fullmatch(text):
        return Decimal(text) in {Decimal(found) for found in _NUMBER.findall(words)}
    return re.search(rf"(?<!\w){re.escape(_fold(text))}(?!\w)", _fold(words)) is not None


def _fold(text: str) -> str:
    return "".join(each for each in normalize("NFKD", text).casefold() if not combining(each))
