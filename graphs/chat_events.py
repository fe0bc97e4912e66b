"""What a turn of the advising chat says while it runs: each step, the words as they come, the sources, and the end.

The console, the API and the command line show these and nothing else of the chat. A turn ends with exactly one
:class:`ChatEnded` or :class:`ChatFailed`. Words are already written for the reader who asked: a name stands in them
only where that reader may see it. Times are milliseconds; ``read_at`` is aware.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from domain.records import Record


class ChatStep(Record):
    """One thing that was done for the answer (S5): a specialist or tool that was called, a scrub, a model's turn."""

    kind: Literal["step"] = "step"
    what: Literal["specialist", "tool", "scrub", "model"]
    name: str
    ms: int
    note: str = ""


class ChatWords(Record):
    """A piece of the answer, to be shown behind the pieces before it."""

    kind: Literal["words"] = "words"
    text: str


class ChatSource(Record):
    """Where something in the answer was read and when; ``href`` is a path of the console, or nothing."""

    label: str
    href: str = ""
    read_at: AwareDatetime


class ChatSources(Record):
    """All that the answer rests on (S206)."""

    kind: Literal["sources"] = "sources"
    sources: tuple[ChatSource, ...]


class ChatProposed(Record):
    """A change that was asked for in the chat and now waits for a person's approval."""

    kind: Literal["proposed"] = "proposed"
    approval_id: str
    summary: str


class ChatEnded(Record):
    """The turn is over; ``model_label`` says which model worded it."""

    kind: Literal["ended"] = "ended"
    model_label: str
    ms: int


class ChatFailed(Record):
    """The turn broke off: what happened, and what to do about it."""

    kind: Literal["failed"] = "failed"
    code: str
    message: str
    fix: str


ChatEvent = Annotated[
    ChatStep | ChatWords | ChatSources | ChatProposed | ChatEnded | ChatFailed, Field(discriminator="kind")
]


class ChatSummary(Record):
    """One conversation of a person, as their list shows it."""

    id: str
    begun_at: AwareDatetime
    turns: int
    title: str


class ChatTurn(Record):
    """One question and its answer, written for the reader now."""

    asked: str
    answer: str
    asked_at: AwareDatetime
    sources: tuple[ChatSource, ...] = ()
    steps: tuple[ChatStep, ...] = ()
    proposed: tuple[ChatProposed, ...] = ()
