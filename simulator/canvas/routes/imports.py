"""SIS imports over the wire: queued, looked at until they are over, aborted and undone."""

from __future__ import annotations

from collections.abc import Callable

from simulator.canvas.feed.files import FileRefused, unpack
from simulator.canvas.jobs import ImportOptions, SisImport
from simulator.canvas.refusals import NotFound, Refusal
from simulator.canvas.wire.call import Call, Reply, Upload
from simulator.canvas.wire.lookup import find_account, find_term
from simulator.canvas.wire.paging import numbered_page
from simulator.canvas.wire.params import Params
from simulator.canvas.wire.routing import RouteTable
from simulator.canvas.wire.show_job import show_import, show_import_error, show_progress

routes = RouteTable()


def require_root(call: Call) -> None:
    """Raise Refusal unless the account is the root account."""
    if find_account(call).id != call.state.root_account.id:
        raise Refusal(400, {"errors": ["SIS imports can only be executed on root accounts"]})


@routes.on("POST", "/accounts/:account_id/sis_imports")
def create_import(call: Call) -> Reply:
    """Queue an import of an uploaded zip or CSV; it comes back `created` and is applied later."""
    require_root(call)
    if call.upload is None or not call.upload.content:
        raise Refusal(400, {"errors": ["No import file was given"]})
    try:
        files = unpack(call.upload.content, extension_of(call, call.upload))
    except FileRefused as refused:
        raise Refusal(400, {"errors": [str(refused)]}) from refused
    if call.upload.name.endswith(".csv"):
        files = dict(zip([call.upload.name], files.values(), strict=True))
    job = call.state.queue_import(files, read_options(call), swallowed=call.swallowed)
    return Reply(show_import(job))


def extension_of(call: Call, upload: Upload) -> str:
    """Return zip or csv, from the parameter, the file's name or what the content looks like."""
    given = call.params.text("extension") or upload.name.rpartition(".")[2].lower()
    if given in ("zip", "csv"):
        return given
    return "zip" if upload.content.startswith(b"PK") else "csv"


def read_options(call: Call) -> ImportOptions:
    """Return the options of an import from the call's parameters."""
    params, term = call.params, call.params.text("batch_mode_term_id")
    return ImportOptions(
        batch_mode=params.flag("batch_mode"),
        batch_mode_term_id=find_term(call, term).id if term else None,
        multi_term_batch_mode=params.flag("multi_term_batch_mode"),
        skip_deletes=params.flag("skip_deletes"),
        override_sis_stickiness=params.flag("override_sis_stickiness"),
        add_sis_stickiness=params.flag("add_sis_stickiness"),
        clear_sis_stickiness=params.flag("clear_sis_stickiness"),
        update_sis_id_if_login_claimed=params.flag("update_sis_id_if_login_claimed"),
        diffing_data_set_identifier=params.text("diffing_data_set_identifier"),
        diffing_remaster_data_set=params.flag("diffing_remaster_data_set"),
        diffing_drop_status=drop_status(params, "diffing_drop_status"),
        diffing_user_remove_status=params.text("diffing_user_remove_status"),
        batch_mode_enrollment_drop_status=drop_status(params, "batch_mode_enrollment_drop_status"),
        change_threshold=params.integer("change_threshold"),
        diff_row_count_threshold=params.integer("diff_row_count_threshold"),
    )


def drop_status(params: Params, name: str) -> str | None:
    """Return a status for dropped enrolments; raises Refusal for one that Canvas does not know."""
    status = params.text(name)
    if status not in (None, "deleted", "completed", "inactive", "deleted_last_completed"):
        raise Refusal(400, {"message": f"Invalid {name}"})
    return status


@routes.on("GET", "/accounts/:account_id/sis_imports")
def list_imports(call: Call) -> Reply:
    """List imports under the name `sis_imports`, newest first; looking moves the queue on."""
    require_root(call)
    call.state.advance_imports()
    wanted = import_filter(call.params)
    rows = [row for row in reversed(call.state.sis_imports.values()) if wanted(row)]
    return numbered_page(call, rows, show_import, wrapper="sis_imports")


def import_filter(params: Params) -> Callable[[SisImport], bool]:
    """Return the test that the parameters of an import list ask for."""
    since, before = params.moment("created_since"), params.moment("created_before")
    states = params.items("workflow_state")

    def wanted(row: SisImport) -> bool:
        return (
            (since is None or row.created_at > since)
            and (before is None or row.created_at < before)
            and (not states or row.workflow_state in states)
        )

    return wanted


@routes.on("GET", "/accounts/:account_id/sis_imports/importing")
def list_running(call: Call) -> Reply:
    """List the import that is being applied."""
    require_root(call)
    call.state.advance_imports()
    rows = [row for row in call.state.sis_imports.values() if row.workflow_state == "importing"]
    return Reply({"sis_imports": [show_import(row) for row in rows]})


@routes.on("GET", "/accounts/:account_id/sis_imports/:import_id")
def get_import(call: Call) -> Reply:
    """Show one import; looking moves the queue on, one import at a time."""
    require_root(call)
    job = import_of(call)
    call.state.advance_imports()
    return Reply(show_import(job))


def import_of(call: Call) -> SisImport:
    """Return the import of the slot; raises NotFound."""
    text = call.slots["import_id"]
    if not text.isdigit():
        raise NotFound
    return call.state.find_import(int(text))


@routes.on("GET", "/accounts/:account_id/sis_imports/:import_id/errors")
def list_import_errors(call: Call) -> Reply:
    """List an import's messages, all of them, under the name `sis_import_errors`."""
    require_root(call)
    job = import_of(call)
    return numbered_page(call, job.messages, lambda each: show_import_error(job, each), wrapper="sis_import_errors")


@routes.on("PUT", "/accounts/:account_id/sis_imports/abort_all_pending")
def abort_all(call: Call) -> Reply:
    """Stop every import that has not been applied."""
    require_root(call)
    call.state.abort_waiting()
    return Reply({"aborted": True})


@routes.on("PUT", "/accounts/:account_id/sis_imports/:import_id/abort")
def abort_import(call: Call) -> Reply:
    """Stop one import that has not been applied."""
    require_root(call)
    return Reply(show_import(call.state.abort_import(import_of(call).id)))


@routes.on("PUT", "/accounts/:account_id/sis_imports/:import_id/restore_states")
def restore_import(call: Call) -> Reply:
    """Start undoing an import's state changes; the answer is a progress."""
    require_root(call)
    progress = call.state.restore_import(
        import_of(call).id,
        batch_mode=call.params.flag("batch_mode"),
        undelete_only=call.params.flag("undelete_only"),
        unconclude_only=call.params.flag("unconclude_only"),
    )
    return Reply(show_progress(progress, call.origin))
