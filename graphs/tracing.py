"""Traces without content: which workflow, which step, which request, how long; never a name, an id of a person, a text.

Nothing is traced unless an address is set. Only the attributes below are ever put on a span, and a failure is named by
its class alone, because its text may quote whom it is about.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import structlog

from tools.wire import REQUESTS, Seen

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Tracer

    from privacy.models.usage import CallKey, Usage

RUN, WORKFLOW, STEP = "provost.run", "provost.workflow", "provost.step"
SYSTEM, PLACE, STATUS, FAILURE = "provost.system", "provost.place", "provost.status", "error.type"
CORRELATION, PURPOSE, OUTCOME = "provost.correlation", "provost.purpose", "provost.outcome"
OPERATION, PROVIDER, MODEL = "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model"
INPUT, OUTPUT = "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"
ALLOWED = frozenset(
    {RUN, WORKFLOW, STEP, SYSTEM, PLACE, STATUS, FAILURE, CORRELATION, PURPOSE, OUTCOME, OPERATION, PROVIDER, MODEL}
    | {INPUT, OUTPUT}
)
"""The attributes a span may have; whatever else is given is left off."""
Value = str | int | float


class Tracing:
    """Puts spans around work; one without a tracer does nothing."""

    def __init__(self, tracer: "Tracer | None" = None) -> None:
        self.tracer = tracer

    @contextmanager
    def span(self, name: str, attributes: Mapping[str, Value]) -> Iterator[None]:
        """Put a span around a block; a failure that leaves it is named by its class."""
        if self.tracer is None:
            yield
            return
        kept = allowed({**attributes, **_correlation()})
        opened = self.tracer.start_as_current_span(
            name, attributes=kept, record_exception=False, set_status_on_exception=False
        )
        with opened as span:
            try:
                yield
            except BaseException as failure:
                span.set_attribute(FAILURE, type(failure).__name__)
                raise

    def note(self, name: str, seconds: float, attributes: Mapping[str, Value]) -> None:
        """Keep a span of something that has just ended, under the one that is open."""
        if self.tracer is not None:
            ended = time.time_ns()
            began = ended - int(seconds * 1e9)
            self.tracer.start_span(name, start_time=began, attributes=allowed(attributes)).end(ended)

    def saw_request(self, seen: Seen) -> None:
        """Keep one request to another system."""
        self.note("request", seen.seconds, {SYSTEM: seen.system, PLACE: seen.place, STATUS: seen.status})

    def saw_model(self, key: "CallKey", usage: "Usage", seconds: float) -> None:
        """Keep one call to a model, in the names of OpenTelemetry's GenAI conventions."""
        counted = {INPUT: usage.input_tokens, OUTPUT: usage.output_tokens} if usage.counted else {}
        called = {OPERATION: "chat", PROVIDER: key.provider, MODEL: key.model}
        self.note(f"chat {key.model}", seconds, {**called, PURPOSE: key.purpose, OUTCOME: key.outcome.value, **counted})

    def callbacks(self) -> "list[BaseCallbackHandler]":
        """Return what LangGraph tells of each step of a run; nothing where nothing is traced."""
        if self.tracer is None:
            return []
        from graphs.tracing_steps import StepSpans

        return [StepSpans(self.tracer)]


OFF = Tracing()


def allowed(attributes: Mapping[str, Value]) -> dict[str, Value]:
    """Return those attributes that a span may have."""
    return {name: value for name, value in attributes.items() if name in ALLOWED}


def open_tracing(endpoint: str, closing: ExitStack) -> Tracing:
    """Return what sends spans to the collector at ``endpoint``; one that does nothing where that is empty."""
    if not endpoint:
        return OFF
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    return trace_to(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)), closing)


def trace_to(processor: "SpanProcessor", closing: ExitStack) -> Tracing:
    """Return what hands spans to a processor until ``closing`` ends it; requests of this process are among them."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    provider = TracerProvider(resource=Resource.create({"service.name": "provost"}), shutdown_on_exit=False)
    provider.add_span_processor(processor)
    closing.callback(provider.shutdown)
    tracing = Tracing(provider.get_tracer("provost"))
    closing.enter_context(REQUESTS.watched_by(tracing.saw_request))
    return tracing


def _correlation() -> dict[str, Value]:
    said = structlog.contextvars.get_contextvars().get("correlation")
    return {CORRELATION: str(said)} if said else {}
