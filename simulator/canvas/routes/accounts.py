"""Accounts, sub-accounts, terms and roles over the wire."""

from __future__ import annotations

from simulator.canvas.refusals import Json, Rejected
from simulator.canvas.routes.edits import read_changes, without_stuck
from simulator.canvas.rows import Account, Term
from simulator.canvas.wire.call import Call, Reply
from simulator.canvas.wire.lookup import find_account, find_row, find_term
from simulator.canvas.wire.paging import numbered_page
from simulator.canvas.wire.routing import RouteTable
from simulator.canvas.wire.show import show_account, show_role, show_term

routes = RouteTable()


@routes.on("GET", "/accounts")
def list_accounts(call: Call) -> Reply:
    """List the accounts the caller administers: the root account."""
    return numbered_page(call, [call.state.root_account], show_account)


@routes.on("GET", "/accounts/:account_id")
def get_account(call: Call) -> Reply:
    """Show one account."""
    return Reply(show_account(find_account(call)))


@routes.on("PUT", "/accounts/:account_id")
def update_account(call: Call) -> Reply:
    """Change an account's name, SIS id or parent."""
    account, given = find_account(call), call.params.group("account")
    changes = read_changes(given, ("name", "sis_account_id"))
    if parent := given.text("parent_account_id"):
        changes["parent_id"] = find_row(call.state, Account, parent).id
    return Reply(show_account(call.state.update_account(account.id, **without_stuck(call, account, changes))))


@routes.on("GET", "/accounts/:account_id/sub_accounts")
def list_sub_accounts(call: Call) -> Reply:
    """List the accounts directly below one, or all below it when `recursive`."""
    account = find_account(call)
    tree = call.state.account_tree(account.id) - {account.id}
    deep = call.params.flag("recursive")
    rows = [call.state.accounts[each] for each in sorted(tree)]
    shown = [row for row in rows if row.workflow_state == "active" and (deep or row.parent_id == account.id)]
    return numbered_page(call, shown, show_account)


@routes.on("POST", "/accounts/:account_id/sub_accounts")
def create_sub_account(call: Call) -> Reply:
    """Make an account below one."""
    parent, given = find_account(call), call.params.group("account")
    account = call.state.create_account(
        given.text("name") or "Sub-account", parent_id=parent.id, sis_account_id=given.text("sis_account_id")
    )
    return Reply(show_account(account))


@routes.on("GET", "/accounts/:account_id/terms")
def list_terms(call: Call) -> Reply:
    """List enrolment terms under the name `enrollment_terms`, the active ones unless other states are asked for."""
    states = call.params.items("workflow_state") or ["active"]
    wanted = [row for row in call.state.terms.values() if row.workflow_state in states or "all" in states]
    if name := call.params.text("term_name"):
        wanted = [row for row in wanted if name.lower() in row.name.lower()]
    include = call.params.items("include")
    return numbered_page(call, wanted, lambda row: shown_term(row, include), wrapper="enrollment_terms")


def shown_term(row: Term, include: list[str]) -> Json:
    """Show a term in a list, where overrides come only when asked for."""
    shown = show_term(row)
    if "overrides" not in include:
        del shown["overrides"]
    return shown


@routes.on("GET", "/accounts/:account_id/terms/:term_id")
def get_term(call: Call) -> Reply:
    """Show one term."""
    return Reply(show_term(find_term(call, call.slots["term_id"])))


@routes.on("POST", "/accounts/:account_id/terms")
def create_term(call: Call) -> Reply:
    """Make a term."""
    given = call.params.group("enrollment_term")
    term = call.state.create_term(
        given.text("name") or "Term",
        sis_term_id=given.text("sis_term_id"),
        start_at=given.moment("start_at"),
        end_at=given.moment("end_at"),
    )
    return Reply(show_term(term))


@routes.on("PUT", "/accounts/:account_id/terms/:term_id")
def update_term(call: Call) -> Reply:
    """Change a term's name, SIS id, dates or overrides."""
    term, given = find_term(call, call.slots["term_id"]), call.params.group("enrollment_term")
    changes = read_changes(given, ("name", "sis_term_id"), ("start_at", "end_at"))
    overrides = given.group("overrides")
    if overrides.names():
        added = {
            kind: (overrides.group(kind).moment("start_at"), overrides.group(kind).moment("end_at"))
            for kind in overrides.names()
        }
        changes["overrides"] = {**term.overrides, **added}
    return Reply(show_term(call.state.update_term(term.id, **without_stuck(call, term, changes))))


@routes.on("DELETE", "/accounts/:account_id/terms/:term_id")
def delete_term(call: Call) -> Reply:
    """Delete a term that has no courses."""
    term = find_term(call, call.slots["term_id"])
    if any(row.term_id == term.id and row.workflow_state != "deleted" for row in call.state.courses.values()):
        raise Rejected("Cannot delete a term with active courses")
    return Reply(show_term(call.state.update_term(term.id, workflow_state="deleted")))


@routes.on("GET", "/accounts/:account_id/roles")
def list_roles(call: Call) -> Reply:
    """List roles, built-in and custom."""
    return numbered_page(call, list(call.state.roles.values()), show_role)


@routes.on("POST", "/accounts/:account_id/roles")
def create_role(call: Call) -> Reply:
    """Make a custom role on a base type."""
    base_type = call.params.text("base_role_type") or "StudentEnrollment"
    label = call.params.text("label") or call.params.text("role")
    if label is None or call.state.role_named(base_type) is None:
        raise Rejected("A role needs a label and a known base_role_type")
    return Reply(show_role(call.state.create_role(label, base_type)))
