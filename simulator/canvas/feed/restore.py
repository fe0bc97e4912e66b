"""Undoing what an import did to states: dropped rows come back, made rows go; names and dates stay as they are."""

from __future__ import annotations

from simulator.canvas.membership import Membership
from simulator.canvas.tables import StateChange
from simulator.canvas.writes import Actor, Stickiness

CONCLUDED = ("completed", "inactive")


def restore_states(
    state: Membership,
    import_id: int,
    *,
    batch_mode: bool = False,
    undelete_only: bool = False,
    unconclude_only: bool = False,
) -> int:
    """Give the rows an import touched their earlier states, newest change first; returns how many came back.

    Rows that somebody changed since are left alone. `batch_mode` limits it to what the clean-up took,
    `undelete_only` to what was deleted, `unconclude_only` to enrolments that were concluded.
    """
    actor = Actor("sis", f"restore_states {import_id}", stickiness=Stickiness(override=True))
    restored = 0
    with state.as_actor(actor):
        for change in reversed(state.rollbacks[import_id]):
            wanted = change.batch_cleanup or not batch_mode
            if wanted and selected(change, undelete_only, unconclude_only):
                restored += undo(state, change)
    return restored


def selected(change: StateChange, undelete_only: bool, unconclude_only: bool) -> bool:
    """Tell whether a change is among those asked for."""
    if undelete_only:
        return change.after == "deleted" and change.before is not None
    if unconclude_only:
        return change.after in CONCLUDED and change.before in ("active", "invited")
    return True


def undo(state: Membership, change: StateChange) -> bool:
    """Put one row back; a row the import made is deleted."""
    row = state.table_of(change.kind)[change.row_id]
    if row.workflow_state != change.after:
        return False
    return state.change(row, {"workflow_state": change.before or "deleted"})
