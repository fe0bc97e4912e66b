"""The report over the last runs on the screen: sync points, runs, speed, data quality and what waits."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from agents.roster.digest import DigestLine
from agents.roster.sync_points import SyncPoint
from service.impact import TARGET_SECONDS, EventLine, Impact, Resolved, RunLine

_LARGEST = 3


def print_impact(impact: Impact, console: Console | None = None) -> None:
    """Print the report, the question of phase 1 first: where do mismatches arise?"""
    out = console or Console()
    if not impact.runs:
        out.print("No run over a whole term yet. Start one: provost reconcile TERM --dry-run")
        return
    if impact.sync_points:
        out.print(_points_table(impact.sync_points, len(impact.runs)))
    if impact.automatic_share is not None:
        out.print(f"Rules settle {impact.automatic_share:.0%} of these without a person.")
    out.print(_runs_table(impact.runs))
    for row in impact.runs:
        if row.note:
            out.print(f"{row.run_id}: {escape(row.note)}")
    out.print(_events_sentence(impact.events))
    out.print(_speed_sentence(impact.resolved))
    _print_quality(impact.quality, out)
    _print_waiting(impact.waiting, out)


def _points_table(points: tuple[SyncPoint, ...], runs: int) -> Table:
    table = Table(title=f"Where mismatches arise: last {runs} runs, each mismatch once", title_justify="left")
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


def _runs_table(runs: tuple[RunLine, ...]) -> Table:
    table = Table(title="Runs", title_justify="left")
    for name in ("began (UTC)", "kind", "state"):
        table.add_column(name)
    for name in ("found", "applied", "read back", "held", "tickets", "s"):
        table.add_column(name, justify="right")
    for row in runs:
        numbers = (row.found, row.applied, row.verified, row.held, row.tickets)
        seconds = "" if row.seconds is None else f"{row.seconds:.0f}"
        began = f"{row.started_at:%m-%d %H:%M}"
        table.add_row(began, row.kind, row.state, *(str(number) for number in numbers), seconds)
    return table


def _events_sentence(events: EventLine) -> str:
    return (
        f"{events.carried} live registration events since then: {events.verified} changes read back, "
        f"{events.failed} events failed."
    )


def _speed_sentence(resolved: Resolved) -> str:
    if resolved.p95_seconds is None:
        return "No change has gone on by itself yet, so there is no time to resolution."
    return (
        f"{resolved.changes} changes went on by themselves: read back {resolved.median_seconds:.1f} s (median) and "
        f"{resolved.p95_seconds:.1f} s (p95) after their run began; {resolved.within_target:.0%} within "
        f"{TARGET_SECONDS // 60} minutes."
    )


def _print_quality(lines: tuple[DigestLine, ...], out: Console) -> None:
    if not lines:
        out.print("The last run found nothing wrong with the data it was given.")
        return
    out.print(f"\nData quality in the last run, {sum(line.count for line in lines)} findings:")
    for line in lines:
        more = f" and {line.count - len(line.subjects)} more" if line.count > len(line.subjects) else ""
        out.print(escape(f"{line.count} x {line.code} {line.severity.value}: {line.message}"))
        out.print(escape(f"    {', '.join(line.subjects)}{more}. {line.fix}"))


def _print_waiting(waiting: dict[str, int], out: Console) -> None:
    for role, number in waiting.items():
        out.print(f"{number} requests wait for the role {role}: provost approvals list")
