"""Early alert on the screen: a run by its numbers, a caseload as a table, one student with every alert."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from graphs.reports import RunReport, RunState
from service.screens.run_report import outcome_sentence, print_findings
from service.screens.words import counted, plain_table
from store.alerts import Alert, EventKind

if TYPE_CHECKING:
    from graphs.desks.alerts import StudentCase

_FINDINGS = 20
_NEXT = {
    RunState.CLEAN: "Nothing waits for a person.",
    RunState.WAITING: "Drafts or changes wait for a person: `provost approvals list`.",
    RunState.STOPPED: "Nobody was scored; the findings above say why.",
    RunState.FAILED: "The run failed; `provost doctor` says what to check.",
}


def print_alert_run(report: RunReport, console: Console | None = None) -> None:
    """Print what a run found, why others were left alone, and what waits."""
    out = console or Console()
    table = plain_table(f"Term {report.term}, run {report.run_id}")
    table.add_column("found")
    table.add_column("number", justify="right")
    for name, number in report.counts.items():
        table.add_row(name, f"{number:,}")
    if report.counts:
        out.print(table)
    print_findings(report, _FINDINGS, out)
    out.print(outcome_sentence(report))
    out.print("Nothing was written and nobody was told." if report.dry_run else _NEXT[report.state])


def print_caseload(cases: "Sequence[StudentCase]", console: Console | None = None) -> None:
    """Print one row per student, and what to do next."""
    out = console or Console()
    if not cases:
        out.print("There is no score and no alert about your students.")
        return
    table = plain_table()
    for column in ("student", "score", "alert", "about", "due", "suggested"):
        table.add_column(column, justify="right" if column == "score" else "left", overflow="fold")
    for case in cases:
        alert = case.alerts[0] if case.alerts else None
        words = (alert.id, _words(alert.issue), alert.due_on.isoformat(), _words(alert.intervention)) if alert else ()
        table.add_row(student_words(case), case.score, *words, *([""] * (4 - len(words))))
    out.print(table)
    out.print("Reasons and history: provost alerts show STUDENT. What came of one: provost alerts feedback ALERT.")


def print_case(case: "StudentCase", console: Console | None = None) -> None:
    """Print one student: each alert with its parts, its reasons with evidence, and what happened since."""
    out = console or Console()
    out.print(f"{student_words(case)}: score {case.score or 'none'} of 100.", markup=False)
    for alert in case.alerts:
        _print_alert(alert, out)
    out.print(f"{counted(len(case.alerts), 'alert')} in all.")


def student_words(case: "StudentCase") -> str:
    """Name a student as far as the reader may."""
    return " ".join(part for part in (case.name, case.sis_id) if part) or case.person


def _print_alert(alert: Alert, out: Console) -> None:
    head = f"\n{alert.id}  {_words(alert.issue)}, {alert.level}, {alert.state}, raised {alert.raised_on}"
    out.print(f"{head}, due {alert.due_on}", markup=False, soft_wrap=True)
    detail = alert.detail
    if detail is None:
        out.print("  What it rested on is gone: the student was forgotten.")
        return
    parts = ", ".join(f"{name} {part:+.2f}" for name, part in detail.parts.items())
    if parts:
        made = f"  risk {detail.risk:.0%}, week {detail.week}, model {detail.model}"
        out.print(f"{made}\n  base {detail.base:+.2f}, {parts}", markup=False, soft_wrap=True)
    for reason in detail.reasons:
        out.print(f"  - {reason.text}", markup=False, soft_wrap=True)
    out.print(f"  suggested: {_words(alert.intervention)} ({alert.route})", markup=False)
    for event in alert.events:
        said = f": {event.said}" if event.said else ""
        word = f" {event.word}" if event.word and event.kind in {EventKind.FEEDBACK, EventKind.CLOSED} else ""
        out.print(f"  {event.at:%Y-%m-%d %H:%M} {_words(event.kind)}{word} by {event.actor}{said}", markup=False)


def _words(value: str) -> str:
    return str(value).replace("_", " ")
