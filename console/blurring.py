"""Answers of the chat for a room that looks on: every name gives way to a code, whoever may see it (F97).

A name may come in two pieces of a stream, so a blurred answer is shown when it is whole.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from domain.errors import ProvostError
from graphs.chat_events import (
    ChatEvent,
    ChatFailed,
    ChatProposed,
    ChatSource,
    ChatSources,
    ChatStep,
    ChatTurn,
    ChatWords,
)

if TYPE_CHECKING:
    from graphs.assembly import Provost

Hide = Callable[[str], str]
_OVER = frozenset({"ended", "failed"})


def blur_events(provost: "Provost", events: Iterable[ChatEvent]) -> Iterator[ChatEvent]:
    """Yield what a turn says with its people hidden; the words come together, before the end.

    Where it cannot be vouched for that nobody is left, the turn ends as failed.
    """
    try:
        yield from _blurred(provost, events)
    except ProvostError as failure:
        yield ChatFailed(code=failure.code, message=failure.message, fix=failure.fix)


def _blurred(provost: "Provost", events: Iterable[ChatEvent]) -> Iterator[ChatEvent]:
    words = ""
    with _hiding(provost) as hide:
        for event in events:
            if isinstance(event, ChatWords):
                words += event.text
                continue
            if words and event.kind in _OVER:
                yield ChatWords(text=hide(words))
            yield _blur_event(event, hide)


def blur_words(provost: "Provost", words: str) -> str:
    """Return a text that somebody typed with its people hidden; ProvostError where that cannot be vouched for."""
    with _hiding(provost) as hide:
        return hide(words)


def blur_turns(provost: "Provost", turns: Iterable[ChatTurn]) -> tuple[ChatTurn, ...]:
    """Return the turns of a conversation with their people hidden."""
    with _hiding(provost) as hide:
        return tuple(_blur_turn(turn, hide) for turn in turns)


@contextmanager
def _hiding(provost: "Provost") -> Iterator[Hide]:
    """Yield what replaces everybody in a text by a code that leads back to nobody."""
    from graphs.privacy import open_known_scrub
    from privacy.vault import new_conversation

    with open_known_scrub(provost.boundary) as (scrubber, _, scope):
        yield lambda text: scrubber.scrub(text, new_conversation(), scope).text if text else text


def _blur_turn(turn: ChatTurn, hide: Hide) -> ChatTurn:
    return turn.model_copy(
        update={
            "asked": hide(turn.asked),
            "answer": hide(turn.answer),
            "sources": tuple(_blur_source(source, hide) for source in turn.sources),
            "steps": tuple(step.model_copy(update={"note": hide(step.note)}) for step in turn.steps),
            "proposed": tuple(one.model_copy(update={"summary": hide(one.summary)}) for one in turn.proposed),
        }
    )


def _blur_event(event: ChatEvent, hide: Hide) -> ChatEvent:
    if isinstance(event, ChatStep):
        return event.model_copy(update={"note": hide(event.note)})
    if isinstance(event, ChatSources):
        return ChatSources(sources=tuple(_blur_source(source, hide) for source in event.sources))
    if isinstance(event, ChatProposed):
        return event.model_copy(update={"summary": hide(event.summary)})
    return event


def _blur_source(source: ChatSource, hide: Hide) -> ChatSource:
    return source.model_copy(update={"label": hide(source.label)})
