"""Plans the way back from a run or a phase: what can be undone, and what is left to a person (R71, S238)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from domain.changes import Change
from domain.ids import ChangeId, PrincipalId, RunId
from domain.images import Image
from domain.plans import Plan
from domain.ports import Clock, Observer
from domain.records import Record
from governance.actions import action_of
from governance.inverse import NotUndone, find_inverse
from governance.verdicts import ROLLBACK_TOPIC
from store.clock import SYSTEM_CLOCK
from store.database import Database
from store.intent_rows import read_written
from store.intents import Intent, IntentState

RUN_TOPIC = f"{ROLLBACK_TOPIC} run "
PHASE_TOPIC = f"{ROLLBACK_TOPIC} phase "
WRITTEN = (IntentState.VERIFIED, IntentState.UNVERIFIED, IntentState.UNCERTAIN)
"""States of changes that are, or may be, in the outside system."""


class RollbackPlan(Record):
    """The undo as a plan to be approved, None where nothing can be undone, and what stays as it is with the reason."""

    topic: str
    plan: Plan | None
    irreversible: tuple[NotUndone, ...]


class RollbackPlanner:
    """Reads what was written from the outbox, looks at the records as they are now, and plans the way back."""

    def __init__(self, database: Database, observers: Mapping[str, Observer], *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._observers = observers
        self._clock = clock

    def plan_rollback(self, run: RunId, undo_run: RunId, requested_by: PrincipalId) -> RollbackPlan:
        """Plan to undo what ``run`` wrote; the undo is a run of its own, ``undo_run``."""
        return self._plan(f"{RUN_TOPIC}{run}", undo_run, requested_by)

    def plan_phase_rollback(
        self, action: str, since: datetime, undo_run: RunId, requested_by: PrincipalId
    ) -> RollbackPlan:
        """Plan to undo what an action (``roster:enrol``) wrote since its phase began (S238)."""
        return self._plan(f"{PHASE_TOPIC}{since.isoformat()} {action}", undo_run, requested_by)

    def find_written(self, topic: str, before: datetime) -> tuple[Intent, ...]:
        """Return what a rollback with this topic is about, newest first: changes that were sent before a moment."""
        with self._database.snapshot() as connection:
            if topic.startswith(RUN_TOPIC):
                return read_written(connection, WRITTEN, before, run=topic.removeprefix(RUN_TOPIC))
            since, action = topic.removeprefix(PHASE_TOPIC).split(" ", 1)
            rows = read_written(connection, WRITTEN, before, since=datetime.fromisoformat(since))
        return tuple(row for row in rows if action_of(row.as_change()) == action)

    def _plan(self, topic: str, undo_run: RunId, requested_by: PrincipalId) -> RollbackPlan:
        now = self._clock.now()
        found = list(self._find_undos([row.as_change() for row in self.find_written(topic, now)], topic))
        changes = tuple(one for one in found if not isinstance(one, NotUndone))
        plan = Plan(run=undo_run, topic=topic, requested_by=requested_by, made_at=now, changes=changes)
        left = tuple(one for one in found if isinstance(one, NotUndone))
        return RollbackPlan(topic=topic, plan=plan if changes else None, irreversible=left)

    def _find_undos(self, changes: Sequence[Change], topic: str) -> Iterator[Change | NotUndone]:
        """Yield the undo of each change, newest first, or why there is none; one undo per record."""
        present = self._observe(changes)
        undos: list[tuple[Change, Change]] = []
        taken: set[str] = set()
        for change in changes:
            undo = _why_not(change, present.get(change.change_id)) or find_inverse(change, topic)
            if not isinstance(undo, str) and undo.natural_key in taken:
                undo = "A later change to the same record is undone first; roll back again after it."
            if isinstance(undo, str):
                yield NotUndone(natural_key=change.natural_key, kind=change.kind, reason=undo)
            else:
                taken.add(undo.natural_key)
                undos.append((change, undo))
        images = self._observe([undo for _, undo in undos])
        for change, undo in undos:
            image = images.get(undo.change_id)
            if image is None:
                reason = "The record to give back cannot be looked for."
                yield NotUndone(natural_key=change.natural_key, kind=change.kind, reason=reason)
            else:
                yield undo.model_copy(update={"before": image})

    def _observe(self, changes: Sequence[Change]) -> dict[ChangeId, Image]:
        """Look at the records of changes, system by system; systems that are not connected show nothing."""
        images: dict[ChangeId, Image] = {}
        for target in sorted({change.target for change in changes}):
            observer = self._observers.get(target)
            if observer is not None:
                images |= observer.observe([change for change in changes if change.target == target])
        return images


def _why_not(change: Change, image: Image | None) -> str:
    """Say why the present record forbids an undo, in one sentence; empty where it is as the change left it."""
    if image is None:
        return "The record cannot be looked for."
    if not image.satisfies(change.after):
        return "The record moved since, so it is left as it is."
    return ""
