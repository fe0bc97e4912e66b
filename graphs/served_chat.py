"""The advising chat as tools of the LangGraph family load and run it, by ``langgraph.json``.

Who asks is the person whose token PROVOST_TOKEN holds where the server was started, never what a request says. The
answer stays in codes, since the server keeps what it is given; the words for a reader are for console and API.
"""

import os
from typing import TYPE_CHECKING, Any, cast

from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict  # pydantic words no other before 3.12

from domain.errors import ApproverNotAllowed, InternalError
from domain.records import Record
from graphs.advising_chat import advising_chat
from graphs.channels import checked
from graphs.chat_events import ChatEnded, ChatFailed, ChatSource, ChatSources, ChatStep, ChatWords
from graphs.serving import Graph, run_alone

if TYPE_CHECKING:
    from graphs.assembly import Provost


class ChatQuestion(Record):
    """A question of the person whose token the server has; without a conversation a new one begins."""

    words: str
    conversation: str = ""


class ChatAnswer(Record):
    """The answer in codes, what it rests on, how it came about, or why there is none."""

    conversation: str
    answer: str
    sources: tuple[ChatSource, ...] = ()
    steps: tuple[ChatStep, ...] = ()
    failed: ChatFailed | None = None


class ChatBegun(TypedDict):
    """What a caller sends."""

    request: ChatQuestion


class ChatServed(ChatBegun, total=False):
    """What was asked, and what was answered."""

    answer: ChatAnswer


def answer_question(provost: "Provost", question: ChatQuestion) -> ChatAnswer:
    """Ask in the room and return what was kept of the turn; ApproverNotAllowed without a token."""
    token = os.environ.get("PROVOST_TOKEN", "")
    if not token:
        fix = "Start the server with PROVOST_TOKEN; provost principal add makes a token."
        raise ApproverNotAllowed("The server does not know who asks.", field="token", fix=fix)
    who, room = provost.principals.verify(token, loopback=True), provost.chat
    conversation = question.conversation or room.begin(who)
    events = tuple(room.ask(who, question.words, conversation))
    last = events[-1]
    if isinstance(last, ChatFailed):
        return ChatAnswer(conversation=conversation, answer="", failed=last)
    if not isinstance(last, ChatEnded):
        raise InternalError("A turn of the chat did not end.", field="chat")
    if not any(isinstance(each, ChatSources) for each in events):  # words for a crisis, of which nothing is kept (R131)
        said = "".join(each.text for each in events if isinstance(each, ChatWords))
        return ChatAnswer(conversation=conversation, answer=said)
    kept = room.kept(who, conversation)[-1]
    return ChatAnswer(conversation=conversation, answer=kept.answer, sources=kept.sources, steps=kept.steps)


def build_chat() -> Graph:
    """Build the served graph: one step that asks in an installation of its own."""
    from privacy.models.offline.model import OfflineModel

    stages = advising_chat(OfflineModel())

    def ask(state: ChatBegun) -> dict[str, Any]:
        request = ChatQuestion.model_validate(state["request"])
        return {"answer": run_alone(stages, lambda provost: answer_question(provost, request))}

    builder: StateGraph[Any, Any, Any, Any] = StateGraph(checked(ChatServed), input_schema=checked(ChatBegun))
    builder.add_node("ask", cast(Any, ask), input_schema=ChatBegun)
    builder.add_edge(START, "ask")
    builder.add_edge("ask", END)
    return builder.compile(name=stages.name)


advising_chat_graph = build_chat()
