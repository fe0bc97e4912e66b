"""Logins over the wire, the place where a person's SIS id is read and changed."""

from __future__ import annotations

from simulator.canvas.refusals import NotFound
from simulator.canvas.routes.edits import read_changes
from simulator.canvas.rows import Login
from simulator.canvas.wire.call import Call, Reply
from simulator.canvas.wire.lookup import find_account, find_user
from simulator.canvas.wire.paging import numbered_page
from simulator.canvas.wire.routing import RouteTable
from simulator.canvas.wire.show import show_login

routes = RouteTable()


@routes.on("GET", "/users/:user_id/logins")
def list_user_logins(call: Call) -> Reply:
    """List a user's living logins."""
    row = find_user(call.state, call.slots["user_id"])
    logins = [call.state.logins[each] for each in row.login_ids]
    return numbered_page(call, [each for each in logins if each.workflow_state != "deleted"], show_login)


@routes.on("GET", "/accounts/:account_id/logins")
def list_account_logins(call: Call) -> Reply:
    """List every living login of the account."""
    find_account(call)
    living = [each for each in call.state.logins.values() if each.workflow_state != "deleted"]
    return numbered_page(call, living, show_login)


@routes.on("POST", "/accounts/:account_id/logins")
def create_login(call: Call) -> Reply:
    """Give a user another login."""
    login = call.params.group("login")
    row = find_user(call.state, call.params.group("user").text("id") or "")
    made = call.state.add_login(
        row.id,
        login.text("unique_id") or "",
        sis_user_id=login.text("sis_user_id"),
        integration_id=login.text("integration_id"),
    )
    return Reply(show_login(made))


@routes.on("PUT", "/accounts/:account_id/logins/:login_id")
def update_login(call: Call) -> Reply:
    """Change a login's name, SIS id or state."""
    changes = read_changes(call.params.group("login"), ("unique_id", "sis_user_id", "integration_id", "workflow_state"))
    return Reply(show_login(call.state.update_login(login_id(call), **changes)))


@routes.on("DELETE", "/users/:user_id/logins/:login_id")
def delete_login(call: Call) -> Reply:
    """Delete a login of a user."""
    row = find_user(call.state, call.slots["user_id"])
    if login_id(call) not in row.login_ids:
        raise NotFound
    return Reply(show_login(call.state.update_login(login_id(call), workflow_state="deleted")))


def login_id(call: Call) -> int:
    """Return the living login of the slot; logins have no SIS prefix of their own."""
    text = call.slots["login_id"]
    if not text.isdigit():
        raise NotFound
    return call.state.find(Login, int(text)).id
