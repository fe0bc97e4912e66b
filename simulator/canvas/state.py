"""A whole Canvas in memory: what the wire face serves, what a feed writes to, and what a faithful twin is copied from.

In process, a campus writes through the operations inherited here (`create_user`, `create_course`, `create_section`,
`crosslist`, `enroll`, `leave`, `import_csv`, …) and says who acts with `acting("sis" | "hand" | "api:<name>", what)`.
Refused operations raise `refusals.Refusal`. Rows are read from the tables `accounts`, `terms`, `roles`, `users`,
`logins`, `courses`, `sections` and `enrollments`, keyed by integer id, and never changed directly. `coursework` is what
is taught and done in the courses; `analytics` switches Canvas's statistics on or off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from simulator.canvas.accounts import BUILT_IN_ROLES, ROOT_ACCOUNT_ID
from simulator.canvas.content import Content
from simulator.canvas.coursework import NO_COURSEWORK, Coursework
from simulator.canvas.rows import Account, Term, User
from simulator.canvas.writes import Write

SERVICE_LOGIN = "integration-service"
"""The login of the account user to whom every API token of the simulator belongs."""


class CanvasState(Content):
    """The tables of one Canvas with every operation on them; safe to use from several threads."""

    def __init__(self, clock: Callable[[], datetime], name: str = "Campus") -> None:
        """Start with the root account, the default term, the built-in roles and the service user."""
        super().__init__(clock)
        self.coursework: Coursework = NO_COURSEWORK
        self.analytics = True
        self.log.recording = False
        self.create_account(name)
        self.create_term("Default Term")
        for role in BUILT_IN_ROLES:
            self.create_role(role, role)
        self.service_user = self.create_user("Integration Service", unique_id=SERVICE_LOGIN).id
        self.log.recording = True

    @property
    def writes(self) -> list[Write]:
        """Return the effects log, oldest first."""
        return self.log.entries

    @property
    def root_account(self) -> Account:
        """Return the root account."""
        return self.accounts[ROOT_ACCOUNT_ID]

    def account_by_sis(self, sis_account_id: str) -> Account | None:
        """Return the account of an SIS id, or None."""
        return self.find_by_sis(Account, sis_account_id)

    @property
    def default_term(self) -> Term:
        """Return the term of courses that name none."""
        return self.terms[min(self.terms)]

    def sis_user_id(self, user: User) -> str | None:
        """Return the SIS id shown for a user, or None."""
        login = self.login_of(user)
        return login.sis_user_id if login else None

    def copy(self) -> CanvasState:
        """Return an independent twin with the same rows, ids and log; its clock is the same clock."""
        with self.lock:
            twin = CanvasState(self.clock, self.root_account.name)
            twin.copy_tables(self)
            twin.copy_conversations(self)
            twin.copy_content_of(self)
            twin.coursework, twin.analytics = self.coursework, self.analytics
            twin.sis_imports = {job.id: replace(job) for job in self.sis_imports.values()}
            twin.progresses = {job.id: replace(job) for job in self.progresses.values()}
            twin.migrations = {job.id: replace(job) for job in self.migrations.values()}
            return twin
