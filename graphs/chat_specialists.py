"""The specialists as agents of their own, which the advisor consults where a question takes several looks.

Each has its prompt and only its own looks, sits behind the same door, asks for the same caller and spends from the same
turn. What it says goes back to the advisor in codes, and fenced once anything that others wrote was read for it (R135).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.utils.function_calling import convert_to_openai_tool
from langgraph.config import get_stream_writer
from langgraph.graph.state import CompiledStateGraph

from agents.advisor.fencing import fence, fence_all
from agents.advisor.prompt import name_specialist, read_specialist
from domain.errors import InvalidRecord
from graphs.chat_context import ChatContext
from graphs.chat_watching import specialist_middleware
from privacy.models.own_texts import OwnTexts
from tools.catalog.registry import looks_of

LONGEST_ANSWER = 4000
STEPS = 30
"""The most supersteps of one specialist; the limits of the turn end it before."""
Specialist = CompiledStateGraph[Any, ChatContext, Any, Any]
Door = Callable[[OwnTexts], BaseChatModel]


class Specialists:
    """Builds each specialist once, when it is first consulted; safe for many threads."""

    def __init__(self, door: Door) -> None:
        self._agent = cache(lambda name: _build(name, door(own_texts(name))))

    def consult(self, context: ChatContext, specialist: str, question: str) -> str:
        """Return a specialist's answer in codes.

        Raises InvalidRecord for one that is not there, LimitExceeded for more than the turn may spend.
        """
        if not looks_of(specialist):
            raise InvalidRecord("There is no such specialist.", field="specialist", fix="Use a tool's own look.")
        named = {"agent": f"agent:{specialist}", "prompt": name_specialist(specialist)}
        crossing = context.crossing.model_copy(update=named)
        said = _last_words(self._agent(specialist), replace(context, crossing=crossing), question)
        return fence(said, LONGEST_ANSWER) if context.edge.read_quotes else str(fence_all(said))


def own_texts(specialist: str) -> OwnTexts:
    """Return what one specialist ships with every request."""
    return OwnTexts.of([read_specialist(specialist)], map(convert_to_openai_tool, looks_of(specialist)))


def _build(name: str, model: BaseChatModel) -> Specialist:
    return create_agent(
        model,
        list(looks_of(name)),
        system_prompt=read_specialist(name),
        middleware=specialist_middleware(),
        context_schema=ChatContext,
        checkpointer=False,
        name=name,
    )


def _last_words(agent: Specialist, context: ChatContext, question: str) -> str:
    """Run a specialist, tell its steps as the turn's, and return what it said last."""
    tell, state = get_stream_writer(), dict[str, Any]()
    parts: Iterator[Any] = agent.stream(
        {"messages": [HumanMessage(question)]},
        {"recursion_limit": STEPS},
        context=context,
        stream_mode=["custom", "values"],
        version="v2",
    )
    for part in parts:
        if part["type"] == "custom":
            tell(part["data"])
        else:
            state = part["data"]
    last = state["messages"][-1]
    return str(last.text) if isinstance(last, AIMessage) else ""
