"""``provost policy``: check the policy file, explain what it does with an action, and step a phase back or forward."""

import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from domain.errors import ConfigurationError

if TYPE_CHECKING:
    from graphs.assembly import Provost


@click.group(help="Check the policy file, explain what it says, or step a phase back or forward.")
def command() -> None:
    """Look into the policy."""


def _policy_file(given: Path | None) -> Path:
    from graphs.settings import load_settings

    return given or load_settings().policy_file


_FILE = click.option(
    "--file", "file", type=click.Path(exists=True, path_type=Path), help="Policy file; else the one in force."
)


_TOKEN = click.option(
    "--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token; else PROVOST_TOKEN."
)


@command.command("check", help="List every unknown key and contradiction; exit 1 where there is one.")
@_FILE
def check(file: Path | None) -> None:
    """Check the policy file."""
    from governance.policy_file import check_policy
    from service.cli import FAILED

    path = _policy_file(file)
    faults = check_policy(path)
    for fault in faults:
        click.echo(f"{fault.key}: {fault.message} Next step: {fault.fix}")
    if faults:
        sys.exit(FAILED)
    click.echo(f"{path}: no fault found.")


@command.command("explain", help="Say how far ACTION of DOMAIN may go, who approves it and within which limits.")
@click.argument("domain")
@click.argument("action")
@click.option("--topic", default="any other topic", help="Topic of the change, where rules differ by it.")
@_FILE
def explain(domain: str, action: str, topic: str, file: Path | None) -> None:
    """Explain one action, such as ``roster enrol``."""
    from governance.explanation import explain_policy
    from governance.policy_file import load_policy

    click.echo(explain_policy(load_policy(_policy_file(file)), domain, action, topic))
    if file is None:
        _say_lowered(domain, action)


@command.command(
    "rollback", help="Return ACTION of DOMAIN to the phase before, and propose to undo what it wrote (S238)."
)
@click.argument("domain")
@click.argument("action")
@click.option("--reason", required=True, help="Why, for the ledger.")
@_TOKEN
def rollback(domain: str, action: str, reason: str, token_file: Path | None) -> None:
    """Step back at once; the undo waits for a person (S238)."""
    from service.cli import WAITING
    from service.cli.session import caller, open_to_act
    from service.screens.rollback import phase_lines

    with open_to_act() as provost:
        report = provost.step_back(domain, action, caller(provost, token_file), reason=reason)
    for line in phase_lines(report):
        click.echo(line)
    if report.undo is not None and report.undo.held:
        sys.exit(WAITING)


@command.command("promote", help="Let a lowered ACTION of DOMAIN rise one phase, its metric shown.")
@click.argument("domain")
@click.argument("action")
@click.option("--shown", default="", help="Value of the metric; else the last recorded evaluation shows it.")
@click.option("--shown-in", default="", help="Where it was measured: a report, a run or a test.")
@_TOKEN
def promote(domain: str, action: str, shown: str, shown_in: str, token_file: Path | None) -> None:
    """Rise one phase, never above the policy file (S237)."""
    from service.cli.session import caller, open_to_act

    with open_to_act() as provost:
        who = caller(provost, token_file)
        value, where = (_number(shown), shown_in) if shown else _shown_by_evaluation(provost, f"{domain}:{action}")
        phase = provost.promote(domain, action, who, shown=value, shown_in=where)
    click.echo(f"{domain}:{action} is in phase {phase} again.")


def _shown_by_evaluation(provost: "Provost", action: str) -> tuple[Decimal, str]:
    """Return the figure that the phase in force asks for, as the last recorded evaluation has it (S237)."""
    from evals.harness.shown import is_figure, last_shown
    from service.screens.eval_run import runs_folder

    domain, _, kind = action.partition(":")
    rung = provost.policy.rung(action)
    step = rung.step(provost.ladder.current(domain, kind)) if rung is not None else None
    if step is None or not is_figure(step.metric):
        fix = "Give --shown and --shown-in, or name a figure such as roster.resolved as the metric in the policy."
        raise ConfigurationError("The phase names no figure of an evaluation.", field="--shown", fix=fix)
    found = last_shown(runs_folder(), step.metric)
    return found.value, f"{found.run}, {step.metric}"


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ConfigurationError(f"{text} is no number.", field="--shown", fix="Give a number such as 0.99.") from None


def _say_lowered(domain: str, action: str) -> None:
    """Say where somebody stepped back below what the file says, if the database is there to tell."""
    from fnmatch import fnmatchcase

    from graphs.settings import load_settings
    from store.database import open_read_only
    from store.plans import Phases

    try:
        database = open_read_only(load_settings().database)
    except ConfigurationError:
        return
    for row in Phases(database).overrides():
        if fnmatchcase(f"{domain}:{action}", f"{row.domain}:{row.action}"):
            click.echo(f"In force is phase {row.phase}, set by {row.set_by} on {row.set_at:%Y-%m-%d}: {row.reason}.")
    database.close()
