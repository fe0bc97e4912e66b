"""The tables of a Canvas and the two ways a row changes: inserted, or edited with stickiness respected.

Everything that changes a row goes through `insert` or `change`, so that indexes, the effects log and the material
for undoing an SIS import can never disagree with the rows.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple, TypeVar, cast

from simulator.canvas.indexes import INDEXED, SIS_FIELDS, Indexes
from simulator.canvas.refusals import NotFound
from simulator.canvas.rows import Account, Course, Enrollment, Login, Role, Row, Section, Term, User
from simulator.canvas.writes import CURRENT_ACTOR, Actor, Value, WriteLog

RowT = TypeVar("RowT", bound=Row)

STICKY: Mapping[type[Row], frozenset[str]] = {
    Account: frozenset({"name", "parent_id"}),
    Term: frozenset({"name", "start_at", "end_at"}),
    User: frozenset({"name", "sortable_name", "short_name"}),
    Course: frozenset(
        {"name", "course_code", "account_id", "term_id", "start_at", "end_at", "course_format", "workflow_state"}
    ),
    Section: frozenset({"name", "course_id", "start_at", "end_at"}),
    Enrollment: frozenset({"start_at", "end_at"}),
}
"""Fields that an edit by a person or the API protects against later SIS rows. Enrolment states are not among them."""


CREATED: dict[str, Mapping[str, Value]] = {}
"""The logged fields of new rows, shared because a campus makes a hundred thousand of them."""


class StateChange(NamedTuple):
    """One workflow state that an SIS import changed; `before` is None when the import made the row."""

    kind: type[Row]
    row_id: int
    before: str | None
    after: str
    batch_cleanup: bool


class Tables:
    """Rows by table and id, guarded by one lock; `acting` says who changes things inside a with block."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Start with empty tables; `clock` gives the campus time as an aware datetime."""
        self.clock = clock
        self.lock = threading.RLock()
        self.accounts: dict[int, Account] = {}
        self.terms: dict[int, Term] = {}
        self.roles: dict[int, Role] = {}
        self.users: dict[int, User] = {}
        self.logins: dict[int, Login] = {}
        self.courses: dict[int, Course] = {}
        self.sections: dict[int, Section] = {}
        self.enrollments: dict[int, Enrollment] = {}
        self.index = Indexes()
        self.log = WriteLog()
        self.rollbacks: defaultdict[int, list[StateChange]] = defaultdict(list)
        self.user_revision = 0
        self._next_ids: dict[type[Row], int] = {}
        self._tables = self._table_map()

    def _table_map(self) -> dict[type[Row], object]:
        """Return the tables by the kind of row they hold."""
        return {
            Account: self.accounts,
            Term: self.terms,
            Role: self.roles,
            User: self.users,
            Login: self.logins,
            Course: self.courses,
            Section: self.sections,
            Enrollment: self.enrollments,
        }

    @contextmanager
    def acting(self, name: str, operation: str = "edit") -> Iterator[None]:
        """Attribute the changes made inside to `name` ("sis", "hand" or "api:<token>") and to `operation`."""
        with self.as_actor(Actor(name, operation)):
            yield

    @contextmanager
    def as_actor(self, actor: Actor) -> Iterator[None]:
        """Attribute the changes made inside to an actor, holding the lock."""
        reset = CURRENT_ACTOR.set(actor)
        try:
            with self.lock:
                yield
        finally:
            CURRENT_ACTOR.reset(reset)

    def table_of(self, kind: type[RowT]) -> dict[int, RowT]:
        """Return the table that holds rows of a kind."""
        return cast("dict[int, RowT]", self._tables[kind])

    def find(self, kind: type[RowT], row_id: int, *, deleted: bool = False) -> RowT:
        """Return a row by id; raises NotFound for an absent one, and for a deleted one unless `deleted`."""
        row = self.table_of(kind).get(row_id)
        if row is None or (row.workflow_state == "deleted" and not deleted):
            raise NotFound
        return row

    def find_by_sis(self, kind: type[RowT], sis_id: str) -> RowT | None:
        """Return the row that carries an SIS id, deleted or not, or None."""
        row_id = self.index.by_sis[kind].get(sis_id)
        return None if row_id is None else self.table_of(kind)[row_id]

    def next_id(self, kind: type[Row]) -> int:
        """Hand out the next integer id of a table."""
        self._next_ids[kind] = self._next_ids.get(kind, 0) + 1
        return self._next_ids[kind]

    def insert(self, row: RowT) -> RowT:
        """Store a new row, made by the current actor, and log it."""
        actor = CURRENT_ACTOR.get()
        row.created_by = actor.origin
        row.sis_import_id = actor.sis_import_id
        self.table_of(type(row))[row.id] = row
        self.index.add(row)
        self.user_revision += isinstance(row, User | Login)
        self._note_state(row, None)
        if self.log.recording:
            after = CREATED.setdefault(row.workflow_state, {"workflow_state": row.workflow_state})
            key = self.natural_key(row)
            self.log.append(row.created_at, table_name(row), row.id, key=key, before=None, after=after)
        return row

    def change(self, row: Row, changes: Mapping[str, Value]) -> bool:
        """Set fields, leaving out those stuck against the SIS; returns whether anything differed."""
        actor = CURRENT_ACTOR.get()
        before = {name: getattr(row, name) for name, value in changes.items() if getattr(row, name) != value}
        if actor.origin == "sis" and row.stuck and not actor.stickiness.override:
            before = {name: value for name, value in before.items() if name not in row.stuck}
        if actor.sis_import_id is not None:
            row.sis_import_id = actor.sis_import_id
        if before:
            self._set(row, before, {name: changes[name] for name in before})
        self._stick(row, frozenset(changes), frozenset(before))
        return bool(before)

    def _set(self, row: Row, before: Mapping[str, Value], after: Mapping[str, Value]) -> None:
        """Write the fields, move the row in the indexes and log the change."""
        moves = not INDEXED.get(type(row), frozenset()).isdisjoint(after)
        old_state = row.workflow_state
        key = self.natural_key(row) if self.log.recording else ()
        if moves:
            self.index.remove(row)
        for name, value in after.items():
            setattr(row, name, value)
        if moves:
            self.index.add(row)
        row.updated_at = self.clock()
        self.user_revision += isinstance(row, User | Login)
        if row.workflow_state != old_state:
            self._note_state(row, old_state)
        if self.log.recording:
            self.log.append(row.updated_at, table_name(row), row.id, key=key, before=before, after=after)

    def _stick(self, row: Row, given: frozenset[str], changed: frozenset[str]) -> None:
        """Remember what a person edited, or forget it when an SIS import clears stickiness."""
        actor = CURRENT_ACTOR.get()
        sticky = STICKY.get(type(row), frozenset())
        if actor.origin != "sis" or actor.stickiness.add:
            row.stuck |= changed & sticky
        elif actor.stickiness.clear:
            row.stuck -= given

    def _note_state(self, row: Row, before: str | None) -> None:
        """Keep what an SIS import did to a state, for restore_states."""
        actor = CURRENT_ACTOR.get()
        if actor.sis_import_id is not None:
            change = StateChange(type(row), row.id, before, row.workflow_state, actor.batch_cleanup)
            self.rollbacks[actor.sis_import_id].append(change)

    def copy_tables(self, other: Tables) -> None:
        """Become an independent copy of another state's rows, log, ids and undo material."""
        self.index = other.index.duplicate()
        for kind, table in other._tables.items():
            rows = self.table_of(kind)
            rows.clear()
            rows.update({row.id: row.duplicate() for row in cast("dict[int, Row]", table).values()})
        self.log = other.log.duplicate()
        self.rollbacks = defaultdict(list, {key: list(value) for key, value in other.rollbacks.items()})
        self._next_ids = dict(other._next_ids)
        self.user_revision = other.user_revision

    def natural_key(self, row: Row) -> tuple[str, ...]:
        """Return the SIS-side key of a row, `id:<n>` for what the SIS does not know; names are KEY_NAMES."""
        if isinstance(row, Enrollment):
            section, user = self.sections[row.section_id], self.users[row.user_id]
            section_key = section.sis_section_id or f"id:{section.id}"
            return (section_key, self.person_key(user), row.type, self.roles[row.role_id].name)
        if isinstance(row, User):
            return (self.person_key(row),)
        sis_field = SIS_FIELDS.get(type(row))
        return ((sis_field and getattr(row, sis_field)) or f"id:{row.id}",)

    def person_key(self, user: User) -> str:
        """Return the SIS id of a person, else `id:<n>`."""
        for login_id in user.login_ids:
            if sis_id := self.logins[login_id].sis_user_id:
                return sis_id
        return f"id:{user.id}"


def table_name(row: Row) -> str:
    """Return the table a row belongs to, in lower case: user, course, enrollment, …"""
    return type(row).__name__.lower()
