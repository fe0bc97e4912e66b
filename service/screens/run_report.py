"""A run on the screen: what was found by type, what became of it, and what to do next."""

from collections import Counter

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from domain.findings import Discrepancy
from graphs.reports import RunReport, RunState
from service.screens.words import counted, plain_table

_NEXT = {
    RunState.CLEAN: "Nothing waits for a person.",
    RunState.WAITING: "Changes wait for a person: `provost approvals list`.",
    RunState.STOPPED: "The run stopped before any write; the findings above say why. Mend that and run again.",
    RunState.FAILED: "The run failed; the findings above say why, and `provost doctor` what to check.",
}

_REST = {
    "unverified": "not read back",
    "uncertain": "uncertain",
    "already": "already so",
    "held": "held for a person",
    "refused": "refused",
    "conflicts": "moved meanwhile",
    "denied": "denied by policy",
    "shadow": "rehearsed in shadow and shown nowhere else",
    "reported": "only reported, as phase 1 does",
    "suppressed": "left alone after a rollback",
    "rejected": "rejected",
}
"""What else may have become of a change; only what happened is said."""
_NOTHING_WRONG = frozenset({RunState.CLEAN, RunState.WAITING})
_DRY = "Nothing was written and nobody was asked. To carry it out, run it again without --dry-run."


def print_run(report: RunReport, *, limit: int = 20, console: Console | None = None) -> None:
    """Print one run: counts by type, findings, outcomes and the next step."""
    out = console or Console()
    if report.counts:
        out.print(types_table(report))
    print_findings(report, limit, out)
    print_discrepancies(report.discrepancies, limit, out)
    out.print(outcome_sentence(report))
    out.print(_DRY if report.dry_run and report.state in _NOTHING_WRONG else _NEXT[report.state])


def types_table(report: RunReport) -> Table:
    """Return the table of discrepancy types with their handling."""
    table = plain_table(f"Term {report.term}, run {report.run_id}")
    for column in ("type", "found", "rule", "handling"):
        table.add_column(column, justify="right" if column == "found" else "left")
    for name, count in sorted(report.counts.items(), key=lambda item: (-item[1], item[0])):
        of_type = [found for found in report.discrepancies if found.type.value == name]
        table.add_row(
            name, str(count), _most(found.rule for found in of_type), _most(f.handling.value for f in of_type)
        )
    return table


def _most(values: object) -> str:
    counted = Counter(values)  # type: ignore[call-overload]
    return ", ".join(
        f"{value} ({count})" if len(counted) > 1 else str(value) for value, count in counted.most_common(3)
    )


def print_findings(report: RunReport, limit: int, out: Console) -> None:
    """Print what was wrong with the sources, most severe first."""
    for finding in report.findings[:limit]:
        out.print(
            f"[{finding.severity.value}] {finding.code} {finding.subject}: {finding.message} {finding.fix}",
            markup=False,
        )
    if len(report.findings) > limit:
        out.print(f"{len(report.findings) - limit} more findings are in the file that --json writes.")


def print_discrepancies(found: tuple[Discrepancy, ...], limit: int, out: Console) -> None:
    """Print the first discrepancies, by handle; names stay in the two systems."""
    for item in found[:limit]:
        details = ", ".join(f"{key} {value}" for key, value in item.details.items() if value)
        out.print(f"{item.type.value}: {item.subject}", markup=False, soft_wrap=True)
        words = f"{item.rule} {item.handling.value}" + (f": {details}" if details else "")
        out.print(Padding(escape(words), (0, 0, 0, 4)))
    if len(found) > limit:
        out.print(f"{len(found) - limit} more; --limit shows more of them, --json all.")


def outcome_sentence(report: RunReport) -> str:
    """Word what became of the plan, by number."""
    done = report.outcomes
    rest = [f"{getattr(done, name)} {words}" for name, words in _REST.items() if getattr(done, name)]
    if report.dry_run:
        foreseen = [
            f"{counted(report.would_apply, 'change')} would be applied now",
            f"{done.held} would wait for a person",
        ]
        return f"Dry run: {', '.join([*foreseen, *(words for words in rest if not words.endswith(_REST['held']))])}."
    sentence = f"{counted(report.proposed, 'change')} proposed, {done.applied} applied, {done.verified} read back"
    return ", ".join([sentence, *rest]) + "."
