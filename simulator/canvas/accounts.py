"""Accounts, terms and roles: the frame a campus is hung in."""

from __future__ import annotations

from datetime import datetime

from simulator.canvas.refusals import Invalid
from simulator.canvas.rows import Account, Role, Row, Term
from simulator.canvas.tables import Tables
from simulator.canvas.writes import Value

ROOT_ACCOUNT_ID = 1
"""The root account, the only one that takes SIS imports."""

BUILT_IN_ROLES = (
    "StudentEnrollment",
    "TeacherEnrollment",
    "TaEnrollment",
    "DesignerEnrollment",
    "ObserverEnrollment",
    "StudentViewEnrollment",
)
"""Roles that every Canvas has; each is its own base type."""


class Accounts(Tables):
    """Operations on accounts, terms and custom roles."""

    def create_account(
        self,
        name: str,
        *,
        parent_id: int | None = None,
        sis_account_id: str | None = None,
        integration_id: str | None = None,
    ) -> Account:
        """Make an account; without a parent it is a sub-account of the root, except for the root itself."""
        with self.lock:
            self.require_free(Account, sis_account_id)
            now = self.clock()
            return self.insert(
                Account(
                    id=self.next_id(Account),
                    workflow_state="active",
                    created_at=now,
                    updated_at=now,
                    name=name,
                    parent_id=parent_id or (min(self.accounts) if self.accounts else None),
                    sis_account_id=sis_account_id,
                    integration_id=integration_id,
                )
            )

    def create_term(
        self,
        name: str,
        *,
        sis_term_id: str | None = None,
        start_at: datetime | None = None,
        end_at: datetime | None = None,
    ) -> Term:
        """Make an enrolment term of the root account."""
        with self.lock:
            self.require_free(Term, sis_term_id)
            now = self.clock()
            return self.insert(
                Term(
                    id=self.next_id(Term),
                    workflow_state="active",
                    created_at=now,
                    updated_at=now,
                    name=name,
                    sis_term_id=sis_term_id,
                    start_at=start_at,
                    end_at=end_at,
                )
            )

    def update_account(self, account_id: int, **changes: Value) -> Account:
        """Change fields of an account."""
        with self.lock:
            account = self.find(Account, account_id)
            self.require_free(Account, changes.get("sis_account_id"), account)
            self.change(account, changes)
            return account

    def update_term(self, term_id: int, **changes: Value) -> Term:
        """Change fields of a term, its dates and overrides included."""
        with self.lock:
            term = self.find(Term, term_id)
            self.require_free(Term, changes.get("sis_term_id"), term)
            self.change(term, changes)
            return term

    def create_role(self, name: str, base_type: str) -> Role:
        """Make a role, built in when it is named after its base type, else custom (for example Auditor)."""
        with self.lock:
            if self.role_named(name) is not None:
                raise Invalid("label", "taken", "Role already exists")
            now = self.clock()
            return self.insert(
                Role(
                    id=self.next_id(Role),
                    workflow_state="active",
                    created_at=now,
                    updated_at=now,
                    name=name,
                    base_type=base_type,
                )
            )

    def role_named(self, name: str) -> Role | None:
        """Return the role of that name, or None."""
        return next((role for role in self.roles.values() if role.name == name), None)

    def account_tree(self, account_id: int) -> frozenset[int]:
        """Return an account and all accounts below it."""
        tree, grown = {account_id}, True
        while grown:
            below = {each.id for each in self.accounts.values() if each.parent_id in tree} - tree
            grown = bool(below)
            tree |= below
        return frozenset(tree)

    def require_free(self, kind: type[Row], sis_id: Value, own: Row | None = None) -> None:
        """Raise Invalid when an SIS id is already carried by another row, deleted ones included."""
        holder = self.index.by_sis[kind].get(sis_id) if isinstance(sis_id, str) else None
        if holder is not None and (own is None or own.id != holder):
            field = f"sis_{'source' if kind is Account else kind.__name__.lower()}_id"
            raise Invalid(field, "taken", f'SIS ID "{sis_id}" is already in use')
