"""A taught campus on which students leave classes one after another, and what can be seen there afterwards."""

from collections.abc import Iterator
from itertools import filterfalse
from typing import Any

from domain.ids import Crn, RunId, SectionKey, SisPersonId, TermCode
from domain.ports import FeedEvent
from domain.principals import Role
from evals.approval.stage import person
from evals.campus import Trial
from graphs.runner import run_of_event
from graphs.subscriptions import DROP_WITHDRAWAL
from simulator.banner.forms import apply_operation
from simulator.banner.tables import Registration
from simulator.world.operations import Kind, Operation
from store.plans import ApprovalState

REGISTRAR = person("registrar", Role.REGISTRAR)
_ENDED = frozenset({"inactive", "deleted", "absent", "completed"})
_FEWEST_BESIDE = 2


class DropSite:
    """One campus with an installation on it; every task takes a seat of its own."""

    def __init__(self, trial: Trial) -> None:
        self.trial, self.campus = trial, trial.campus
        self.take_events()
        self._seats = iter(list(self._free_seats()))

    def _free_seats(self) -> Iterator[Registration]:
        """Yield seats in lone sections that somebody teaches, of students who hold others beside; one per student."""
        banner, term = self.campus.banner, self.campus.world.term
        held = [row for row in banner.registrations.values() if row.status.registered and row.section.key.term == term]
        taken: set[str] = set()
        for row in held:
            lone = row.section.primary is None and not banner.labs.get(row.section.key) and not row.audit
            others = sum(other.person is row.person for other in held)
            fits = lone and others > _FEWEST_BESIDE and row.person.banner_id not in taken
            if fits and self.access(row) == "active" and banner.teachers_of(row.section.key):
                taken.add(row.person.banner_id)
                yield row

    def next_seat(self) -> Registration:
        """Return a seat that no task has touched."""
        return next(self._seats)

    def take_events(self) -> list[FeedEvent]:
        """Take everything off the queue, as the worker does."""
        taken: list[FeedEvent] = []
        feed = self.trial.provost.feed
        while events := feed.read_events(limit=100):
            taken += events
            feed.acknowledge(events[-1])
        return taken

    def register(self, kind: Kind, row: Registration) -> FeedEvent:
        """Let Banner register something about a seat, and return its notification."""
        operation = Operation(self.campus.banner.clock.now(), kind, row.person.guid, (row.section.key,))
        apply_operation(self.campus.banner, operation)
        heard = filterfalse(lambda one: one.resource != "section-registrations", self.take_events())
        return next(heard)

    def leave(self, row: Registration) -> FeedEvent:
        """Let a student leave, dropped or withdrawn by the side of census that today is on."""
        calendar = self.campus.banner.calendar
        part = calendar.terms[row.section.key.term].part(row.section.part)
        today = calendar.local_day(self.campus.banner.clock.now())
        return self.register(Kind.DROPPED if today <= part.census_on else Kind.WITHDRAWN, row)

    def run_of(self, event: FeedEvent) -> RunId:
        """Return the run in which the drop workflow hears of a notification."""
        return run_of_event(event, DROP_WITHDRAWAL)

    def hear(self, event: FeedEvent) -> None:
        """Run the drop workflow for a notification, as the worker does."""
        self.trial.provost.work_from(DROP_WITHDRAWAL, self.run_of(event), event.model_dump(mode="json"))

    def answer(self, event: FeedEvent, word: str) -> None:
        """Answer what waits in the run of a notification."""
        for view in self.waiting(event):
            self.trial.provost.answer(view.id, REGISTRAR, word, plan_hash=view.plan.plan_hash)

    def waiting(self, event: FeedEvent) -> tuple[Any, ...]:
        """Return the requests that wait in the run of a notification."""
        provost = self.trial.provost
        return provost.approvals.find(ApprovalState.PENDING, run=self.run_of(event))

    def access(self, row: Registration) -> str:
        """Return the state of the seat in Canvas itself: active, or ended in one of its ways."""
        states = [one.workflow_state for one in self._rows(row)]
        return "active" if "active" in states else "ended" if set(states) <= _ENDED else states[0]

    def writes(self, row: Registration, since: int) -> int:
        """Return how often Canvas's row of the seat was written since a point of its log."""
        rows = {one.id for one in self._rows(row)}
        log = self.campus.canvas.log.entries[since:]
        return sum(one.table == "enrollment" and one.row_id in rows for one in log)

    def messages(self) -> list[str]:
        """Return every message in the inboxes of Canvas."""
        return [message.body for box in self.campus.canvas.conversations.values() for message in box.messages]

    def key(self, row: Registration) -> SectionKey:
        """Return the section of a seat as ours names it."""
        return SectionKey(TermCode(row.section.key.term), Crn(row.section.key.crn))

    def handle(self, row: Registration) -> str:
        """Return the record handle of whoever holds a seat."""
        who = SisPersonId(row.person.banner_id)
        return self.trial.provost.identities.handles([who])[who]

    def _rows(self, row: Registration) -> list[Any]:
        canvas = self.campus.canvas
        users = {one.user_id for one in canvas.logins.values() if one.sis_user_id == row.person.banner_id}
        places = {one.id for one in canvas.sections.values() if one.sis_section_id == self.key(row).sis_section_id}
        rows = canvas.enrollments.values()
        return [one for one in rows if one.user_id in users and one.section_id in places]
