"""Before and after, from what the last runs left behind: what a person had to look at, and how fast it went (S195).

Before is the same runs with nothing settled by rule. How long one matter takes by hand is the institution's to say;
where nobody said it, it is left empty and never guessed.
"""

from collections.abc import Iterator

from domain.records import Record
from graphs.desks.impact import TARGET_SECONDS, Impact, RunLine

_NOT_SAID = "not measured"


class BeforeAfter(Record):
    """One line of the table: what is compared, as it would be by hand, as it is, and where both come from."""

    what: str
    before: str
    after: str
    source: str


def compare_runs(impact: Impact, minutes_by_hand: float | None = None) -> tuple[BeforeAfter, ...]:
    """Return the lines that the last run over a whole term and the speed of the last ones come to."""
    newest = next((line for line in impact.runs if line.kind == "reconcile"), None)
    found = list(_of_run(newest, minutes_by_hand)) if newest is not None else []
    return (*found, *_of_speed(impact))


def _of_run(line: RunLine, minutes: float | None) -> Iterator[BeforeAfter]:
    left = line.held + line.tickets
    source = f"run {line.run_id}"
    yield BeforeAfter(
        what="mismatches a person looks at", before=f"{line.found:,}", after=f"{min(left, line.found):,}", source=source
    )
    yield BeforeAfter(
        what="changes entered by hand", before=f"{line.proposed:,}", after=f"{line.held:,} to approve", source=source
    )
    yield BeforeAfter(
        what="hours of that work",
        before=_NOT_SAID if minutes is None else f"{line.proposed * minutes / 60:,.1f}",
        after=_NOT_SAID if minutes is None else f"{left * minutes / 60:,.1f}",
        source=f"{source}, {minutes:g} minutes each" if minutes is not None else "say --minutes-by-hand",
    )


def _of_speed(impact: Impact) -> Iterator[BeforeAfter]:
    resolved = impact.resolved
    if resolved.p95_seconds is None:
        return
    yield BeforeAfter(
        what="seconds until a mismatch is settled, 95 of 100",
        before="until the next look by hand",
        after=f"{resolved.p95_seconds:,.1f}, target {TARGET_SECONDS}",
        source=f"{resolved.changes:,} changes of the last runs (S197)",
    )
