"""What a night and a week bring: the work that the schedules put into the queue, each piece once, whoever asks.

Ids are made from the schedule's moment and what the work is about, so that a tick that runs twice enqueues nothing new.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from domain.calendar import TermPhase, local_day, term_phase
from domain.errors import ProvostError, TransientError
from domain.ids import RunId, TermCode
from graphs.workflows import nightly_workflows, weekly_workflows

if TYPE_CHECKING:
    from graphs.assembly import Provost
    from service.engine import WorkQueue

_log = structlog.get_logger(__name__)
RECONCILE, DIRECTORY = "reconcile", "directory"


def plan_night(provost: "Provost", queue: "WorkQueue", at: str) -> str:
    """Enqueue the directory, and per live term one reconcile and the nightly workflows (R32, S215, S246)."""
    terms, night = live_terms(provost), datetime.fromisoformat(at)
    queue.enqueue(DIRECTORY, f"run_{night:%Y%m%d%H%M}directory", {"at": at})
    for term in terms:
        queue.enqueue(RECONCILE, f"run_{night:%Y%m%d%H%M}{term.lower()}", {"term": term})
    for term in terms:
        for name in nightly_workflows():
            _enqueue_works(provost, queue, name, {"term": term, "at": at})
    return f"{len(terms)} terms"


def plan_week(provost: "Provost", queue: "WorkQueue", at: str) -> str:
    """Enqueue the weekly workflows of every live term."""
    terms = live_terms(provost)
    for term in terms:
        for name in weekly_workflows():
            _enqueue_works(provost, queue, name, {"term": term, "at": at})
    return f"{len(terms)} terms"


def live_terms(provost: "Provost") -> tuple[TermCode, ...]:
    """Return the published terms that are not closed."""
    institution = provost.institution
    today = local_day(provost.clock.now(), institution.zone)
    return tuple(
        calendar.term
        for calendar in institution.calendars
        if calendar.published and term_phase(calendar.term, institution, today) is not TermPhase.CLOSED
    )


def night_run(workflow: str, values: Mapping[str, str]) -> RunId:
    """Return the opaque run id of one piece of scheduled work: the same values are the same run."""
    said = "|".join((workflow, *(f"{name}={values[name]}" for name in sorted(values))))
    return RunId(f"run_{hashlib.sha256(said.encode()).hexdigest()[:24]}")


def _enqueue_works(provost: "Provost", queue: "WorkQueue", name: str, values: Mapping[str, str]) -> None:
    """Enqueue a workflow's runs of one term; what cannot be told tonight is told to the log, and others go on."""
    try:
        for one in provost.works_of_night(name, values):
            queue.enqueue(name, night_run(name, one), one)
    except TransientError:
        raise
    except ProvostError as failure:
        _log.warning("a workflow's schedule was not planned", workflow=name, code=failure.code)
