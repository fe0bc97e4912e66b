"""One turn of the chat: scrub the question, run the graph, show what comes as it comes, keep what was said.

The question is in codes before the graph begins. What the model streams is written for the reader piece by piece, no
later than it becomes certain that a piece is no part of a code.
"""

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.types import Command, Interrupt

from agents.advisor.addresses import AddressGuard, may_stand
from agents.advisor.fencing import leave_out_quotations, show_quotations
from graphs.advising_chat import Chat
from graphs.chat_context import ChatContext
from graphs.chat_events import (
    ChatEnded,
    ChatEvent,
    ChatProposed,
    ChatSource,
    ChatSources,
    ChatStep,
    ChatWords,
)
from graphs.chat_keeping import KeptTurn
from privacy.scrub import ConversationScrubber
from privacy.scrub.streaming import StreamRestore
from privacy.vocabulary import Sink
from tools.catalog.registry import Trust, spec_named

STEPS = 60
"""The most supersteps of one turn, far beyond the limits of model and tool calls."""
TURNS_KEPT = 6
"""So many earlier turns the model is shown."""
PutForward = Callable[[ChatContext, Mapping[str, Any]], ChatProposed | str]


@dataclass
class Saying:
    """The answer so far, in codes, and how it reaches the reader; each message of the model is restored on its own.

    ``own`` are the hosts whose addresses may stand in it; those of other places are left out (R135).
    """

    scrubber: ConversationScrubber
    context: ChatContext
    own: frozenset[str] = frozenset()
    coded: str = ""
    _message: str | None = None
    _stream: StreamRestore | None = None
    _guard: AddressGuard | None = None

    def take(self, chunk: AIMessageChunk) -> Iterator[ChatWords]:
        """Take a piece of the model's and yield what can be shown."""
        text = str(chunk.text)
        if not text:
            return
        if chunk.id != self._message:
            yield from self.finish()
            if self.coded:
                yield from self._words("\n\n")
                self.coded += "\n\n"
            self._message = chunk.id
            crossing = self.context.crossing
            self._stream = self.scrubber.stream(crossing.conversation, self.context.caller, Sink.SCREEN)
            named = [each.label for each in self.context.sources]
            self._guard = AddressGuard(may_stand(self.own, named))
        assert self._stream is not None
        assert self._guard is not None
        self.coded += text
        yield from self._words(self._guard.feed(self._stream.feed(text)))

    def finish(self) -> Iterator[ChatWords]:
        """Yield what was held back."""
        if self._stream is not None and self._guard is not None:
            yield from self._words(self._guard.feed(self._stream.finish()) + self._guard.finish())
            self._stream = self._guard = None

    @staticmethod
    def _words(text: str) -> Iterator[ChatWords]:
        if text:
            yield ChatWords(text=show_quotations(text))


@dataclass
class Turn:
    """Runs one turn; ``asked`` is the question in codes, ``earlier`` the turns before it that the model is shown.

    ``put_forward`` takes what is asked for to governance, ``shown`` writes a text in codes for the reader, ``own`` are
    the hosts whose addresses an answer may hold.
    """

    chat: Chat
    context: ChatContext
    scrubber: ConversationScrubber
    asked: str
    earlier: Sequence[KeptTurn]
    put_forward: PutForward
    shown: Callable[[str], str]
    thread: str
    own: frozenset[str] = frozenset()
    steps: list[ChatStep] = field(default_factory=list)
    proposed: list[ChatProposed] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with nothing said."""
        self.saying = Saying(self.scrubber, self.context, self.own)

    def run(self) -> Iterator[ChatEvent]:
        """Yield steps and words as they come; proposals are put forward where the graph stops for them."""
        work: Mapping[str, Any] | Command[Any] | None = {"messages": self._messages()}
        while work is not None:
            yield from self._stream(work)
            work = yield from self._answer_stops()
        yield from self.saying.finish()

    def sources(self) -> ChatSources:
        """Return what the answer rests on, each once."""
        found = [ChatSource.model_validate(each.model_dump()) for each in self.context.sources]
        newest = {(each.label, each.href): each for each in found}
        return ChatSources(sources=tuple(newest.values()))

    def _messages(self) -> list[BaseMessage]:
        said: list[BaseMessage] = []
        for turn in self.earlier:
            said += [HumanMessage(turn.asked), AIMessage(leave_out_quotations(turn.answer))]
        return [*said, HumanMessage(self.asked)]

    def _stream(self, work: Mapping[str, Any] | Command[Any]) -> Iterator[ChatEvent]:
        parts = self.chat.stream(
            work,
            self._config,
            context=self.context,
            stream_mode=["messages", "custom"],
            durability="exit",
            version="v2",
        )
        for part in parts:
            if part["type"] == "custom" and isinstance(part["data"], ChatStep):
                self.steps.append(part["data"])
                yield part["data"]
            elif part["type"] == "messages" and isinstance(part["data"][0], AIMessageChunk):
                yield from self.saying.take(part["data"][0])

    def _answer_stops(self) -> Generator[ChatEvent, None, Command[Any] | None]:
        """Put forward what the graph stopped for; return how it goes on, None where it did not stop."""
        stops: Sequence[Interrupt] = self.chat.get_state(self._config).interrupts
        answers: dict[str, Any] = {}
        for stop in stops:
            outcome = self.put_forward(self.context, stop.value)
            if isinstance(outcome, ChatProposed):
                self.proposed.append(outcome)
                yield outcome.model_copy(update={"summary": self.shown(outcome.summary)})
                told = f"Put forward; it waits for approval {outcome.approval_id}. {outcome.summary}"
                answers[stop.id] = {"type": "respond", "message": told}
            else:
                answers[stop.id] = {"type": "respond", "message": outcome}
        return Command(resume=answers) if answers else None

    @property
    def _config(self) -> RunnableConfig:
        return {"configurable": {"thread_id": self.thread}, "recursion_limit": STEPS}


def read_quotes(turn: KeptTurn) -> bool:
    """Tell whether text that others wrote was read for an earlier answer, which may repeat it (R135)."""
    looks = (spec_named(step.name.rpartition(": ")[2]) for step in turn.steps)
    return any(spec is not None and spec.trust is Trust.QUOTES for spec in looks)


def ended(model_label: str, began: float) -> ChatEnded:
    """Return the end of a turn that began at this reading of ``time.perf_counter``."""
    return ChatEnded(model_label=model_label, ms=round((time.perf_counter() - began) * 1000))
