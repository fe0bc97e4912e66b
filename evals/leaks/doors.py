"""Every way out of the boundary over real parts, each told to let one case through and to say what came out.

What leaves is the bytes a provider was sent, what a callback or log line holds, what a checkpoint or vector keeps, and
what a reader without any right sees; ``kept`` is the form in which the text itself came out.
"""

import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import StringIO
from typing import Any, NamedTuple, TypedDict

import structlog
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tracers.base import BaseTracer
from langchain_core.tracers.schemas import Run

from domain.errors import ProvostError, RefusedBySystem
from domain.ids import PrincipalId, RecordHandle, SisPersonId
from domain.materials import AccessClass, Material, MaterialKind, MediaType
from domain.principals import Principal, PrincipalKind, Role
from domain.records import Record
from evals.leaks.cases import Door, LeakCase
from evals.leaks.parts import LeakParts
from graphs.privacy import NobodySees
from privacy.knowledge.cleaning import Cleaner, generic
from privacy.knowledge.model_embedding import ModelEmbedder
from privacy.models.crossing import Crossing
from privacy.scrub.tool_edge import ToolEdge
from privacy.vault import new_conversation
from privacy.vocabulary import Sink

READER = Principal(id=PrincipalId("user:nobody"), kind=PrincipalKind.PERSON, roles=frozenset({Role.STUDENT}))


class Seen(NamedTuple):
    """What came out of a door: every text that left, and the one that the case's text became."""

    left: tuple[str, ...]
    kept: str


Way = Callable[[LeakCase, LeakParts], Seen]


def through_prompt(case: LeakCase, parts: LeakParts) -> Seen:
    """Ask the model with the text as the question."""
    return _asked(case, parts, [HumanMessage(case.text)])


def through_tool_argument(case: LeakCase, parts: LeakParts) -> Seen:
    """Carry on a conversation in which a tool was called with the text."""
    call = {"name": "look_up", "args": {"query": case.text}, "id": "call_1", "type": "tool_call"}
    messages = [HumanMessage("Go on."), AIMessage("", tool_calls=[call]), ToolMessage("Done.", tool_call_id="call_1")]
    return _asked(case, parts, messages)


def through_tool_result(case: LeakCase, parts: LeakParts) -> Seen:
    """Carry on a conversation in which a tool returned the text."""
    call = {"name": "look_up", "args": {}, "id": "call_1", "type": "tool_call"}
    messages = [HumanMessage("Go on."), AIMessage("", tool_calls=[call]), ToolMessage(case.text, tool_call_id="call_1")]
    return _asked(case, parts, messages)


def through_retrieval(case: LeakCase, parts: LeakParts) -> Seen:
    """Take the text in as a note, and ask the knowledge base with it; both are turned into vectors elsewhere.

    A question is about nobody in particular, so a case that promises something for a scope only is no question.
    """
    material = Material(
        key="note",
        title="Note",
        body=case.text,
        media=MediaType.TEXT,
        access=AccessClass.NOTES,
        kind=MaterialKind.NOTE,
        about=case.scope_of_task().people,
        readers=frozenset({"role:advisor"}),
    )
    embedder = ModelEmbedder(parts.embedding_door, "test-embedding")
    if not case.scope:
        embedder.embed([generic(case.text)])
    (note,) = Cleaner(scrubber=parts.scrubber, check=parts.check).clean(material, [case.text])
    embedder.embed([note])
    return Seen((note, *parts.provider.take()), note)


def through_stream(case: LeakCase, parts: LeakParts) -> Seen:
    """Let the model repeat the text in small parts, and restore them for a reader who may see nobody.

    What no record explains goes back to the conversation it came from, as nobody's access could be asked about it.
    """
    crossing = crossing_of(case)
    restore = parts.scrubber.stream(crossing.conversation, READER, Sink.SCREEN)
    parts_of_reply = (str(chunk.text) for chunk in parts.door.within(crossing).stream([HumanMessage(case.text)]))
    shown = "".join(restore.over(parts_of_reply))
    coded = parts.scrubber.explain(case.text, crossing.conversation, crossing.scope)
    own = [coded.searched[each.hit.start : each.hit.end] for each in coded.replaced if not each.hit.people]
    for surface in sorted(own, key=len, reverse=True):
        shown = shown.replace(surface, " ")
    return Seen((shown, *parts.provider.take()), shown)


def through_log(case: LeakCase, parts: LeakParts) -> Seen:
    """Log a failure that quotes the text in every way a caller might, in both forms of the log."""
    said = StringIO()
    with redirect_stderr(said):
        for form in ("json", "console"):
            parts.configure_logs(form, "debug")
            log = structlog.get_logger("leak suite")
            try:
                raise RefusedBySystem(case.text, field=case.text) from ValueError(case.text)
            except RefusedBySystem as failure:
                log.error("work did not end well", error=failure, detail=case.text, exc_info=True)
                log.warning("work did not end well", code=failure.code, request={"text": case.text})
                log.exception("work did not end well", error=str(failure))
    return Seen((said.getvalue(),), "")


def through_trace(case: LeakCase, parts: LeakParts) -> Seen:
    """Ask the model with a tracer that keeps everything, the text in the labels of the run too."""
    tracer = _Tracer()
    config: Any = {
        "callbacks": [tracer],
        "metadata": {"input.value": case.text},
        "tags": [case.text],
        "run_name": case.text,
    }
    parts.door.within(crossing_of(case)).invoke([HumanMessage(case.text)], config)
    (inputs,) = [str(run.inputs) for run in tracer.ended]
    return Seen((*(run.model_dump_json() for run in tracer.ended), *map(str, tracer.ended)), inputs)


def through_checkpoint(case: LeakCase, parts: LeakParts) -> Seen:
    """Run a graph that asks the model, and read what its thread keeps once it is opened."""
    crossing = crossing_of(case)
    note = parts.scrubber.scrub_fields({"note": case.text}, crossing.conversation, crossing.scope)
    graph, config = build_graph(parts), {"configurable": {"thread_id": crossing.conversation}}
    graph.invoke({"note": CodedNote(value=note)}, config, context=Acting(crossing))
    states = [str(each) for each in graph.get_state_history(config)]
    return Seen((*states, *parts.provider.take()), str(note))


def through_error_message(case: LeakCase, parts: LeakParts) -> Seen:
    """Let a tool fail with the text, as a failure of ours and as a foreign one."""
    edge = ToolEdge(parts.scrubber, parts.vault, NobodySees(), _NoIdentities())
    said = [_failure(edge, RefusedBySystem(case.text, field=case.text, fix=case.text), case)]
    said.append(_failure(edge, ValueError(case.text), case))
    return Seen(tuple(said), said[0])


WAYS: Mapping[Door, Way] = {
    Door.PROMPT: through_prompt,
    Door.TOOL_ARGUMENT: through_tool_argument,
    Door.TOOL_RESULT: through_tool_result,
    Door.RETRIEVAL: through_retrieval,
    Door.STREAM: through_stream,
    Door.LOG: through_log,
    Door.TRACE: through_trace,
    Door.CHECKPOINT: through_checkpoint,
    Door.ERROR_MESSAGE: through_error_message,
}


def crossing_of(case: LeakCase) -> Crossing:
    """Return a right to ask the model about a case, in a conversation of its own."""
    scope = case.scope_of_task()
    return Crossing(conversation=new_conversation(), scope=scope, actor="user:advisor", purpose="leak suite")


def _asked(case: LeakCase, parts: LeakParts, messages: list[Any]) -> Seen:
    parts.door.within(crossing_of(case)).invoke(messages)
    sent = parts.provider.take()
    return Seen(tuple(sent), sent[-1])


class _Tracer(BaseTracer):
    """Keeps every run that ended, as a tracer that sends them elsewhere would."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: list[Run] = []

    def _persist_run(self, run: Run) -> None:
        self.ended.append(run)


class CodedNote(Record):
    """What the graph's state keeps: a value in codes."""

    value: object


class _State(TypedDict, total=False):
    note: CodedNote
    answer: CodedNote


def build_graph(parts: LeakParts) -> Any:  # noqa: ANN401 a compiled graph
    """Return a graph of one node that asks the model about a coded note and keeps the answer."""
    from langgraph.graph import END, START, StateGraph

    def ask(state: _State) -> _State:
        answer = parts.door.invoke([HumanMessage(str(state["note"].value))])
        return {"answer": CodedNote(value=str(answer.text))}

    graph = StateGraph(_State, context_schema=Acting)
    graph.add_node("ask", ask)
    graph.add_edge(START, "ask")
    graph.add_edge("ask", END)
    return graph.compile(checkpointer=parts.saver)


@dataclass(frozen=True)
class Acting:
    """The context of the graph: it is never kept."""

    crossing: Crossing


class _NoIdentities:
    """Resolves nobody; a failure needs no resolving."""

    def handles(self, people: Sequence[SisPersonId]) -> Mapping[SisPersonId, RecordHandle]:  # noqa: ARG002
        return {}

    def person(self, handle: RecordHandle) -> SisPersonId:
        raise KeyError(handle)

    def seal(self, value: str) -> str:
        raise KeyError(value)


def _failure(edge: ToolEdge, failure: Exception, case: LeakCase) -> str:
    def fail() -> object:
        raise failure

    try:
        edge.call(fail, new_conversation(), case.scope_of_task())
    except ProvostError as told:
        return "\n".join((str(told), repr(told), *traceback.format_exception_only(told), str(told.__reduce__())))
    raise AssertionError("A tool that fails fails.")
