"""The middleware of the chat: steps that a person can read (S5), limits, errors, retries.

Order matters: what stops a propose tool for approval wraps what retries and words errors (LANGGRAPH.md 1.4). The limits
that LangChain has are nodes of the graph, four supersteps to each call of the model; ours wrap the call.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from langchain.agents.middleware import (
    AgentMiddleware,
    AgentState,
    HumanInTheLoopMiddleware,
    InterruptOnConfig,
    ModelRequest,
    ModelResponse,
    ToolCallRequest,
    ToolErrorMiddleware,
    ToolRetryMiddleware,
)
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.tools import BaseTool
from langgraph.types import Command

from domain.errors import LedgerError, LimitExceeded, ProvostError, TransientError
from graphs.chat_context import ChatContext
from graphs.chat_events import ChatStep
from privacy.scrub.spelling import find_all
from tools.catalog.registry import Kind, ToolSpec, looks_of, names_of, spec_named

MODEL_CALLS, TOOL_CALLS, TRIES = 8, 12, 2
Middleware = AgentMiddleware[Any, ChatContext, Any]
Told = ToolMessage | Command[Any]


class Watching(AgentMiddleware[AgentState[Any], ChatContext, Any]):
    """Tells each model call and each tool call as a step, with its time and how many people were coded in it."""

    def wrap_model_call(
        self, request: ModelRequest[ChatContext], handler: Callable[[ModelRequest[ChatContext]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        """Time a model call."""
        began = time.perf_counter()
        response = handler(request)
        step = ChatStep(what="model", name=request.runtime.context.crossing.prompt, ms=_since(began))
        request.runtime.stream_writer(step)
        return response

    def wrap_tool_call(self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Told]) -> Told:
        """Time a tool call; a propose tool is told by what it came to, not here."""
        began = time.perf_counter()
        told = handler(request)
        spec = spec_named(request.tool_call["name"])
        if spec is not None and spec.kind is not Kind.PROPOSE:
            specialist = _specialist(spec, request.tool_call["args"])
            what: Any = "specialist" if specialist else "tool"
            step = ChatStep(what=what, name=_shown(specialist, spec.name), ms=_since(began), note=_note(told))
            request.runtime.stream_writer(step)
        return told


class Limits(AgentMiddleware[AgentState[Any], ChatContext, Any]):
    """Ends a turn that asks the model too often, or for too many tools; what a model asks for counts, taken or not."""

    def wrap_model_call(
        self, request: ModelRequest[ChatContext], handler: Callable[[ModelRequest[ChatContext]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        """Count a call and the tools it asks for; raises LimitExceeded beyond either limit."""
        spent = request.runtime.context.spent
        spent.model_calls += 1
        _require_within(spent.model_calls, MODEL_CALLS)
        response = handler(request)
        spent.tool_calls += sum(len(said.tool_calls) for said in response.result if isinstance(said, AIMessage))
        _require_within(spent.tool_calls, TOOL_CALLS)
        return response


def _require_within(spent: int, limit: int) -> None:
    if spent > limit:
        message, fix = "The answer took more steps than one question may take.", "Ask about one thing at a time."
        raise LimitExceeded(message, field="question", fix=fix)


def chat_middleware() -> list[Middleware]:
    """Return the middleware of the chat in its order, outermost first."""
    gate = InterruptOnConfig(allowed_decisions=["respond"], description="Waits for a person's approval.")
    return [
        Watching(),
        HumanInTheLoopMiddleware(dict.fromkeys(names_of(Kind.PROPOSE), gate), interrupt_mode="per_call"),
        *_looking(),
    ]


def specialist_middleware() -> list[Middleware]:
    """Return the middleware of a specialist: it has looks only, and spends what the turn it works for may spend."""
    return [Watching(), *_looking()]


def _looking() -> list[Middleware]:
    read: list[BaseTool | str] = [*names_of(Kind.READ)]
    return [
        Limits(),
        ToolErrorMiddleware(word_failure),
        ToolRetryMiddleware(
            max_retries=TRIES - 1, tools=read, retry_on=(TransientError,), on_failure="error", initial_delay=0.2
        ),
    ]


def word_failure(failure: Exception, request: ToolCallRequest) -> str | None:  # noqa: ARG001 the middleware's
    """Word what a tool refused or failed at, as our own tree words it; what must stop the turn is not worded.

    The edge has coded the words already. A ledger that takes no entry stops everything (S224).
    """
    if isinstance(failure, ProvostError) and not isinstance(failure, LedgerError):
        return f"{failure.message} {failure.fix}".strip()
    return None


def _specialist(spec: ToolSpec, asked: Mapping[str, Any]) -> str:
    """Return who answers behind a tool; a name that a model made up is not shown."""
    named = str(asked.get("specialist", "")) if spec.kind is Kind.CONSULT else ""
    return named if named and looks_of(named) else spec.specialist


def _shown(specialist: str, tool: str) -> str:
    return f"{specialist}: {tool}" if specialist else tool


def _note(told: Told) -> str:
    if not isinstance(told, ToolMessage):
        return ""
    if told.status == "error":
        return "refused or failed"
    people = len({found.symbols for found in find_all(str(told.text))})
    return f"{people} {'name' if people == 1 else 'names'} replaced by codes" if people else ""


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
