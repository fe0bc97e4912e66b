"""Drops over real sockets: Banner registers one; Canvas, the case desk and the instructor's inbox show what follows.

The same notification reaches the roster workflow; whichever comes first ends the access, and the other finds it done.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.drop import FigureName, QuestionName
from agents.drop.kept import KeptDrop
from domain.ids import Crn, PrincipalId, RunId, SectionKey, SisPersonId, TermCode
from domain.ports import FeedEvent
from domain.principals import Principal, PrincipalKind, Role
from evals.campus import Trial, install
from governance.inbox import ApprovalView
from graphs.reports import RunReport, RunState
from graphs.runner import run_of_event
from graphs.subscriptions import DROP_WITHDRAWAL
from simulator.banner.forms import apply_operation
from simulator.banner.tables import Registration
from simulator.campus import Campus
from simulator.world.operations import Kind, Operation
from store.plans import ApprovalState
from tests.workflows.conftest import hasten
from tests.workflows.test_live_events import take_events

REGISTRAR = Principal(id=PrincipalId("ruth"), kind=PrincipalKind.PERSON, roles=frozenset({Role.REGISTRAR}))
WITHIN_SECONDS = 60


class DropSite:
    """A taught campus with an installation on it, in line before anybody leaves."""

    def __init__(self, trial: Trial) -> None:
        self.trial, self.campus = trial, trial.campus
        self.trial.reconcile()
        take_events(trial)
        self.seats = self._seats()

    def _seats(self) -> Iterator[Registration]:
        """Students' seats in lone sections that somebody teaches, of students who hold others beside."""
        banner, term = self.campus.banner, self.campus.world.term
        held = [row for row in banner.registrations.values() if row.status.registered and row.section.key.term == term]
        for row in held:
            lone = row.section.primary is None and not banner.labs.get(row.section.key) and not row.audit
            others = sum(other.person is row.person for other in held)
            if lone and others > 2 and self.enrolled(row) == "active" and self._teachers(row):
                yield row

    def _teachers(self, row: Registration) -> bool:
        section = self.trial.provost.sis.read_section(self.key(row))
        return section is not None and any(not one.assistant for one in section.instructors)

    def key(self, row: Registration) -> SectionKey:
        return SectionKey(TermCode(row.section.key.term), Crn(row.section.key.crn))

    def enrolled(self, row: Registration) -> str:
        key = self.key(row)
        rows = self.trial.provost.lms.find_section_enrollments(key, SisPersonId(row.person.banner_id))
        return rows[0].state.value if rows else "absent"

    def happens(self, kind: Kind, row: Registration) -> FeedEvent:
        """Let Banner register something about a seat, and return its notification."""
        operation = Operation(self.campus.banner.clock.now(), kind, row.person.guid, (row.section.key,))
        apply_operation(self.campus.banner, operation)
        (event, *_) = [one for one in take_events(self.trial) if one.resource == "section-registrations"]
        return event

    def leaves(self, row: Registration) -> FeedEvent:
        part = self.campus.banner.calendar.terms[row.section.key.term].part(row.section.part)
        today = self.campus.banner.calendar.local_day(self.campus.banner.clock.now())
        return self.happens(Kind.DROPPED if today <= part.census_on else Kind.WITHDRAWN, row)

    def carry(self, event: FeedEvent) -> RunReport:
        """Run the drop workflow for a notification, as the worker does."""
        run = run_of_event(event, DROP_WITHDRAWAL)
        report = self.trial.provost.work_from(DROP_WITHDRAWAL, run, event.model_dump(mode="json"))
        assert report is not None
        return report

    def pending(self) -> list[ApprovalView]:
        found = self.trial.provost.approvals.find(ApprovalState.PENDING)
        return [view for view in found if view.plan.requested_by == "agent:drop"]

    def approve(self) -> None:
        (view,) = self.pending()
        answer = self.trial.provost.answer(view.id, REGISTRAR, "approve", plan_hash=view.plan.plan_hash)
        assert answer.outcomes.verified == len(view.plan.changes)

    def inbox(self) -> list[str]:
        boxes = self.campus.canvas.conversations.values()
        return [message.body for box in boxes for message in box.messages]

    def kept(self, run: RunId) -> KeptDrop:
        row = self.trial.provost.drops.statement(run)
        assert row is not None
        assert row.text is not None
        return KeptDrop.model_validate_json(row.text)

    def writes(self) -> int:
        return len(self.campus.canvas.log.since(0))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DropSite]:
    folder: Path = tmp_path_factory.mktemp("drops")
    policy = hasten(folder / "policy.yaml")
    with (
        Campus.build(students=100, seed=23, learning="clean") as campus,
        install(campus, folder / "home", policy_file=policy) as trial,
    ):
        yield DropSite(trial)


def test_s112_to_s121_a_drop_from_notification_to_the_instructors_inbox(site: DropSite) -> None:
    row = next(site.seats)
    event, began = site.leaves(row), time.perf_counter()
    report = site.carry(event)
    spent = time.perf_counter() - began
    assert (report.state, report.counts) == (RunState.WAITING, {"left": 1})
    assert site.enrolled(row) in {"inactive", "deleted", "absent"}
    kept = site.kept(report.run_id)
    assert kept.statement.figure(FigureName.TRANSCRIPT) is not None
    assert kept.statement.figure(FigureName.TOTAL_CREDITED) is not None
    assert kept.statement.figure(FigureName.HOURS_AFTER) is not None
    assert kept.statement.figure(FigureName.SUBMITTED) is not None
    assert kept.statement.figure(FigureName.LAST_ENGAGEMENT) is not None
    assert kept.statement.figure(FigureName.PACE_AFTER) is not None
    assert [one.name for one in kept.statement.questions] == [QuestionName.AID]
    before = len(site.inbox())
    site.approve()
    (told,) = site.inbox()[before:]
    assert row.person.banner_id in told
    assert "per_" not in told
    assert kept.reference in told
    cases = [one for one in site.trial.provost.casedesk.list_open() if kept.reference in one["body"]]
    assert [one["kind"] for one in cases].count("open_case") == 1
    sys.stdout.write(f"\nnotification to access ended and notices proposed: {spent:.1f} s (S121)\n")
    assert spent < WITHIN_SECONDS


def test_the_roster_workflow_finds_the_access_ended_and_writes_nothing_twice(site: DropSite) -> None:
    row = next(site.seats)
    event = site.leaves(row)
    site.carry(event)
    writes = site.writes()
    roster = site.trial.provost.run_event(event)
    assert roster.outcomes.applied == 0
    assert site.writes() == writes


def test_r116_where_the_roster_workflow_is_first_the_evidence_is_kept_all_the_same(site: DropSite) -> None:
    row = next(site.seats)
    event = site.leaves(row)
    assert site.trial.provost.run_event(event).outcomes.verified == 1
    writes = site.writes()
    report = site.carry(event)
    assert site.writes() == writes
    kept = site.kept(report.run_id)
    assert kept.statement.figure(FigureName.LAST_ENGAGEMENT) is not None
    assert kept.statement.figure(FigureName.SUBMITTED) is not None


def test_r51_a_return_ends_what_waits_and_the_roster_brings_access_back(site: DropSite) -> None:
    row = next(site.seats)
    first = site.carry(site.leaves(row))
    assert first.state is RunState.WAITING
    before = site.pending()
    back = site.happens(Kind.REGISTERED, row)
    report = site.carry(back)
    assert report.counts == {"returned": 1}
    assert len(site.pending()) == len(before) - 1
    assert site.trial.provost.run_event(back).outcomes.verified == 1
    assert site.enrolled(row) == "active"
    assert site.trial.provost.recover().threads_continued >= 1
    ended = site.trial.provost.runs.read(first.run_id)
    assert ended is not None
    assert ended.state.value == "done"
    reference = site.kept(first.run_id).reference
    assert [one for one in site.trial.provost.casedesk.list_open() if reference in one["body"]] == []


def test_s111_a_rollback_takes_back_what_can_be_taken_back(site: DropSite) -> None:
    row = next(site.seats)
    report = site.carry(site.leaves(row))
    undone = site.trial.provost.rollback(report.run_id, REGISTRAR, reason="registered by mistake")
    assert undone.outcomes.verified >= 2
    assert site.enrolled(row) == "active"


def test_the_ledger_tells_of_the_drop_and_verifies(site: DropSite) -> None:
    assert site.trial.provost.ledger.verify().ok
