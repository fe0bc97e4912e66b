"""Registrations as they happen: each notification is carried to Canvas and read back, whatever order they come in.

What Canvas comes to is held against the campus's faithful twin, which heard everything at once (S62, R52, R75).
"""

import sys
import time
from collections.abc import Sequence
from datetime import datetime
from random import Random
from statistics import median, quantiles

import pytest

from domain.ports import FeedEvent
from evals.campus import Trial
from evals.score import score
from evals.score_run import name
from graphs.reports import RunReport, RunState
from simulator.world.answer_key import Item
from tests.workflows.conftest import Start
from tests.workflows.exact import assert_settled

WRITTEN_WITHIN_SECONDS = 60


def take_events(trial: Trial) -> list[FeedEvent]:
    """Take everything off the queue, as the worker does."""
    taken: list[FeedEvent] = []
    while events := trial.provost.feed.read_events(limit=100):
        taken += events
        trial.provost.feed.acknowledge(events[-1])
    return taken


def carry(trial: Trial, events: Sequence[FeedEvent]) -> list[float]:
    """Run each event and return the seconds from notification to verified of those that wrote."""
    spent = []
    for event in events:
        began = time.perf_counter()
        report = trial.provost.run_event(event)
        assert report.state in {RunState.CLEAN, RunState.WAITING}
        assert report.outcomes.verified == report.outcomes.applied
        assert report.outcomes.denied == report.outcomes.conflicts == 0
        if report.outcomes.verified:
            spent.append(time.perf_counter() - began)
    return spent


def new_differences(trial: Trial, before: Sequence[Item], asked: RunReport) -> list[dict[str, object]]:
    """What differs from the twin and did not before, and neither waits for a person nor for a teacher to publish (E8).

    A person is asked, for instance, where an assistant registers for the section they assist in (R59).
    """
    known = {item.identity for item in before}
    found = [item.to_json() for item in trial.campus.truth.remaining() if item.identity not in known]
    named = [name(trial.provost, one) for one in asked.discrepancies]
    missed = score({"real": found}, named, trial.provost.course_of(trial.term)).missed
    return [dict(item) for item in missed if not (item["object"] == "course" and item["after"]["state"] == "claimed")]


def try_events(trial: Trial, count: int, seed: int) -> None:
    trial.reconcile()
    before, dice = trial.campus.truth.remaining(), Random(seed)
    kinds = {str(done["kind"]) for done in trial.campus.live(count)}
    assert {"registered", "promoted", "section_opened"} <= kinds
    assert kinds & {"dropped", "withdrawn"}
    assert len(trial.campus.truth.remaining()) > len(before)
    events = take_events(trial)
    delivered = [*events, *dice.sample(events, len(events) // 4)]
    dice.shuffle(delivered)
    spent = carry(trial, delivered)
    last = trial.reconcile()
    assert_settled(last)
    assert new_differences(trial, before, last) == []
    slow = quantiles(spent, n=20)[-1]
    sys.stdout.write(
        f"\n{len(spent)} writes, notification to verified: median {median(spent):.2f} s, p95 {slow:.2f} s\n"
    )
    assert slow < WRITTEN_WITHIN_SECONDS


@pytest.mark.slow
def test_s62_r52_events_twice_and_in_any_order_come_to_the_same_canvas(start: Start) -> None:
    try_events(start(80, 21), 12, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "as_of"),
    [(seed, as_of) for seed in (31, 32, 33) for as_of in ("2026-09-01T09:00-04:00", None, "2026-10-20T09:00-04:00")],
)
def test_s62_r52_events_at_any_time_of_the_term(start: Start, seed: int, as_of: str | None) -> None:
    moment = datetime.fromisoformat(as_of) if as_of else None
    try_events(start(150, seed, as_of=moment), 60, seed=seed)


def test_an_event_that_is_delivered_again_is_the_same_run_and_writes_nothing(start: Start) -> None:
    trial = start(80, 22)
    trial.campus.live(1)
    (event, *_) = take_events(trial)
    first = trial.provost.run_event(event)
    assert first.outcomes.verified > 0
    writes = len(trial.campus.canvas.log.since(0))
    again = trial.restart().provost.run_event(event)
    assert (again.run_id, again.outcomes) == (first.run_id, first.outcomes)
    assert len(trial.campus.canvas.log.since(0)) == writes
