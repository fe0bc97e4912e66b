"""The advising chat as a graph: a model in a loop with tools that look for the caller and never change anything.

LangChain's agent, with our door as its model. A call of a propose tool interrupts the graph before it could run; what
goes on from there is a governed change of its own (``graphs.chat_proposing``). State holds messages in codes only, and
only while a turn runs: what lasts is the transcript, sealed under the conversation's own key, from which the next turn
begins. So there is no checkpoint to erase, and a turn that broke off leaves nothing half said behind.
"""

from typing import Any

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.utils.function_calling import convert_to_openai_tool
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from agents.advisor.prompt import read_prompt
from graphs.chat_context import ChatContext
from graphs.chat_watching import chat_middleware
from privacy.models.own_texts import OwnTexts
from tools.catalog.registry import TOOLS

NAME = "advising_chat"
Chat = CompiledStateGraph[Any, ChatContext, Any, Any]


def advising_chat(model: BaseChatModel, checkpointer: Checkpointer = None) -> Chat:
    """Build the graph around a model that stands behind the door."""
    return create_agent(
        model,
        [spec.tool for spec in TOOLS],
        system_prompt=read_prompt(),
        middleware=chat_middleware(),
        context_schema=ChatContext,
        checkpointer=checkpointer,
        name=NAME,
    )


def own_texts() -> OwnTexts:
    """Return what the chat ships with every request: the prompt, and its tools in the form in which they are sent."""
    return OwnTexts.of([read_prompt()], [convert_to_openai_tool(spec.tool) for spec in TOOLS])
