"""Applying accounts, terms, and the renaming of SIS ids."""

from __future__ import annotations

from simulator.canvas.accounts import ROOT_ACCOUNT_ID
from simulator.canvas.feed.files import FeedRow
from simulator.canvas.feed.run import RowRefused, Run, moment, required, status_of
from simulator.canvas.rows import Account, Course, Login, Row, Section, Term
from simulator.canvas.writes import Value

RENAMED: dict[str, type[Row]] = {
    "user": Login,
    "course": Course,
    "section": Section,
    "term": Term,
    "account": Account,
}
"""Kinds that change_sis_id can rename, with the table that carries the id."""

SIS_FIELD = {
    "user": "sis_user_id",
    "course": "sis_course_id",
    "section": "sis_section_id",
    "term": "sis_term_id",
    "account": "sis_account_id",
}


def apply_account(run: Run, row: FeedRow) -> None:
    """Make or change one account."""
    sis_id, name = required(row, "account_id", "an account"), required(row, "name", "an account")
    status = status_of(row, ("active", "deleted"), f"account {sis_id}")
    parent = ROOT_ACCOUNT_ID
    if parent_sis := row.get("parent_account_id"):
        found = run.state.find_by_sis(Account, parent_sis)
        if found is None:
            raise RowRefused(f"Parent account didn't exist for {sis_id}")
        parent = found.id
    account = run.state.find_by_sis(Account, sis_id)
    if account is None:
        account = run.state.create_account(name, parent_id=parent, sis_account_id=sis_id)
    run.state.change(account, {"name": name, "parent_id": parent, "workflow_state": status})


def apply_term(run: Run, row: FeedRow) -> None:
    """Make or change one term, or the dates it has for one enrolment type."""
    sis_id = required(row, "term_id", "a term")
    status = status_of(row, ("active", "deleted"), f"term {sis_id}")
    start_at, end_at = moment(row.get("start_date", "")), moment(row.get("end_date", ""))
    term = run.state.find_by_sis(Term, sis_id)
    if term is None:
        term = run.state.create_term(required(row, "name", "a term"), sis_term_id=sis_id)
    if override := row.get("date_override_enrollment_type"):
        run.state.change(term, {"overrides": {**term.overrides, override: (start_at, end_at)}})
        return
    changes: dict[str, Value] = {"workflow_state": status, "start_at": start_at, "end_at": end_at}
    if row.get("name"):
        changes["name"] = row["name"]
    run.state.change(term, changes)


def apply_change_sis_id(run: Run, row: FeedRow) -> None:
    """Rename an SIS id; everything that hangs on the row stays."""
    old, new = required(row, "old_id", "change_sis_id"), required(row, "new_id", "change_sis_id")
    kind = required(row, "type", "change_sis_id").lower()
    if kind not in RENAMED:
        raise RowRefused(f'Invalid type "{kind}" for change_sis_id')
    found = run.state.find_by_sis(RENAMED[kind], old)
    if found is None:
        raise RowRefused(f"The old_id, {old}, didn't exist for {kind}")
    if run.state.find_by_sis(RENAMED[kind], new) is not None:
        raise RowRefused(
            f"A new_id, '{new}', referenced an existing {kind} and the {kind} with '{old}' was not updated"
        )
    run.state.change(found, {SIS_FIELD[kind]: new})
