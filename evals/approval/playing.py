"""Plays one task step by step through the real doors, and compares what is then so with what must be."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from sqlmodel import col, select, update

from domain.changes import Change
from domain.errors import ProvostError
from domain.lms import LmsState
from domain.plans import Plan
from evals.approval.stage import Stage
from evals.approval.tasks import ApprovalTask, Step
from evals.approval.who import forge, principals
from governance.authority import Authority
from graphs.runner import NOTICE
from store.plans import ApprovalRow, StoredPlan


class Play:
    """One task being played; ``refused`` are the codes that the steps were refused with."""

    def __init__(self, stage: Stage, task: ApprovalTask) -> None:
        self.stage, self.task, self.provost = stage, task, stage.trial.provost
        self.seat, self.other = stage.next_seat(), stage.next_seat()
        self.run, self.second_run = stage.next_run(), stage.next_run()
        self.marker = f"approval-suite-{task.id}"
        self.begun = len(stage.trial.campus.canvas.log.entries)
        self.plans = self._plans()
        self.people = principals(stage, self.seat[1], task.requester)
        self.refused: list[str] = []
        self.request = self._ask(self.plans["asked"])

    def play(self) -> list[str]:
        """Take every step, and return what is not as it must be."""
        for step in self.task.steps:
            try:
                _STEPS[step.do](self, step)
            except ProvostError as refusal:
                self.refused.append(refusal.code)
        return list(self._differences())

    def _plans(self) -> Mapping[str, Plan]:
        asked = self._change()
        edited = asked.model_copy(update=_edit_of(asked))
        wider = (asked, self.stage.removal(self.other))
        other = self.stage.removal(self.other)
        made = {"asked": (asked,), "edited": (edited,), "wider": wider, "other": (other,)}
        return {name: self.stage.plan(self.run, changes, self.task.requester) for name, changes in made.items()}

    def _change(self) -> Change:
        if self.task.change == "case":
            return self.stage.case(self.seat, self.marker)
        return self.stage.removal(self.seat)

    def _ask(self, plan: Plan) -> str:
        """Let a run ask and wait, or make the request by itself."""
        if self.task.paused:
            self.provost.runner.carry_out(self.run, NOTICE, plan)
            return self.provost.approvals.find(run=self.run)[0].id
        return self.provost.approvals.request(plan)

    def answer(self, step: Step) -> None:
        """Answer through the door that the console and the command line use, or without a run, at the desk itself."""
        request = self.request if step.request == "asked" else "apr_none"
        arguments = (request, self.people[step.by], step.word)
        if self.task.paused:
            self.provost.answer(*arguments, plan_hash=self.plans[step.hash].plan_hash)
        else:
            self.provost.approvals.answer(request, self.plans[step.hash].plan_hash, arguments[1], step.word)

    def apply(self, step: Step) -> None:
        """Go to the gate itself with a plan and an authority."""
        plan = self.plans[step.plan]
        hashes = {"other_hash": self.plans["asked"].plan_hash}
        reference = "apr_unknown" if step.authority == "unknown" else self.request
        kind = "automatic" if step.authority == "automatic" else "approval"
        authority = Authority(kind=kind, reference=reference, plan_hash=hashes.get(step.authority, plan.plan_hash))
        self.provost.systems.gate.apply(plan, self.run if step.run == "asked" else self.second_run, authority)

    def wait(self, step: Step) -> None:
        """Let hours pass for this request alone."""
        past = timedelta(hours=step.hours)
        with self.provost.database.session() as session:
            row = session.exec(select(ApprovalRow).where(ApprovalRow.id == self.request)).one()
            row.created_at, row.expires_at = row.created_at - past, row.expires_at - past
            session.add(row)

    def later_run(self, _: Step) -> None:
        """Let a later run ask for the same record."""
        changed = self.stage.removal(self.seat, LmsState.DELETED)
        self.provost.approvals.request(self.stage.plan(self.second_run, (changed,), self.task.requester))

    def move_record(self, _: Step) -> None:
        """Let somebody on campus change the record meanwhile."""
        self.stage.move_by_hand(self.seat)

    def token(self, step: Step) -> None:
        """Come with a token; whoever it proves is who answers."""
        self.people = {**self.people, step.by: forge(self.provost.principals, step.how)}

    def wake(self, _: Step) -> None:
        """Ask the waiting run to go on without an answer."""
        self.provost.wake(self.request)

    def tamper(self, step: Step) -> None:
        """Change what is kept in the database between asking and applying."""
        edited = self.plans["edited"].as_text()
        with self.provost.database.session() as session:
            connection = session.connection()
            if step.how != "plan":
                connection.execute(update(ApprovalRow).where(col(ApprovalRow.id) == self.request).values(plan=edited))
            if step.how != "request":
                connection.execute(update(StoredPlan).where(col(StoredPlan.run) == self.run).values(plan=edited))

    def _differences(self) -> Iterator[str]:
        expect = self.task.expect
        written = self._written()
        if written != expect.written:
            yield f"written: {written}, must be {expect.written}"
        if self.stage.writes_to(self.other, self.begun):
            yield "a record nobody asked about was written"
        self.provost.approvals.close_stale()
        state = self.provost.approvals.show(self.request).state.value
        if state != expect.state:
            yield f"request: {state}, must be {expect.state}"
        if tuple(self.refused) != expect.refused:
            yield f"refused: {self.refused}, must be {list(expect.refused)}"
        missing = [kind for kind in expect.on_record if kind not in self._kinds()]
        if missing:
            yield f"not on record: {', '.join(missing)}"
        writes = self.stage.writes_to(self.seat, self.begun)
        if expect.writes is not None and writes != expect.writes:
            yield f"written {writes} times, must be {expect.writes}"

    def _written(self) -> bool:
        if self.task.change == "case":
            return self.stage.case_is_open(self.marker)
        return self.stage.writes_to(self.seat, self.begun) > 0

    def _kinds(self) -> set[str]:
        """Return the kinds of ledger entries of this task's runs, refusals included, which belong to no run."""
        import json

        lines = (json.loads(line) for run in (self.run, "") for line in self.provost.ledger.export(run=run))
        mine = (one for one in lines if one["run"] or one["body"].get("approval") in {self.request, "apr_none"})
        return {str(one["kind"]) for one in mine}

    @property
    def wrote_wrongly(self) -> bool:
        """Whether anything was written that must not have been."""
        wrong = self._written() and not self.task.expect.written
        return wrong or self.stage.writes_to(self.other, self.begun) > 0


def _edit_of(change: Change) -> dict[str, object]:
    """Return what an edit after the approval would change: another end, or other words."""
    if change.kind == "deactivate":
        after = change.after.model_copy(update={"fields": {**change.after.fields, "state": LmsState.DELETED.value}})
        return {"to": LmsState.DELETED, "after": after}
    return {"outreach": "Edited after the approval."}


_STEPS: Mapping[str, Callable[[Play, Step], None]] = {
    "answer": Play.answer,
    "apply": Play.apply,
    "wait": Play.wait,
    "later_run": Play.later_run,
    "move_record": Play.move_record,
    "token": Play.token,
    "wake": Play.wake,
    "tamper": Play.tamper,
}
