"""A chat that says the same thing each time, step by step, for the pages to show."""

from collections.abc import Iterator
from datetime import UTC, datetime

from domain.principals import Principal
from graphs.chat_events import (
    ChatEnded,
    ChatEvent,
    ChatFailed,
    ChatProposed,
    ChatSource,
    ChatSources,
    ChatStep,
    ChatSummary,
    ChatTurn,
    ChatWords,
)

AT = datetime(2026, 10, 26, 13, 5, tzinfo=UTC)
STEPS = (
    ChatStep(what="scrub", name="question", ms=6, note="1 name replaced by a code"),
    ChatStep(what="specialist", name="early_alert", ms=41),
    ChatStep(what="tool", name="list_at_risk", ms=38, note="12 students read"),
    ChatStep(what="model", name="offline model", ms=3),
)
SOURCES = (
    ChatSource(label="Your caseload", href="/caseload", read_at=AT),
    ChatSource(label="Canvas, submissions of section 202680-10002", read_at=AT),
)
FAILS = "Fail."


class ScriptedRoom:
    """Answers with ``answer``, and breaks off where it is asked to fail; ``proposes`` is a request that waits."""

    def __init__(self, answer: str, proposes: str = "") -> None:
        self.answer, self.proposes = answer, proposes
        self.kept: dict[tuple[str, str], list[ChatTurn]] = {}

    def begin(self, who: Principal) -> str:
        conversation = f"conversation-{len(self.kept) + 1}"
        self.kept[who.id, conversation] = []
        return conversation

    def ask(self, who: Principal, words: str, conversation: str = "") -> Iterator[ChatEvent]:
        yield from STEPS
        if words == FAILS:
            yield ChatFailed(code="PV102", message="Canvas is not answering.", fix="Ask again in a minute.")
            return
        for word in self.answer.split(" "):
            yield ChatWords(text=f"{word} ")
        yield ChatSources(sources=SOURCES)
        proposed = (ChatProposed(approval_id=self.proposes, summary="Open a case with the advisor."),)
        yield from proposed if self.proposes else ()
        self.kept[who.id, conversation].append(
            ChatTurn(
                asked=words, answer=self.answer, asked_at=AT, sources=SOURCES, steps=STEPS,
                proposed=proposed if self.proposes else (),
            )
        )  # fmt: skip
        yield ChatEnded(model_label="the offline model", ms=212)

    def conversations(self, who: Principal) -> tuple[ChatSummary, ...]:
        mine = [(name, turns) for (owner, name), turns in self.kept.items() if owner == who.id and turns]
        return tuple(ChatSummary(id=name, begun_at=AT, turns=len(turns), title=turns[0].asked) for name, turns in mine)

    def transcript(self, who: Principal, conversation: str) -> tuple[ChatTurn, ...]:
        return tuple(self.kept.get((who.id, conversation), ()))

    def forget(self, who: Principal, conversation: str) -> None:
        self.kept.pop((who.id, conversation), None)
