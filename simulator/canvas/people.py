"""People: users and their logins, where the SIS id lives, with Canvas's rules for deleting, restoring and merging."""

from __future__ import annotations

from simulator.canvas.accounts import Accounts
from simulator.canvas.refusals import Invalid, NotFound
from simulator.canvas.rows import Enrollment, Login, User
from simulator.canvas.writes import Value

LIVING_ENROLLMENT = ("active", "invited", "creation_pending", "completed", "inactive")


class People(Accounts):
    """Operations on users and logins."""

    _ordered_users: tuple[int, tuple[User, ...]] = (-1, ())

    def create_user(
        self,
        name: str,
        *,
        unique_id: str,
        sortable_name: str | None = None,
        short_name: str | None = None,
        sis_user_id: str | None = None,
        integration_id: str | None = None,
        email: str | None = None,
    ) -> User:
        """Make a registered user with one login; raises Invalid when login or SIS id is taken."""
        with self.lock:
            self.require_free_login(unique_id, sis_user_id)
            user_id = self.next_id(User)
            login = self._insert_login(user_id, unique_id, sis_user_id, integration_id)
            now = self.clock()
            return self.insert(
                User(
                    id=user_id,
                    workflow_state="registered",
                    created_at=now,
                    updated_at=now,
                    name=name,
                    sortable_name=sortable_name or last_name_first(name),
                    short_name=short_name or name,
                    email=email,
                    login_ids=(login.id,),
                )
            )

    def _insert_login(self, user_id: int, unique_id: str, sis_user_id: str | None, integration_id: str | None) -> Login:
        """Store an active login for a user."""
        now = self.clock()
        return self.insert(
            Login(
                id=self.next_id(Login),
                workflow_state="active",
                created_at=now,
                updated_at=now,
                user_id=user_id,
                unique_id=unique_id,
                sis_user_id=sis_user_id,
                integration_id=integration_id,
            )
        )

    def require_free_login(self, unique_id: str | None, sis_user_id: str | None, own: int = 0) -> None:
        """Raise Invalid when a login name (any case) or an SIS user id belongs to another login."""
        if unique_id and self.index.login_names.get(unique_id.lower(), own) != own:
            raise Invalid("unique_id", "taken", "ID already in use for this account and authentication provider")
        if sis_user_id and self.index.by_sis[Login].get(sis_user_id, own) != own:
            raise Invalid("sis_user_id", "taken", f'SIS ID "{sis_user_id}" is already in use')

    def add_login(
        self,
        user_id: int,
        unique_id: str,
        *,
        sis_user_id: str | None = None,
        integration_id: str | None = None,
    ) -> Login:
        """Give a user a further login."""
        with self.lock:
            user = self.find(User, user_id)
            self.require_free_login(unique_id, sis_user_id)
            login = self._insert_login(user.id, unique_id, sis_user_id, integration_id)
            self.change(user, {"login_ids": (*user.login_ids, login.id)})
            return login

    def update_login(self, login_id: int, **changes: Value) -> Login:
        """Change a login's name, SIS id or state."""
        with self.lock:
            login = self.find(Login, login_id, deleted=True)
            unique_id, sis_user_id = changes.get("unique_id"), changes.get("sis_user_id")
            self.require_free_login(
                unique_id if isinstance(unique_id, str) else None,
                sis_user_id if isinstance(sis_user_id, str) else None,
                login.id,
            )
            self.change(login, changes)
            return login

    def update_user(self, user_id: int, **changes: Value) -> User:
        """Change fields of a user; fields changed by hand or API become sticky against the SIS."""
        with self.lock:
            user = self.find(User, user_id)
            self.change(user, changes)
            return user

    def delete_user(self, user_id: int) -> User:
        """Delete a user with the logins and every enrolment, as Canvas does."""
        with self.lock:
            user = self.find(User, user_id)
            for login_id in user.login_ids:
                self.change(self.logins[login_id], {"workflow_state": "deleted"})
            for enrollment_id in list(self.index.enrollments_of_user[user.id]):
                self.change(self.enrollments[enrollment_id], {"workflow_state": "deleted"})
            self.change(user, {"workflow_state": "deleted"})
            return user

    def restore_user(self, user_id: int) -> User:
        """Bring a deleted user back with the logins; enrolments stay deleted. Raises for a user who is not deleted."""
        with self.lock:
            user = self.find(User, user_id, deleted=True)
            if user.workflow_state != "deleted" or user.merged_into is not None:
                raise NotFound
            for login_id in user.login_ids:
                self.change(self.logins[login_id], {"workflow_state": "active"})
            self.change(user, {"workflow_state": "registered"})
            return user

    def merge_users(self, from_id: int, into_id: int) -> User:
        """Merge one user into another: logins and enrolments move, what both have is deleted, the source is deleted."""
        with self.lock:
            source, target = self.find(User, from_id), self.find(User, into_id)
            if source.id == target.id:
                raise NotFound
            for login_id in source.login_ids:
                self.change(self.logins[login_id], {"user_id": target.id})
            for enrollment_id in list(self.index.enrollments_of_user[source.id]):
                self._move_enrollment(self.enrollments[enrollment_id], target)
            self.change(target, {"login_ids": target.login_ids + source.login_ids})
            self.change(source, {"login_ids": (), "workflow_state": "deleted", "merged_into": target.id})
            return target

    def _move_enrollment(self, row: Enrollment, target: User) -> None:
        """Give one enrolment to another user; where the target has the same one, the stronger state survives."""
        key = (target.id, row.section_id, row.type, row.role_id, row.associated_user_id)
        twin_id = self.index.enrollments.get(key)
        if twin_id is None:
            self.change(row, {"user_id": target.id})
            return
        twin = self.enrollments[twin_id]
        if twin.workflow_state not in LIVING_ENROLLMENT and row.workflow_state in LIVING_ENROLLMENT:
            self.change(twin, {"workflow_state": row.workflow_state})
        self.change(row, {"workflow_state": "deleted"})

    def login_of(self, user: User) -> Login | None:
        """Return the login that speaks for a user: a living one with an SIS id first, else any living one."""
        living = [self.logins[each] for each in user.login_ids if self.logins[each].workflow_state != "deleted"]
        return next((login for login in living if login.sis_user_id), living[0] if living else None)

    def deleted_login_of(self, user: User) -> Login | None:
        """Return the login a deleted user had, one with an SIS id first; None for a user who lives or was merged."""
        if user.workflow_state != "deleted":
            return None
        gone = [self.logins[each] for each in user.login_ids]
        return next((login for login in gone if login.sis_user_id), gone[0] if gone else None)

    def deleted_users(self) -> tuple[User, ...]:
        """Return the deleted users who keep a login, by id."""
        return tuple(row for row in self.users.values() if self.deleted_login_of(row) is not None)

    def ordered_users(self) -> tuple[User, ...]:
        """Return the living users who have a login, by sortable name; sorted again only after a change."""
        revision, ordered = self._ordered_users
        if revision != self.user_revision:
            living = (row for row in self.users.values() if row.workflow_state != "deleted" and self.login_of(row))
            ordered = tuple(sorted(living, key=lambda row: (row.sortable_name.lower(), row.id)))
            self._ordered_users = (self.user_revision, ordered)
        return ordered

    def user_by_sis(self, sis_user_id: str) -> User | None:
        """Return the user of an SIS id, deleted or not, or None."""
        login = self.find_by_sis(Login, sis_user_id)
        return self.users.get(login.user_id) if login else None

    def user_by_login(self, unique_id: str) -> User | None:
        """Return the living user of a login name, whatever its case, or None."""
        login_id = self.index.login_names.get(unique_id.lower())
        return None if login_id is None else self.users[self.logins[login_id].user_id]


def last_name_first(name: str) -> str:
    """Return "Last, First" as Canvas derives it when no sortable name is given."""
    first, _, last = name.rpartition(" ")
    return f"{last}, {first}" if first else last
