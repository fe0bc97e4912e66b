"""What the last runs found and did, measured from what they left behind (S32, S58, S72, S195 to S197).

Nothing is measured again and no other system is asked, except for the timetable where departments are wanted.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from statistics import quantiles
from typing import TYPE_CHECKING

from agents.roster.detected import Detection, Difference
from agents.roster.digest import DigestLine, group_findings
from agents.roster.sync_points import SyncPoint, automatic_share, rank_sync_points
from domain.ids import RunId, SectionKey, TermCode
from domain.records import Record
from store.plans import Run
from store.resolutions import read_resolutions

if TYPE_CHECKING:
    from graphs.assembly import Provost

TARGET_SECONDS = 300
"""A discrepancy that rules settle alone is to be settled within five minutes (S197)."""
_WHOLE_TERM = ("reconcile", "dry run")
_MOST_EVENTS = 2000


class RunLine(Record):
    """One run over a whole term, by number."""

    run_id: RunId
    kind: str
    term: str
    state: str
    started_at: datetime
    seconds: float | None
    found: int
    proposed: int
    automatic: int
    applied: int
    verified: int
    held: int
    tickets: int
    note: str = ""


class EventLine(Record):
    """The live registration events since the oldest run shown, together."""

    carried: int = 0
    verified: int = 0
    failed: int = 0


class Resolved(Record):
    """How fast what rules settle alone was settled, from the start of its run to the reading back."""

    changes: int = 0
    median_seconds: float | None = None
    p95_seconds: float | None = None
    within_target: float | None = None


class Impact(Record):
    """The whole report; ``automatic_share`` is the share of mismatches that rules settle without a person (S72)."""

    runs: tuple[RunLine, ...]
    events: EventLine
    sync_points: tuple[SyncPoint, ...]
    automatic_share: float | None
    resolved: Resolved
    quality: tuple[DigestLine, ...]
    waiting: dict[str, int]


def measure_impact(provost: "Provost", *, limit: int, departments: bool = False) -> Impact:
    """Measure the newest ``limit`` runs over a whole term and the events since the oldest of them.

    ``departments`` asks the SIS for its timetable to say where mismatches cluster; raises what reading it raises.
    """
    rows = _whole_term_runs(provost, limit)
    events = _events_since(provost, rows)
    found = [(row, _detection(provost, row)) for row in rows]
    merged = _merge([detection for _, detection in found if detection is not None])
    newest = next((detection for _, detection in found if detection is not None), None)
    sections = merged.discrepancies if merged and departments else ()
    name = _department_names(provost, {each.section.term for each in sections if each.section})
    return Impact(
        runs=tuple(_line(row) for row in rows),
        events=_event_line(events),
        sync_points=rank_sync_points(merged, name) if merged else (),
        automatic_share=automatic_share(merged) if merged and merged.differences else None,
        resolved=_resolved(provost, [*rows, *events]),
        quality=group_findings(newest.findings) if newest else (),
        waiting=_waiting(provost),
    )


def _whole_term_runs(provost: "Provost", limit: int) -> list[Run]:
    rows = [row for kind in _WHOLE_TERM for row in provost.runs.latest(kind, limit)]
    return sorted(rows, key=lambda row: row.started_at, reverse=True)[:limit]


def _events_since(provost: "Provost", rows: Sequence[Run]) -> list[Run]:
    since = min((row.started_at for row in rows), default=None)
    events = provost.runs.latest("event", _MOST_EVENTS)
    return [row for row in events if since is None or row.started_at >= since]


def _detection(provost: "Provost", row: Run) -> Detection | None:
    return provost.past.detection(RunId(row.id))


def _merge(detections: Sequence[Detection]) -> Detection | None:
    """Return one detection in which each mismatch stands once, however many nights it was seen."""
    if not detections:
        return None
    once: dict[tuple[str, str], Difference] = {}
    for detection in detections:
        for each in detection.differences:
            once.setdefault((each.discrepancy.type, each.discrepancy.subject), each)
    return detections[0].model_copy(update={"differences": tuple(once.values())})


def _department_names(provost: "Provost", terms: Iterable[TermCode]) -> Callable[[SectionKey], str]:
    names: dict[SectionKey, str] = {}
    for term in sorted(terms):
        names |= {row.key: row.department or row.subject for row in provost.sis.read_sections(term).rows}
    return lambda section: names.get(section, "")


def _line(row: Run) -> RunLine:
    counts: Mapping[str, int] = Counter(row.counts)
    return RunLine(
        run_id=RunId(row.id),
        kind=row.kind,
        term=row.term,
        state=row.state.value,
        started_at=row.started_at,
        seconds=(row.ended_at - row.started_at).total_seconds() if row.ended_at else None,
        found=sum(number for name, number in counts.items() if name.startswith("found ")),
        note=row.note,
        **{name: counts[name] for name in ("proposed", "automatic", "applied", "verified", "held", "tickets")},
    )


def _event_line(events: Sequence[Run]) -> EventLine:
    verified = sum(row.counts.get("verified", 0) for row in events)
    return EventLine(carried=len(events), verified=verified, failed=sum(row.state == "failed" for row in events))


def _resolved(provost: "Provost", rows: Sequence[Run]) -> Resolved:
    times = sorted(each.seconds for each in read_resolutions(provost.database, [row.id for row in rows]))
    if not times:
        return Resolved()
    cuts = quantiles(times, n=20, method="inclusive") if len(times) > 1 else times * 19
    within = sum(seconds <= TARGET_SECONDS for seconds in times) / len(times)
    return Resolved(changes=len(times), median_seconds=cuts[9], p95_seconds=cuts[18], within_target=within)


def _waiting(provost: "Provost") -> dict[str, int]:
    """Count what waits for a person, by the role that may answer."""
    return provost.approvals.count_waiting()
