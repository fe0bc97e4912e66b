"""``provost drop``: what leaving a class would mean before anything happens, and what it meant once it did."""

import json
import sys
from datetime import datetime
from pathlib import Path

import click

_TOKEN = click.option(
    "--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token; else PROVOST_TOKEN."
)
_JSON = click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the statement to this file.")
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group(help="Say what leaving a class means for a student, row by row, as far as you may see it.")
def command() -> None:
    """Look into drops and withdrawals."""


@command.command("what-if", help="Say what STUDENT (SIS id or handle) leaving SECTION (term-CRN) would mean.")
@click.argument("student")
@click.argument("section")
@click.option("--on", "day", type=_DAY, help="Campus day of the drop, such as 2026-09-15; today where not given.")
@click.option("--ticket", is_flag=True, help="Open a ticket at the office that comes next; nothing else is written.")
@_JSON
@_TOKEN
def what_if(
    student: str, section: str, day: datetime | None, ticket: bool, json_file: Path | None, token_file: Path | None
) -> None:
    """Make the statement and print it; the drop itself is made in the SIS, by the student or the office."""
    from graphs.desks.drops import read_statement, require_sight
    from graphs.drop_specialist import DropRequest
    from graphs.runner import new_run
    from service.cli import FAILED
    from service.cli.session import caller, handle_of, open_to_act
    from service.screens.drop import print_statement
    from service.screens.run_report import outcome_sentence

    with open_to_act() as provost:
        who, person = caller(provost, token_file), handle_of(provost, student)
        require_sight(provost, who, person)
        on = day.date() if day else None
        request = DropRequest(run=new_run("drp"), person=person, section=section, on=on, ticket=ticket)
        report = provost.work(request)
        shown = read_statement(provost, who, request.run)
    print_statement(shown)
    _write(json_file, shown.kept.model_dump_json())
    click.echo(outcome_sentence(report) if ticket else "Nothing was written but this statement.")
    if report.outcomes.refused or report.outcomes.unverified:
        sys.exit(FAILED)


@command.command("show", help="Show the statement of RUN, with where the run stands.")
@click.argument("run")
@_JSON
@_TOKEN
def show(run: str, json_file: Path | None, token_file: Path | None) -> None:
    """Print one statement whole."""
    from graphs.desks.drops import read_statement
    from service.cli.session import caller, open_to_act
    from service.screens.drop import print_statement
    from store.plans import ApprovalState

    with open_to_act() as provost:
        shown = read_statement(provost, caller(provost, token_file), run)
        row = provost.runs.read(shown.row.run)
        waiting = provost.approvals.find(ApprovalState.PENDING, run=shown.row.run)
    print_statement(shown)
    _write(json_file, shown.kept.model_dump_json())
    click.echo(f"Run: {row.state.value if row else 'removed since'}.")
    for request in waiting:
        click.echo(f"Waits for the role {request.plan.approver_role}: provost approvals show {request.id}")


@command.command("list", help="List the newest statements that you may see.")
@click.option("--student", default="", help="SIS id or handle of one student.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200), help="Statements to show.")
@_TOKEN
def list_(student: str, limit: int, token_file: Path | None) -> None:
    """Print one line for each."""
    from graphs.desks.drops import list_statements
    from service.cli.session import caller, handle_of, open_to_act
    from service.screens.drop import print_statements

    with open_to_act() as provost:
        who = caller(provost, token_file)
        found = list_statements(provost, who, handle_of(provost, student) if student else None, limit)
    print_statements(found)


def _write(file: Path | None, text: str) -> None:
    if file is not None:
        file.write_text(json.dumps(json.loads(text), indent=2) + "\n", encoding="utf-8")
        click.echo(f"Written to {file}.")
