"""The report over the last runs on the screen: sync points, runs, speed, data quality and what waits."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from agents.roster.digest import DigestLine
from agents.roster.sync_points import SyncPoint
from graphs.desks.before_after import BeforeAfter
from graphs.desks.impact import TARGET_SECONDS, EventLine, Impact, Resolved, RunLine
from service.screens.words import counted, plain_table

_LARGEST = 3


def print_impact(impact: Impact, console: Console | None = None) -> None:
    """Print the report, the question of phase 1 first: where do mismatches arise?"""
    out = console or Console()
    if impact.sync_points:
        out.print(_points_table(impact.sync_points, len(impact.runs)))
    if impact.automatic_share is not None:
        out.print(f"Rules settle {impact.automatic_share:.0%} of these without a person.")
    _print_runs(impact.runs, out)
    if not impact.runs and not impact.events.carried:
        return
    out.print(_events_sentence(impact.events))
    out.print(_speed_sentence(impact.resolved))
    if impact.runs and not impact.quality:
        out.print("The last run found nothing wrong with the data it was given.")
    _print_quality(impact.quality, out)
    _print_waiting(impact.waiting, out)


def print_before_after(lines: Sequence[BeforeAfter], console: Console | None = None) -> None:
    """Print the table of before and after, or what to do where nothing was measured yet (S195)."""
    out = console or Console()
    if not lines:
        out.print("Nothing was measured yet. Start with provost reconcile TERM and provost eval all.")
        return
    table = plain_table("Before and after")
    for name in ("what", "before", "after", "from"):
        table.add_column(name, justify="left" if name in {"what", "from"} else "right")
    for line in lines:
        table.add_row(*(escape(cell) for cell in (line.what, line.before, line.after, line.source)))
    out.print(table)


def _points_table(points: tuple[SyncPoint, ...], runs: int) -> Table:
    table = plain_table(f"Where mismatches arise: {counted(runs, 'run')}, each mismatch once")
    table.add_column("type")
    for name in ("found", "share", "by rule alone"):
        table.add_column(name, justify="right")
    departments = any(any(point.departments) for point in points)
    if departments:
        table.add_column("mostly in")
    for point in points:
        cells = [point.type.value.replace("_", " "), str(point.count), f"{point.share:.0%}", str(point.settled_by_rule)]
        table.add_row(*cells, *([_largest(point)] if departments else []))
    return table


def _largest(point: SyncPoint) -> str:
    named = [(name, number) for name, number in point.departments.items() if name]
    return ", ".join(f"{name} {number}" for name, number in named[:_LARGEST])


def _print_runs(runs: tuple[RunLine, ...], out: Console) -> None:
    """Print two lines for each run, its id ready to be copied into provost rollback."""
    if not runs:
        out.print("No run over a whole term yet. Start one: provost reconcile TERM --dry-run")
        return
    out.print("Runs, newest first:")
    for row in runs:
        state = row.state.replace("_", " ")
        out.print(f"{row.started_at:%Y-%m-%d %H:%M} UTC  {row.kind}, {state}  {row.run_id}", markup=False)
        numbers = f"{row.applied} applied, {row.verified} read back, {row.held} held"
        out.print(f"    {row.found} found, {numbers}, {counted(row.tickets, 'ticket')}")
        if row.note:
            out.print(f"    {escape(row.note)}")


def _events_sentence(events: EventLine) -> str:
    return (
        f"{counted(events.carried, 'live registration event')} in that time: "
        f"{counted(events.verified, 'change')} read back, {events.failed} failed."
    )


def _speed_sentence(resolved: Resolved) -> str:
    if resolved.p95_seconds is None:
        return "No change has gone on by itself yet, so there is no time to resolution."
    speed = f"{resolved.median_seconds:.1f} s (median) and {resolved.p95_seconds:.1f} s (p95) after their run began"
    share = f"{resolved.within_target:.0%} within {TARGET_SECONDS // 60} minutes"
    return f"{counted(resolved.changes, 'change')} went on without a person, read back {speed}; {share}."


def _print_quality(lines: tuple[DigestLine, ...], out: Console) -> None:
    if not lines:
        return
    out.print(f"\nData quality in the last run, {sum(line.count for line in lines)} findings:")
    for line in lines:
        more = f" and {line.count - len(line.subjects)} more" if line.count > len(line.subjects) else ""
        out.print(escape(f"{line.count} x {line.code} {line.severity.value}: {line.message}"))
        out.print(escape(f"    {', '.join(line.subjects)}{more}. {line.fix}"))


def _print_waiting(waiting: dict[str, int], out: Console) -> None:
    if waiting:
        named = ", ".join(f"{counted(number, 'request')} for {role}" for role, number in waiting.items())
        out.print(f"Waiting for a person: {named}. See: provost approvals list")
