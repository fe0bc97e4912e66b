"""The demonstration on the screen: each step in a sentence, then what was found, fixed, held and ticketed, scored."""

from collections import Counter
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from domain.findings import Handling
from evals.score import Score
from graphs.reports import HeldPlan, RunReport
from service.screens.approvals import answer_sentence, print_change
from service.screens.run_report import outcome_sentence

if TYPE_CHECKING:
    from graphs.assembly import Provost
    from service.demo.leaving import Leaving
    from service.demo.run import Demonstration

_HANDLINGS = {
    Handling.CORRECT: "fixed by rule",
    Handling.PROVISION: "provisioned",
    Handling.PROPOSE: "held for a person",
    Handling.TICKET: "ticket",
    Handling.REQUEUE: "looked at again later",
    Handling.REPORT: "reported",
}
_CHANGES_SHOWN = 3
_MISSES_SHOWN = 10


def print_heading(out: Console, text: str) -> None:
    """Print the name of a step."""
    out.print(f"\n[bold]{text}[/bold]")


def print_reconcile(report: RunReport, out: Console) -> None:
    """Print what the nightly run found by type, and what its rules do with each."""
    table = Table(title_justify="left")
    table.add_column("what differed")
    table.add_column("found", justify="right")
    table.add_column("what happens")
    for name, count in sorted(report.counts.items(), key=lambda item: (-item[1], item[0])):
        handled = Counter(found.handling for found in report.discrepancies if found.type.value == name)
        words = ", ".join(f"{number} {_HANDLINGS[handling]}" for handling, number in handled.most_common())
        table.add_row(name.replace("_", " "), str(count), words)
    out.print(table)
    out.print(outcome_sentence(report))
    if report.alerts:
        out.print(f"{report.alerts} pre-semester cases were proposed for advisors from history alone.")


def print_approval(provost: "Provost", plan: HeldPlan, out: Console) -> None:
    """Print one request before it is answered: what it would change and why it waits."""
    request = provost.approvals.show(plan.approval_id)
    changes = f"{plan.changes} changes" if plan.changes > 1 else "1 change"
    out.print(f"{plan.approval_id}: {plan.topic}, {changes}, waits for a person with the role {plan.approver_role}.")
    for change in request.plan.changes[:_CHANGES_SHOWN]:
        print_change(change, out)
    if plan.changes > _CHANGES_SHOWN:
        out.print(f"  and {plan.changes - _CHANGES_SHOWN} more of the same kind")


def print_answer(demo: "Demonstration", out: Console) -> None:
    """Print what followed from the approval."""
    if demo.approved is not None:
        out.print("\n" + answer_sentence(demo.approved[1]), markup=False)


def print_live(demo: "Demonstration", out: Console) -> None:
    """Print how the live registrations fared."""
    written = sum(report.outcomes.verified for report in demo.live)
    longest = max((report.seconds for report in demo.live), default=0.0)
    out.print(
        f"{demo.events} notifications arrived from Banner; {written} changes were written to Canvas and read back. "
        f"The slowest took {longest:.1f} s from notification to verified."
    )


def print_rollback(demo: "Demonstration", out: Console) -> None:
    """Print what the rollback undid."""
    if demo.rolled_back is None:
        out.print("No live event wrote anything, so nothing was rolled back.")
        return
    done = demo.rolled_back
    out.print(
        f"Run {done.of} was rolled back: {done.outcomes.verified} changes undone and read back, "
        f"{len(done.irreversible)} cannot be undone. {done.suppressions} records are left alone by later runs."
    )


def print_score(scored: Score, out: Console) -> None:
    """Print how the run did against what was planted, and every miss and invention."""
    out.print(
        f"{scored.planted} differences were planted, {scored.found} discrepancies reported. "
        f"Recall {scored.recall:.4f}, precision {scored.precision:.4f}."
    )
    for item in scored.missed[:_MISSES_SHOWN]:
        out.print(
            f"  missed: {item['object']} after {item['fault']}: {item['operation'].get('kind', '')}", markup=False
        )
    for one in scored.invented[:_MISSES_SHOWN]:
        out.print(f"  invented: {one.type} {one.section} {one.course}", markup=False)


def print_ledger(demo: "Demonstration", out: Console) -> None:
    """Print whether the ledger verifies."""
    verdict = (
        "verifies from the first to the last" if demo.ledger_ok else "does NOT verify: run `provost ledger verify`"
    )
    out.print(f"The ledger holds {demo.ledger_entries} entries and {verdict}.")


def print_leaving(shown: "Leaving | None", out: Console) -> None:
    """Print what a model would get of a sentence, and what two people are shown of its answer."""
    if shown is None:
        out.print("The run named no student, so there is no sentence to show.")
        return
    out.print(f"The directory knows {shown.people:,} people and was built in {shown.seconds:.1f} s.")
    lines = {
        "written": shown.worded.written,
        "leaves": shown.worded.leaves,
        "shown to the registrar": shown.worded.registrar,
        "shown to an advisor of others": shown.worded.advisor,
    }
    for what, text in lines.items():
        out.print(f"  {what}: {text}", markup=False, soft_wrap=True)
