"""A span for each step of a graph, from what LangGraph tells its callbacks; inputs and outputs are not looked at."""
# ruff: noqa: ANN401 LangChain's own signatures are open

from typing import TYPE_CHECKING, Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler

from graphs.tracing import FAILURE, RUN, STEP

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

_NODE = "langgraph_node"


class StepSpans(BaseCallbackHandler):
    """Opens a span when a step begins and ends it when the step does; one for each run of a graph."""

    run_inline = True

    def __init__(self, tracer: "Tracer") -> None:
        self._tracer = tracer
        self._open: dict[UUID, Span] = {}

    def on_chain_start(
        self,
        serialized: dict[str, Any],  # noqa: ARG002 named by the base class
        inputs: dict[str, Any],  # noqa: ARG002 never looked at
        *,
        run_id: UUID,
        metadata: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Open a span for a step; chains inside a step are the step's own."""
        said = metadata or {}
        step = said.get(_NODE)
        if step is not None and kwargs.get("name") == step:
            attributes = {STEP: str(step), RUN: str(said.get("thread_id", ""))}
            self._open[run_id] = self._tracer.start_span(f"step {step}", attributes=attributes)

    def on_chain_end(self, outputs: dict[str, Any], *, run_id: UUID, **_: Any) -> None:  # noqa: ARG002 never looked at
        """End the step's span."""
        span = self._open.pop(run_id, None)
        if span is not None:
            span.end()

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """End the step's span with the class of what ended it; an interrupt is among them."""
        span = self._open.pop(run_id, None)
        if span is not None:
            span.set_attribute(FAILURE, type(error).__name__)
            span.end()
