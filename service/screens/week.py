"""The demonstration's week in class on the screen: a grade sheet, a withdrawal, early alerts, with their approvals."""

from typing import TYPE_CHECKING

from rich.console import Console

from agents.drop import explain_impact
from service.screens.words import counted

if TYPE_CHECKING:
    from graphs.reports import Outcomes
    from service.demo.week import AlertsShown, DropShown, GradesShown

_KEPT_SHOWN, _LINES_SHOWN = 2, 6


def print_grades(shown: "GradesShown | None", out: Console) -> None:
    """Print what one section's sheet said, and what the SIS took of it."""
    if shown is None:
        out.print("No section has interim grades that may go yet.")
        return
    looked = shown.sheet.looked
    out.print(
        f"Section {shown.section}: {counted(len(looked.sheet.lines), 'grade')} may go, "
        f"{counted(len(looked.sheet.kept), 'student')} kept, {counted(len(looked.holds), 'mark')} held as suspect, "
        f"{counted(len(looked.questions), 'question')} asked."
    )
    for hold in looked.holds[:_KEPT_SHOWN]:
        out.print(f"  held: {hold.reason}", markup=False)
    for kept in looked.sheet.kept[:_KEPT_SHOWN]:
        out.print(f"  kept: {kept.blocks[0].rule} {kept.blocks[0].reason} {kept.blocks[0].fix}", markup=False)
    out.print(
        "The instructor of record attested exactly this sheet and the registrar let it be carried: "
        f"{_written(shown.outcomes)} in Banner."
    )


def print_drop(shown: "DropShown | None", out: Console) -> None:
    """Print the beginning of the statement, and what was written when."""
    if shown is None:
        out.print("No student holds three classes, so nobody left one.")
        return
    lines = explain_impact(shown.kept.statement).splitlines()
    for line in lines[:_LINES_SHOWN]:
        out.print(f"  {line}", markup=False)
    out.print(f"  and {counted(max(0, len(lines) - _LINES_SHOWN), 'line')} more, each with its policy row and source")
    out.print(
        f"Without waiting for anybody {_written(shown.at_once)}: access in Canvas, the case, the offices' tickets. "
        f"After the registrar's approval {_written(shown.approved)}: the message to the instructor."
    )


def print_alerts(shown: "AlertsShown", out: Console) -> None:
    """Print what a look at the term found, and the reasons of the alert with the highest risk."""
    counts = shown.report.counts
    said = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in counts.items() if number)
    out.print(f"{said}. {counted(len(shown.report.held), 'plan')} of drafts wait for an advisor; nothing was sent.")
    if shown.first is not None and shown.first.detail is not None:
        out.print(f"The highest risk, {shown.first.detail.risk:.0%}, rests on:")
        for reason in shown.first.detail.reasons:
            out.print(f"  - {reason.text}", markup=False)
    out.print(f"{shown.planted} students were made to fall silent or stay away; {shown.found} of them have an alert.")


def _written(outcomes: "Outcomes") -> str:
    return f"{counted(outcomes.verified, 'change')} {'was' if outcomes.verified == 1 else 'were'} written and read back"
