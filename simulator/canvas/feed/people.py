"""Applying users and further logins, with Canvas's refusal to take a login from somebody else."""

from __future__ import annotations

from simulator.canvas.feed.files import FeedRow
from simulator.canvas.feed.run import RowRefused, Run, required, status_of
from simulator.canvas.people import last_name_first
from simulator.canvas.rows import Login, User
from simulator.canvas.writes import Value


def apply_user(run: Run, row: FeedRow) -> None:
    """Make, change, suspend or delete one user."""
    sis_id = required(row, "user_id", "a user")
    login_name = required(row, "login_id", f"user {sis_id}")
    status = status_of(row, ("active", "suspended", "deleted"), f"user {sis_id}")
    login = login_for(run, sis_id, login_name)
    if login is None:
        if status == "deleted":
            return
        user = create_user(run, row, sis_id, login_name)
        login = run.state.logins[user.login_ids[0]]
    user = run.state.users[login.user_id]
    if status == "deleted":
        delete_login(run, user, login)
        return
    run.state.change(login, login_fields(row, sis_id, login_name, status))
    run.state.change(user, name_fields(row) | {"workflow_state": "registered"})


def login_for(run: Run, sis_id: str, login_name: str) -> Login | None:
    """Return the login a row speaks of, None for a new one; raises RowRefused when another person holds the name."""
    own = run.state.find_by_sis(Login, sis_id)
    holder_id = run.state.index.login_names.get(login_name.lower())
    holder = None if holder_id is None else run.state.logins[holder_id]
    if holder is None or holder is own:
        return own
    claimable = holder.sis_user_id is None or run.options.update_sis_id_if_login_claimed
    if own is None and claimable:
        return holder
    owner = holder.sis_user_id or f"with Canvas id {holder.user_id}"
    raise RowRefused(f"User {owner} has already claimed {sis_id}'s requested login information, skipping")


def login_fields(row: FeedRow, sis_id: str, login_name: str, status: str) -> dict[str, Value]:
    """Return what a row says about a login."""
    changes: dict[str, Value] = {"sis_user_id": sis_id, "unique_id": login_name, "workflow_state": status}
    if "integration_id" in row:
        changes["integration_id"] = row["integration_id"] or None
    return changes


def display_name(row: FeedRow) -> str:
    """Return the full name a row gives, or the parts put together."""
    return row.get("full_name") or " ".join(filter(None, (row.get("first_name"), row.get("last_name"))))


def name_fields(row: FeedRow) -> dict[str, Value]:
    """Return what a row says about names and e-mail; blank cells say nothing."""
    changes: dict[str, Value] = {}
    if name := display_name(row):
        changes["name"] = name
        changes["sortable_name"] = row.get("sortable_name") or sortable_name(row, name)
        changes["short_name"] = row.get("short_name") or name
    if email := row.get("email"):
        changes["email"] = email
    return changes


def sortable_name(row: FeedRow, name: str) -> str:
    """Return "Last, First" from the parts where the file has them."""
    if row.get("last_name") and row.get("first_name"):
        return f"{row['last_name']}, {row['first_name']}"
    return last_name_first(name)


def create_user(run: Run, row: FeedRow, sis_id: str, login_name: str) -> User:
    """Make the user of a row."""
    name = display_name(row) or login_name
    return run.state.create_user(
        name,
        unique_id=login_name,
        sis_user_id=sis_id,
        sortable_name=row.get("sortable_name") or sortable_name(row, name),
        short_name=row.get("short_name") or name,
        email=row.get("email") or None,
        integration_id=row.get("integration_id") or None,
    )


def delete_login(run: Run, user: User, login: Login) -> None:
    """Delete a login; the last one takes the user and every enrolment along."""
    others = [each for each in user.login_ids if each != login.id]
    if user.workflow_state == "deleted":
        return
    if any(run.state.logins[each].workflow_state != "deleted" for each in others):
        run.state.change(login, {"workflow_state": "deleted"})
        return
    run.state.delete_user(user.id)


def apply_login(run: Run, row: FeedRow) -> None:
    """Give an existing user a further login with an SIS id of its own."""
    sis_id, login_name = required(row, "user_id", "a login"), required(row, "login_id", "a login")
    user = existing_user(run, row)
    own = run.state.find_by_sis(Login, sis_id)
    if own is not None and own.user_id != user.id:
        raise RowRefused(f"An existing Canvas user with the SIS ID {sis_id} already exists, skipping")
    if own is None:
        if run.state.user_by_login(login_name) is not None:
            raise RowRefused(f"The login {login_name} is already in use, skipping")
        own = run.state.add_login(user.id, login_name, sis_user_id=sis_id)
    run.state.change(own, {"unique_id": login_name, "workflow_state": "active"})


def existing_user(run: Run, row: FeedRow) -> User:
    """Return the user a login row points at."""
    user = None
    if sis_id := row.get("existing_user_id"):
        user = run.state.user_by_sis(sis_id)
    elif canvas_id := row.get("existing_canvas_user_id"):
        user = run.state.users.get(int(canvas_id)) if canvas_id.isdigit() else None
    if user is None:
        raise RowRefused("Could not find the existing user for a login")
    return user
