"""The ``provost`` command: one module per command, imported only when it is called.

``provost --help`` must answer at once, so nothing heavy is imported here. Failures leave as one plain sentence with a
stable code on standard error. Exit codes: 0 clean, 3 changes are waiting for a person, 1 failed, 2 wrong usage.
"""

import importlib
import sys

import click

from domain.errors import ProvostError

CLEAN, FAILED, WAITING = 0, 1, 3

COMMANDS = {
    "access": "Check or show who may see what, or explain one case.",
    "alerts": "Run early alert over a term, show a caseload, say what came of an alert.",
    "approvals": "List, show, approve or reject what waits for a person.",
    "attendance": "Report what SIS and LMS show of attendance, as a hashed file for the registrar.",
    "backup": "Copy the installation while it works, for a time after it is gone.",
    "bench": "Measure ours beside a baseline and print the ratio.",
    "chat": "Ask the advisor about your students, classes and policies, with steps and sources.",
    "demo": "Start a campus on loopback and reconcile it, start to end.",
    "directory": "Keep the directory of people by which identifiers are found in text.",
    "doctor": "Check credentials, scopes, clock, TLS, database and queue; say what to fix.",
    "drop": "Say what leaving a class means for a student, before it happens or once it did.",
    "eval": "Measure the work, or a piece of it, against its thresholds, on records that you name.",
    "forget": "Forget a person: their key and their name go, the chain of the ledger stays.",
    "grades": "Look at a section's grades, attest them, answer holds, carry them to the SIS.",
    "impact": "Show before and after: the last runs beside the same work by hand, and ours beside a naive way.",
    "insights": "Show which resources go with higher grades, and where much is offered and little used.",
    "keys": "Rotate the keys that seal personal data at rest.",
    "knowledge": "Take policies and course materials in, search them with citations, let them be forgotten.",
    "ledger": "Verify or export the ledger.",
    "model": "Train, evaluate and promote the model of early alert.",
    "path": "Show what a class already offers that fits one student, and why; let the advisor send it.",
    "policy": "Check or explain the policy file; step a phase back or forward.",
    "principal": "Add or revoke someone who may act.",
    "prune": "Remove what finished runs left behind, after the age that the settings name.",
    "reconcile": "Compare a term in SIS and LMS and bring the LMS into line, as the policy allows.",
    "report": "Show where mismatches arise, what the last runs did, and how fast.",
    "restore": "Put a backup back where no installation is, and verify its ledger.",
    "rollback": "Undo what a run changed, where it can be undone.",
    "scrub": "Write text with codes in place of whatever identifies people.",
    "serve": "Serve the console, the interface for programs and the webhooks until stopped.",
    "worker": "Take up registration events, resumes and schedules until stopped.",
}


class LazyGroup(click.Group):
    """A command group that imports a command's module when it is called, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 named by the base class
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command's module and return its ``command``; None where there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = importlib.import_module(f"service.cli.{cmd_name}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands from their summaries, importing none of them."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="provost")
def provost() -> None:
    """Keep the learning management system in line with the student information system, every change governed."""


def main() -> None:
    """Run the command line; word a known failure plainly and exit with 1."""
    try:
        provost(standalone_mode=False)
    except ProvostError as failure:
        click.echo(str(failure), err=True)
        sys.exit(FAILED)
    except click.exceptions.Abort:
        click.echo("Stopped at your request; nothing was left half done that the next run does not pick up.", err=True)
        sys.exit(FAILED)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
