"""An outside system in memory: a real Observer and Applier over real state, with faults on request.

Enrolment rows are upserts, as on a campus; a message is not: sending one twice leaves two, so a blind resend shows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.changes import (
    Change,
    ChangeRole,
    Deactivate,
    Enrol,
    MoveSection,
    OpenCase,
    Restore,
    SendMessage,
    UpdateDates,
)
from domain.errors import RefusedBySystem, Throttled, UncertainEffect, Unreachable
from domain.ids import ChangeId, RecordHandle, SectionKey
from domain.images import Image
from domain.lms import LmsRole
from domain.ports import Capabilities, Receipt

Key = tuple[SectionKey, RecordHandle, LmsRole]


class Crash(Exception):
    """The process died here."""


BEFORE: dict[str, Exception] = {
    "throttle": Throttled("Slow down."),
    "reject": RefusedBySystem("No."),
    "deaf": Unreachable("No answer."),
    "unsure": UncertainEffect("Nobody knows."),
    "crash before": Crash(),
}
"""Faults that strike before anything is done."""


@dataclass
class Campus:
    """Rows, dates and messages; each ``apply`` takes one of ``faults``, each ``observe`` one of ``looks``."""

    rows: dict[Key, dict[str, str]] = field(default_factory=dict)
    dates: dict[SectionKey, dict[str, str]] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    refusals: set[ChangeId] = field(default_factory=set)
    blind_to: set[ChangeId] = field(default_factory=set)
    late: list[tuple[int, Change]] = field(default_factory=list)
    calls: list[tuple[ChangeId, ...]] = field(default_factory=list)
    effects: list[ChangeId] = field(default_factory=list)
    on_write: Callable[[], None] | None = None

    def seed(self, section: SectionKey, person: RecordHandle, state: str, role: LmsRole = LmsRole.STUDENT) -> None:
        self.rows[section, person, role] = {"state": state, "provenance": "sis"}

    def capabilities(self) -> Capabilities:
        return Capabilities(system="campus", version="1", reads=frozenset())

    def observe(self, changes: Sequence[Change]) -> Mapping[ChangeId, Image]:
        self._arrive()
        look = self.looks.pop(0) if self.looks else ""
        if look == "down":
            raise Unreachable("The campus does not answer.")
        if look == "crash":
            raise Crash
        return {one.change_id: self.image(one) for one in changes if one.change_id not in self.blind_to}

    def image(self, change: Change) -> Image:
        match change:
            case ChangeRole():
                origin = self.rows.get((change.section, change.person, change.from_role))
                return self._with_origin(self._row(change.section, change.person, change.role), origin)
            case MoveSection():
                origin = self.rows.get((change.from_section, change.person, change.role))
                return self._with_origin(self._row(change.section, change.person, change.role), origin)
            case Enrol() | Deactivate() | Restore():
                return self._row(change.section, change.person, change.role)
            case UpdateDates():
                found = self.dates.get(change.section)
                return Image(fields=dict(found)) if found else Image.absent()
            case SendMessage():
                sent = change.marker in self.messages
                return Image(fields={"marker": change.marker}) if sent else Image.absent()
            case OpenCase():
                return Image(fields={"marker": change.marker}) if change.marker in self.cases else Image.absent()
        raise AssertionError(change.kind)

    def apply(self, changes: Sequence[Change]) -> Mapping[ChangeId, Receipt]:
        self.calls.append(tuple(one.change_id for one in changes))
        if self.on_write is not None:
            self.on_write()
        fault = self.faults.pop(0) if self.faults else ""
        if fault in BEFORE:
            raise BEFORE[fault]
        done = list(changes)[: len(changes) // 2] if fault == "half" else list(changes)
        if fault in {"late", "late crash"}:
            self.late += [(2, one) for one in done]
        elif fault != "silent":
            for one in done:
                self._effect(one)
        if fault in {"crash after", "late crash"}:
            raise Crash
        if fault in {"lost", "half"}:
            raise Unreachable("The answer was lost.")
        if fault == "mute":
            return {}
        return {one.change_id: self._receipt(one, fault) for one in changes}

    def _receipt(self, change: Change, fault: str) -> Receipt:
        if change.change_id in self.refusals:
            return Receipt(change=change.change_id, accepted=False, message="The row was refused.")
        return Receipt(change=change.change_id, accepted=True, reference="job 1", uncertain=fault == "uncertain")

    def _arrive(self) -> None:
        """Let late effects show once they were looked for often enough."""
        waiting, self.late = self.late, []
        for looks, one in waiting:
            if looks == 0:
                self._effect(one)
            else:
                self.late.append((looks - 1, one))

    def let_all_arrive(self) -> None:
        """Let every late effect happen now."""
        while self.late:
            self._arrive()

    def _effect(self, change: Change) -> None:
        if change.change_id in self.refusals:
            return
        before = repr((self.rows, self.dates, self.messages, self.cases))
        self._write(change)
        if repr((self.rows, self.dates, self.messages, self.cases)) != before:
            self.effects.append(change.change_id)

    def _write(self, change: Change) -> None:
        match change:
            case Enrol() | Restore():
                self._set(change.section, change.person, change.role, "active")
            case Deactivate():
                self._set(change.section, change.person, change.role, change.to.value)
            case ChangeRole():
                self._set(change.section, change.person, change.role, "active")
                self._set(change.section, change.person, change.from_role, "deleted")
            case MoveSection():
                self._set(change.section, change.person, change.role, "active")
                self._set(change.from_section, change.person, change.role, "deleted")
            case UpdateDates():
                self.dates[change.section] = dict(change.after.fields)
            case SendMessage():
                self.messages.append(change.marker)
            case OpenCase():
                if change.after.exists:
                    self.cases.append(change.marker)
                else:
                    self.cases.remove(change.marker)

    def _set(self, section: SectionKey, person: RecordHandle, role: LmsRole, state: str) -> None:
        row = self.rows.setdefault((section, person, role), {"provenance": "sis"})
        row["state"] = state

    def _row(self, section: SectionKey, person: RecordHandle, role: LmsRole) -> Image:
        row = self.rows.get((section, person, role))
        return Image(fields={**row, "role": role.value}) if row else Image.absent()

    def _with_origin(self, image: Image, origin: dict[str, str] | None) -> Image:
        return Image(exists=image.exists, fields={**image.fields, "from_state": (origin or {}).get("state", "absent")})
