"""``provost approvals``: what waits for a person, shown whole, answered once."""

import sys
from pathlib import Path

import click

_HASH_BEGINNING = 12
"""Digits of a plan hash that name it: as many as the screen shows."""
_TOKEN = click.option(
    "--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token; else PROVOST_TOKEN."
)


@click.group(help="List, show, approve or reject what waits for a person.")
def command() -> None:
    """Answer what waits."""


@command.command("list", help="List what waits, oldest first; exit 3 where anything does.")
@click.option("--all", "everything", is_flag=True, help="Show answered, expired and superseded requests too.")
def list_(everything: bool) -> None:
    """Print one line for each request."""
    from service.cli import WAITING
    from service.cli.session import open_provost
    from service.screens.approvals import print_requests
    from store.plans import ApprovalState

    with open_provost() as provost:
        states = tuple(ApprovalState) if everything else (ApprovalState.PENDING,)
        requests = provost.approvals.find(*states)
    print_requests(requests)
    if any(request.state is ApprovalState.PENDING for request in requests):
        sys.exit(WAITING)


@command.command("show", help="Show one request whole: each change, what it was before, its rule and its evidence.")
@click.argument("approval")
@click.option("--limit", default=25, show_default=True, help="Changes to show.")
def show(approval: str, limit: int) -> None:
    """Print the plan that an approval would let go on."""
    from service.cli.session import open_provost
    from service.screens.approvals import print_request

    with open_provost() as provost:
        print_request(provost.approvals.show(approval), limit)


@command.command("approve", help="Approve one request; the changes are made, read back and recorded.")
@click.argument("approval")
@click.option("--hash", "plan_hash", help="Plan hash you looked at, or its first 12 digits; another one is refused.")
@click.option("--reason", default="", help="Why, for the ledger.")
@_TOKEN
def approve(approval: str, plan_hash: str | None, reason: str, token_file: Path | None) -> None:
    """Answer yes."""
    _answer(approval, "approve", plan_hash, reason, token_file)


@command.command("reject", help="Reject one request; nothing of it is written.")
@click.argument("approval")
@click.option("--reason", required=True, help="Why, for the ledger and whoever asked.")
@_TOKEN
def reject(approval: str, reason: str, token_file: Path | None) -> None:
    """Answer no."""
    _answer(approval, "reject", None, reason, token_file)


def _answer(approval: str, decision: str, plan_hash: str | None, reason: str, token_file: Path | None) -> None:
    from service.cli import FAILED
    from service.cli.session import caller, open_to_act
    from service.screens.approvals import answer_sentence

    with open_to_act() as provost:
        who = caller(provost, token_file)
        request = provost.approvals.show(approval)
        stands = request.plan.plan_hash if decision == "approve" else request.asked_for
        looked_at = _whole_hash(plan_hash, stands)
        report = provost.answer(approval, who, decision, plan_hash=looked_at, reason=reason)
    click.echo(answer_sentence(report))
    if report.outcomes.refused or report.outcomes.unverified or report.outcomes.uncertain:
        sys.exit(FAILED)


def _whole_hash(given: str | None, stands: str) -> str:
    """Return the hash that is answered: the one that stands where none was given, or where its beginning was."""
    begins = given is None or (len(given) >= _HASH_BEGINNING and stands.startswith(given))
    return stands if begins else str(given)
