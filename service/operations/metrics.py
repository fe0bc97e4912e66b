"""Figures for Prometheus, read when they are asked for; labels are words of ours and of the engine, never a person.

What the database knows is the same from whoever is asked; requests and model calls are those of this process.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from service.operations.queue import QueueFigures, read_queue
from store.figures import read_figures
from tools.wire import REQUESTS

if TYPE_CHECKING:
    from graphs.assembly import Provost
    from privacy.models.usage import CallKey, Spent

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Figured = Iterable[tuple[tuple[str, ...], float]]
_WORDS = {"ENQUEUED": "waiting", "DELAYED": "waiting", "PENDING": "begun"}


def write_metrics(provost: "Provost") -> bytes:
    """Return every figure as Prometheus reads it."""
    registry = CollectorRegistry()
    registry.register(ProvostCollector(provost))
    return generate_latest(registry)


class ProvostCollector(Collector):
    """Collects the figures of one installation and of this process."""

    def __init__(self, provost: "Provost") -> None:
        self._provost = provost

    def describe(self) -> Iterator[Metric]:
        """Describe nothing beforehand: registering must not read the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield every figure as it stands."""
        yield from self._of_database()
        yield from _of_queue(read_queue(self._provost.settings) or QueueFigures({}))
        yield from self._of_ages()
        yield _counter(
            "provost_requests", "Requests sent to other systems.", ("system", "status"), REQUESTS.snapshot().items()
        )
        yield from _of_models(self._provost.models.counters.snapshot())

    def _of_database(self) -> Iterator[Metric]:
        figures = read_figures(self._provost.database)
        yield _gauge("provost_runs", "Runs by workflow and state.", ("workflow", "state"), figures.runs.items())
        yield _gauge(
            "provost_writes", "Changes by system and how they ended.", ("system", "outcome"), figures.writes.items()
        )
        waiting = (((role,), count) for role, count in figures.approvals.items())
        yield _gauge("provost_approvals_waiting", "Approvals that wait for a person.", ("role",), waiting)
        oldest = self._seconds_since(figures.asked_at)
        yield _one("provost_approval_oldest_seconds", "Age of the approval that waits longest.", oldest or 0.0)
        yield _one("provost_ledger_unsealed_entries", "Ledger entries since the last checkpoint.", figures.unsealed)

    def _of_ages(self) -> Iterator[Metric]:
        event = self._seconds_since(self._provost.last_event)
        if event is not None:
            yield _one("provost_event_age_seconds", "Seconds since the last event was taken up.", event)
        state = self._provost.boundary.directory.state
        if state is not None:
            age = self._seconds_since(state.refreshed_at) or 0.0
            yield _one("provost_directory_age_seconds", "Seconds since the directory of people was refreshed.", age)

    def _seconds_since(self, moment: datetime | None) -> float | None:
        return None if moment is None else max(0.0, (self._provost.clock.now() - moment).total_seconds())


def _of_queue(found: QueueFigures) -> Iterator[Metric]:
    counts = dict.fromkeys((("waiting",), ("begun",), ("failed",)), 0)
    for word, number in found.counts.items():
        counts[(_WORDS.get(word, "failed"),)] += number
    yield _gauge("provost_queue", "Accepted work by where it stands.", ("state",), counts.items())
    yield _one("provost_queue_oldest_seconds", "How long the oldest work has waited.", found.oldest_seconds)


def _of_models(spent: "Mapping[CallKey, Spent]") -> Iterator[Metric]:
    labels = ("provider", "model", "purpose", "outcome")

    def read(what: "Callable[[Spent], float]") -> Figured:
        for key, sums in spent.items():
            yield (key.provider, key.model, key.purpose, key.outcome.value), what(sums)

    yield _counter("provost_model_calls", "Calls to models.", labels, read(lambda sums: sums.calls))
    yield _counter("provost_model_input_tokens", "Tokens sent.", labels, read(lambda sums: sums.input_tokens))
    yield _counter("provost_model_output_tokens", "Tokens answered.", labels, read(lambda sums: sums.output_tokens))
    yield _counter("provost_model_seconds", "Seconds spent on calls.", labels, read(lambda sums: sums.seconds))


def _one(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(name, said, value=value)


def _gauge(name: str, said: str, labels: tuple[str, ...], values: Figured) -> Metric:
    family = GaugeMetricFamily(name, said, labels=labels)
    for key, value in sorted(values):
        family.add_metric(key, value)
    return family


def _counter(name: str, said: str, labels: tuple[str, ...], values: Figured) -> Metric:
    family = CounterMetricFamily(name, said, labels=labels)
    for key, value in sorted(values):
        family.add_metric(key, value)
    return family
