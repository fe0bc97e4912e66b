"""``provost alerts``: look at a term for who may need somebody, and work a caseload; every look is on record."""

import json
import sys
from pathlib import Path

import click

from domain.alerting import FeedbackOutcome
from domain.rules.alert_policy import CloseReason

_TOKEN = click.option(
    "--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token; else PROVOST_TOKEN."
)
_JSON = click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the result to this file.")
_REASONS = [reason.value for reason in CloseReason if reason is not CloseReason.TERM_ENDED]


@click.group(help="Run early alert over a term; show a caseload; say what came of an alert.")
def command() -> None:
    """Find who may need somebody, and keep what came of it."""


@command.command("run", help="Read TERM anew, score it, tell staff; drafts to students wait for their advisors.")
@click.argument("term")
@click.option("--dry-run", is_flag=True, help="Say what would be done; tell nobody and write no alert.")
@click.option("--run", "run_id", default="", help="Go on with the run of this id.")
@_JSON
def run(term: str, dry_run: bool, run_id: str, json_file: Path | None) -> None:
    """Run the workflow; exit 3 where something waits for a person."""
    from domain.ids import RunId, TermCode
    from graphs.early_alert import AlertRequest
    from graphs.reports import RunState
    from graphs.runner import new_run
    from service.cli import FAILED, WAITING
    from service.cli.session import open_to_act
    from service.screens.alerts import print_alert_run
    from service.screens.progress import stage_progress

    request = AlertRequest(run=RunId(run_id) or new_run(), term=TermCode(term), dry_run=dry_run)
    with open_to_act() as provost, stage_progress() as progress:
        report = provost.work(request, progress=progress)
    print_alert_run(report)
    if json_file:
        json_file.write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    if report.state in {RunState.STOPPED, RunState.FAILED}:
        sys.exit(FAILED)
    if report.state is RunState.WAITING:
        sys.exit(WAITING)


@command.command("caseload", help="Show your students with their scores, parts, reasons and alerts.")
@click.option("--all", "everything", is_flag=True, help="Show closed alerts too.")
@_JSON
@_TOKEN
def caseload(everything: bool, json_file: Path | None, token_file: Path | None) -> None:
    """Show the caseload of the advisor whose token this is."""
    from graphs.desks.alerts import read_caseload
    from service.cli.session import caller, open_to_act
    from service.screens.alerts import print_caseload

    with open_to_act() as provost:
        cases = read_caseload(provost, caller(provost, token_file), everything=everything)
    print_caseload(cases)
    if json_file:
        shown = {"caseload": [case.model_dump(mode="json") for case in cases]}
        json_file.write_text(json.dumps(shown, indent=2) + "\n", encoding="utf-8")


@command.command("show", help="Show one student (SIS id or record handle): score, every alert, what came of each.")
@click.argument("student")
@_TOKEN
def show(student: str, token_file: Path | None) -> None:
    """Show one student, where you may see the risk."""
    from graphs.desks.alerts import read_student
    from service.cli.session import caller, handle_of, open_to_act
    from service.screens.alerts import print_case

    with open_to_act() as provost:
        case = read_student(provost, caller(provost, token_file), handle_of(provost, student))
    print_case(case)


@command.command("feedback", help="Say what came of ALERT; it is kept with your reason and used in training.")
@click.argument("alert")
@click.option(
    "--outcome", required=True, type=click.Choice([each.value for each in FeedbackOutcome]), help="What came."
)
@click.option("--reason", required=True, help="Why, in a few words; sealed under the student's key.")
@_TOKEN
def feedback(alert: str, outcome: str, reason: str, token_file: Path | None) -> None:
    """Keep an outcome."""
    from graphs.desks.alerts import give_feedback
    from service.cli.session import caller, open_to_act

    with open_to_act() as provost:
        kept = give_feedback(provost, caller(provost, token_file), alert, FeedbackOutcome(outcome), reason)
    click.echo(f"{kept.id} is {kept.state.value}; {outcome} is kept.")


@command.command("close", help="Close ALERT with its reason; the case at the desk closes with it.")
@click.argument("alert")
@click.option("--because", required=True, type=click.Choice(_REASONS), help="Reason code.")
@click.option("--reason", default="", help="In a few words; sealed under the student's key.")
@_TOKEN
def close(alert: str, because: str, reason: str, token_file: Path | None) -> None:
    """Close one alert."""
    from graphs.desks.alerts import close_alert
    from service.cli.session import caller, open_to_act

    with open_to_act() as provost:
        kept = close_alert(provost, caller(provost, token_file), alert, CloseReason(because), reason)
    click.echo(f"{kept.id} is closed: {kept.close_reason}.")


@command.command("export", help="Write feedback for training to FILE, one JSON line per alert, without people.")
@click.argument("file", type=click.Path(path_type=Path))
@_TOKEN
def export(file: Path, token_file: Path | None) -> None:
    """Export what training needs: inputs as of the alert, outcome, propensity."""
    from graphs.desks.alerts import export_feedback
    from service.cli.session import caller, open_to_act

    with open_to_act() as provost:
        lines = export_feedback(provost, caller(provost, token_file))
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    click.echo(f"{len(lines):,} alerts with an outcome are in {file}.")
