"""Users over the wire: listed, searched, created, changed, deleted, restored and merged."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.canvas.refusals import Invalid, Refusal, Rejected
from simulator.canvas.routes.edits import read_changes, without_stuck
from simulator.canvas.rows import Login, User
from simulator.canvas.state import CanvasState
from simulator.canvas.wire.call import Call, Reply
from simulator.canvas.wire.lookup import find_account, find_user
from simulator.canvas.wire.paging import numbered_page
from simulator.canvas.wire.params import Params
from simulator.canvas.wire.routing import RouteTable
from simulator.canvas.wire.show import show_profile, show_user

routes = RouteTable()

SEARCH_LENGTH = 2
EVENTS = {"suspend": "suspended", "unsuspend": "active"}


@routes.on("GET", "/accounts/:account_id/users")
def list_users(call: Call) -> Reply:
    """List the account's users by sortable name, or those that match `search_term`; `last` is not in the links.

    `include_deleted_users` adds those whose logins were deleted, who keep their SIS ids.
    """
    find_account(call)
    include, term = call.params.items("include"), call.params.text("search_term")
    rows: Sequence[User] = call.state.ordered_users()
    if call.params.flag("include_deleted_users"):
        rows = (*rows, *call.state.deleted_users())
    if term is not None:
        rows = matching_users(call.state, rows, term)
    if call.params.text("order") == "desc":
        rows = rows[::-1]
    return numbered_page(call, rows, lambda row: show_user(call.state, row, include), counted=False)


def matching_users(state: CanvasState, rows: Sequence[User], term: str) -> list[User]:
    """Return the user of a numeric id, else those whose name, e-mail, login or SIS id contains the term."""
    if len(term) < SEARCH_LENGTH:
        raise Rejected(f"search_term must be at least {SEARCH_LENGTH} characters")
    if term.isdigit() and (by_id := [row for row in rows if row.id == int(term)]):
        return by_id
    sought = term.lower()
    return [row for row in rows if sought in search_text(state, row)]


def search_text(state: CanvasState, row: User) -> str:
    """Return everything a user is searched by, in lower case."""
    login = state.login_of(row) or state.deleted_login_of(row)
    parts = (row.name, row.sortable_name, row.email, login and login.unique_id, login and login.sis_user_id)
    return "\n".join(part for part in parts if part).lower()


@routes.on("GET", "/users/:user_id")
def get_user(call: Call) -> Reply:
    """Show one user."""
    return Reply(show_profile(call.state, find_user(call.state, call.slots["user_id"])))


@routes.on("GET", "/users/:user_id/profile")
def get_profile(call: Call) -> Reply:
    """Show one user's profile."""
    row = find_user(call.state, call.slots["user_id"])
    return Reply(show_profile(call.state, row) | {"primary_email": row.email, "title": None, "bio": None})


@routes.on("POST", "/accounts/:account_id/users")
def create_user(call: Call) -> Reply:
    """Make a user with a login, or revive the deleted one of the same SIS id when that is enabled."""
    find_account(call)
    given, login = call.params.group("user"), call.params.group("pseudonym")
    unique_id = login.text("unique_id")
    if unique_id is None:
        raise pseudonym_refused(Invalid("unique_id", "blank", "unique_id is required"))
    revived = revive_user(call, login)
    if revived is not None:
        return Reply(show_profile(call.state, revived))
    try:
        row = call.state.create_user(
            given.text("name") or unique_id,
            unique_id=unique_id,
            sortable_name=given.text("sortable_name"),
            short_name=given.text("short_name"),
            sis_user_id=login.text("sis_user_id"),
            integration_id=login.text("integration_id"),
            email=channel_address(call.params) or given.text("email") or email_like(unique_id),
        )
    except Invalid as refused:
        raise pseudonym_refused(refused) from refused
    return Reply(show_profile(call.state, row))


def revive_user(call: Call, login: Params) -> User | None:
    """Return the revived user of a deleted login with this SIS id, or None."""
    sis_id = login.text("sis_user_id")
    known = call.state.find_by_sis(Login, sis_id) if sis_id else None
    if known is None or known.workflow_state != "deleted" or not call.params.flag("enable_sis_reactivation"):
        return None
    return call.state.restore_user(known.user_id)


def channel_address(params: Params) -> str | None:
    """Return the address of the communication channel given with a new user."""
    return params.group("communication_channel").text("address")


def email_like(unique_id: str) -> str | None:
    """Return a login that is an e-mail address as one."""
    return unique_id if "@" in unique_id else None


def pseudonym_refused(refused: Invalid) -> Refusal:
    """Return the answer to a new user whose login was refused."""
    body = refused.body
    errors = body["errors"] if isinstance(body, dict) else {}
    return Refusal(400, {"errors": {"user": {}, "pseudonym": errors, "observee": {}, "pairing_code": {}}})


@routes.on("PUT", "/users/:user_id")
def update_user(call: Call) -> Reply:
    """Change names, e-mail or time zone, or suspend the logins."""
    row, given = find_user(call.state, call.slots["user_id"]), call.params.group("user")
    changes = read_changes(given, ("name", "short_name", "sortable_name", "email", "time_zone"))
    blank = [name for name in ("name", "short_name", "sortable_name") if name in changes and changes[name] is None]
    if blank:
        raise Invalid(blank[0], "blank", f"{blank[0]} can't be blank")
    row = call.state.update_user(row.id, **without_stuck(call, row, changes))
    if state := EVENTS.get(given.text("event") or ""):
        for login_id in row.login_ids:
            call.state.update_login(login_id, workflow_state=state)
    return Reply(show_profile(call.state, row))


@routes.on("DELETE", "/accounts/:account_id/users/:user_id")
def delete_user(call: Call) -> Reply:
    """Delete a user with the enrolments."""
    row = find_user(call.state, call.slots["user_id"])
    shown = show_profile(call.state, row)
    call.state.delete_user(row.id)
    return Reply(shown)


@routes.on("PUT", "/accounts/:account_id/users/:user_id/restore")
def restore_user(call: Call) -> Reply:
    """Bring a deleted user back, without the enrolments."""
    row = find_user(call.state, call.slots["user_id"], deleted=True)
    return Reply(show_profile(call.state, call.state.restore_user(row.id)))


@routes.on("PUT", "/users/:user_id/merge_into/:destination_user_id")
def merge_user(call: Call) -> Reply:
    """Merge one user into another."""
    source = find_user(call.state, call.slots["user_id"])
    target = find_user(call.state, call.slots["destination_user_id"])
    return Reply(show_profile(call.state, call.state.merge_users(source.id, target.id)))
