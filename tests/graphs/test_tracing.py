"""Traces show which step and which request took how long, and nothing of whom they were about."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from evals.campus import Trial, install
from graphs.tracing import ALLOWED, FAILURE, OFF, Tracing, trace_to
from privacy.models.usage import CallKey, ModelCounters, Outcome, Usage
from simulator.campus import Campus


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracing(exporter: InMemorySpanExporter) -> Iterator[Tracing]:
    with ExitStack() as closing:
        yield trace_to(SimpleSpanProcessor(exporter), closing)


def test_an_event_is_traced_from_workflow_to_request_and_names_nobody(
    tracing: Tracing, exporter: InMemorySpanExporter, tmp_path: Path
) -> None:
    with Campus.build(students=40, seed=5) as campus, install(campus, tmp_path / "home") as trial:
        trial.provost._base = replace(trial.provost._base, tracing=tracing)
        campus.live(3)
        with structlog.contextvars.bound_contextvars(correlation="req_42"):
            for event in trial.provost.feed.read_events(10):
                trial.provost.run_event(event)
        spans = exporter.get_finished_spans()
        names = {span.name for span in spans}
        assert {"invoke_workflow roster_sync", "step detect", "request"} <= names
        said = "\n".join(span.to_json() for span in spans)
        people = planted(trial)
        assert len(people) > 80
        assert [word for word in people if word in said] == []
        assert all(set(span.attributes or ()) <= ALLOWED for span in spans)
        assert "req_42" in said
        roots = {span.context.span_id for span in spans if span.name.startswith("invoke_workflow")}
        inner = [span for span in spans if span.name == "request" and span.parent and span.parent.span_id in roots]
        assert inner, "requests within a run hang under it"


def planted(trial: Trial) -> set[str]:
    """Every name, id and address of the campus that is long enough to be looked for."""
    found = set[str]()
    for known in trial.provost.readers.identities.read_identities().rows:
        found |= {str(value) for value in flat(known.model_dump())}
    roles = {"student", "instructor"}
    return {word for word in found - roles if len(word) > 4 and not word.isdecimal()} | {
        str(user.sis_id) for user in trial.provost.lms.read_users().rows if user.sis_id
    }


def flat(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from flat(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from flat(inner)
    elif isinstance(value, str) and value:
        yield value


def test_a_failure_is_named_by_its_class_and_what_is_not_allowed_is_left_off(
    tracing: Tracing, exporter: InMemorySpanExporter
) -> None:
    with pytest.raises(ValueError, match="Ada"), tracing.span("work", {"provost.run": "run_1", "name": "Ada Lovelace"}):
        raise ValueError("Ada Lovelace")
    (span,) = exporter.get_finished_spans()
    assert span.attributes == {"provost.run": "run_1", FAILURE: "ValueError"}
    assert (span.events, "Ada" in span.to_json()) == ((), False)


def test_a_model_call_is_traced_in_the_usual_names_without_its_words(
    tracing: Tracing, exporter: InMemorySpanExporter
) -> None:
    counters = ModelCounters(tracing.saw_model)
    counters.add(CallKey("lab", "m1", "chat", Outcome.ANSWERED), Usage(7, 3, counted=True), 0, 0.25)
    (span,) = exporter.get_finished_spans()
    assert span.name == "chat m1"
    assert dict(span.attributes or {})["gen_ai.usage.input_tokens"] == 7
    assert span.end_time - span.start_time == pytest.approx(0.25e9, rel=0.01)


def test_without_an_address_nothing_is_traced() -> None:
    assert OFF.tracer is None
    assert OFF.callbacks() == []
    with OFF.span("work", {"provost.run": "run_1"}):
        pass
