"""Start or continue: the one way a graph is run, so that a crash at any point is followed by the right next step.

No checkpoint: begin with the input. Tasks left: go on from the checkpoint. Neither: the run is over. LangGraph's
``next`` alone would call a run finished whose last writes were saved but not yet committed as a step, so the tasks are
asked too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.constants import START
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, Interrupt, StateSnapshot

from domain.errors import ApprovalStale
from domain.ids import RunId
from graphs.draining import Draining
from graphs.locks import Locks
from graphs.tracing import OFF, OPERATION, RUN, WORKFLOW, Tracing

Durability = Literal["sync", "exit"]
Graph = CompiledStateGraph[Any, Any, Any, Any]
State = Mapping[str, Any]

_WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Standing:
    """Where a thread stands: its values, what it waits for, and whether it is over.

    A thread that was cut short, or is looked at, before its first step has what it was begun with as its values.
    ``parts`` are the values of the subgraphs that are under way; what those that ended handed back is in the values.
    """

    values: State
    interrupts: tuple[Interrupt, ...]
    begun: bool
    over: bool
    parts: tuple[State, ...] = ()

    def gather(self, channel: str) -> list[Any]:
        """Return everything that stands in a list channel, of the thread and of the parts that are under way."""
        return [found for values in (self.values, *self.parts) for found in values.get(channel, [])]


class Threads:
    """Runs threads of one graph, one process at a time per thread.

    ``durability`` is ``sync`` wherever a person may be asked or something written, ``exit`` where a run only reads.
    """

    def __init__(self, graph: Graph, locks: Locks, draining: Draining | None = None, tracing: Tracing = OFF) -> None:
        self._graph, self._locks = graph, locks
        self._draining, self._tracing = draining or Draining(), tracing

    def standing(self, thread: RunId) -> Standing:
        """Return where the thread stands."""
        found = self._graph.get_state(_config(thread))
        if found.next == (START,):
            return replace(_standing(found), values={**found.values, **self._given(found.config)})
        return _standing(self._graph.get_state(_config(thread), subgraphs=True) if found.tasks else found)

    def _given(self, config: RunnableConfig) -> State:
        """Return what a thread was begun with, from the checkpoint that is written before the first step."""
        saver = self._graph.checkpointer
        kept = saver.get_tuple(config) if isinstance(saver, BaseCheckpointSaver) else None
        given: State = kept.checkpoint["channel_values"].get(START, {}) if kept else {}
        return given

    def run(
        self,
        thread: RunId,
        begin: State,
        context: object,
        durability: Durability,
        wait_seconds: float = _WAIT_SECONDS,
    ) -> Standing:
        """Start the thread with ``begin``, or continue it where it stands.

        Raises RecordLocked where another process works on it for longer than we wait, LangGraph's GraphDrained where
        this process was asked to stop meanwhile, and whatever a node raises.
        """
        with self._locks.holding(f"thread {thread}", wait_seconds):
            standing = self.standing(thread)
            if standing.over:
                return standing
            self._invoke(None if standing.begun else begin, thread, context, durability)
            return self.standing(thread)

    def answer(self, thread: RunId, interrupt: str, answer: State, context: object) -> Standing:
        """Give one open interrupt its answer and run on; the others stay open.

        Raises ApprovalStale where the thread does not wait for that interrupt, as after a replay or a second click.
        """
        with self._locks.holding(f"thread {thread}", _WAIT_SECONDS):
            standing = self.standing(thread)
            if interrupt not in {found.id for found in standing.interrupts}:
                raise ApprovalStale(
                    "The run does not wait for this answer any more.",
                    field="interrupt",
                    fix="Look at the approvals again; the plan was answered, expired or replaced.",
                )
            self._invoke(Command(resume={interrupt: dict(answer)}), thread, context, "sync")
            return self.standing(thread)

    def _invoke(
        self, step: State | Command[Any] | None, thread: RunId, context: object, durability: Durability
    ) -> None:
        named = {OPERATION: "invoke_workflow", WORKFLOW: self._graph.name, RUN: thread}
        with self._draining.control() as control, self._tracing.span(f"invoke_workflow {self._graph.name}", named):
            config = _config(thread)
            config["callbacks"] = [*self._tracing.callbacks()]
            self._graph.invoke(step, config, context=context, durability=durability, control=control, version="v2")


def _config(thread: RunId) -> RunnableConfig:
    return {"configurable": {"thread_id": thread}, "recursion_limit": 100}


def _standing(snapshot: StateSnapshot) -> Standing:
    begun = snapshot.created_at is not None
    over = begun and not snapshot.next and not snapshot.tasks
    return Standing(snapshot.values, snapshot.interrupts, begun, over, tuple(_parts(snapshot)))


def _parts(snapshot: StateSnapshot) -> Iterator[State]:
    for task in snapshot.tasks:
        if task.result is None and isinstance(task.state, StateSnapshot):
            yield task.state.values
            yield from _parts(task.state)
