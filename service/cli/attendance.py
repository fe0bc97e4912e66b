"""``provost attendance TERM``: the registrar's daily file of last access, last engagement and attendance."""

import sys
from pathlib import Path

import click


@click.command(help="Report what SIS and LMS show of attendance in TERM, as a file with its hash on record.")
@click.argument("term")
@click.option("--out", "out", type=click.Path(path_type=Path), help="Copy the file here.")
@click.option("--sis-ids", is_flag=True, help="In the copy, name students by SIS id; needs your token.")
@click.option("--dry-run", is_flag=True, help="Read and count, write no file and no entry.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write counts, findings and hash here.")
@click.option(
    "--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token; else PROVOST_TOKEN."
)
def command(
    term: str, out: Path | None, sis_ids: bool, dry_run: bool, json_file: Path | None, token_file: Path | None
) -> None:
    """Run the report now; the worker runs it each night."""
    from domain.ids import TermCode
    from graphs.attendance_report import AttendanceRequest
    from graphs.desks.attendance_file import copy_report, describe_report
    from graphs.reports import RunState
    from graphs.runner import new_run
    from service.cli import FAILED
    from service.cli.session import caller, open_to_act
    from service.screens.attendance import print_attendance
    from service.screens.progress import stage_progress

    if sis_ids and out is None:
        raise click.UsageError("--sis-ids is about the copy; give --out as well.")
    request = AttendanceRequest(run=new_run(), term=TermCode(term), dry_run=dry_run)
    with open_to_act() as provost:
        who = caller(provost, token_file) if sis_ids else None
        with stage_progress() as progress:
            report = provost.work(request, progress=progress)
        shown = describe_report(provost, report)
        copied = copy_report(provost, request.run, out, who) if out and not shown["stopped"] and not dry_run else None
    print_attendance(report, shown, copied)
    if json_file:
        import json

        json_file.write_text(json.dumps(shown, indent=2) + "\n", encoding="utf-8")
    sys.exit(0 if report.state is RunState.CLEAN else FAILED)
