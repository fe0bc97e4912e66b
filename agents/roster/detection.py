"""Detection: where SIS and LMS disagree about rosters and people, each disagreement once, with proof and remedy.

The nightly run compares everything, so that changes made outside the feed are found too (R69); an event goes through
the same rules with the little it concerns.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from agents.roster.archives import offer_archives
from agents.roster.believable import is_believable
from agents.roster.campus import Campus, index_campus
from agents.roster.cases import Case, open_cases
from agents.roster.comparing import Sides, compare_in_python, lay_out
from agents.roster.detected import Detection, Difference, Preflight
from agents.roster.doubled import find_doubled_keys
from agents.roster.enrolment_differences import (
    group_by_person,
    group_by_section,
    move_difference,
    one_by_one,
    split_cases,
)
from agents.roster.expected import Key
from agents.roster.moves import pair_moves
from agents.roster.particulars import add_particulars
from agents.roster.people import people_differences
from agents.roster.places import place_differences
from agents.roster.preflight import count_rosters, find_stop, hold_sections, look_before, word_held
from agents.roster.section_checks import find_studies, find_without_teacher
from agents.roster.snapshots import RosterSnapshots, SourceCounts
from agents.roster.staged import compare_in_database
from agents.roster.trust import Trust, find_stops, weigh_sources
from domain.findings import Finding
from domain.institution import Institution
from domain.ports import IdentityResolver
from domain.rules.bulk import BulkLimits
from domain.rules.facts import Facts
from store.staging_tables import section_text

Compare = Callable[[Sides], dict[tuple[Key, bool], Facts]]
"""A way to compare both sides: in Python for an event, in the database for a term."""


def detect(
    snapshots: RosterSnapshots,
    institution: Institution,
    now: datetime,
    *,
    resolver: IdentityResolver,
    limits: BulkLimits,
    staging: Path | None = None,
    earlier: SourceCounts | None = None,
) -> Detection:
    """Compare a whole term (S51, S52, S246).

    ``limits`` are the policy's, ``staging`` is the folder for short-lived encrypted snapshots, ``earlier`` the counts
    of the last good run. A source that is empty or shrunken stops the term: the detection then holds findings and no
    differences (R66, R68).
    """
    stops = tuple(find_stops(snapshots, earlier, limits))
    if stops:
        reason = " ".join(stop.message for stop in stops)
        preflight = Preflight(stopped=True, reason=reason)
        findings = (*stops, *_reported(snapshots))
        return Detection(term=snapshots.term, detected_at=now, findings=findings, preflight=preflight)
    campus = index_campus(snapshots, institution, now)
    return _compare(campus, partial(compare_in_database, parent=staging), resolver, limits)


def detect_one(
    snapshots: RosterSnapshots, institution: Institution, now: datetime, *, resolver: IdentityResolver
) -> Detection:
    """Look at one registration event: the same rules over the few rows it concerns (S62, S124).

    ``snapshots`` holds the sections, people and rows that were read for the event, and is complete for those. Where a
    student may have changed sections, hold both sections and both registrations, so that a move is seen as one (R52).
    """
    return _compare(index_campus(snapshots, institution, now), compare_in_python, resolver, None)


def _compare(campus: Campus, compare: Compare, resolver: IdentityResolver, limits: BulkLimits | None) -> Detection:
    trust, incomplete = weigh_sources(campus.snapshots)
    sides = lay_out(campus)
    loud = compare(sides)
    cases = [case for case in open_cases(sides, loud, resolver) if is_believable(case, trust)]
    counts = [count for count in count_rosters(sides) if not trust.leaves_out(section_text(count.section))]
    preflight = look_before(counts, cases, limits) if limits else Preflight()
    found = add_particulars(campus, _differences(sides, cases, trust, resolver), resolver)
    differences = hold_sections(found, preflight.held)
    staffless = (*find_without_teacher(campus, dict(sides.sections)), *find_studies(campus, dict(sides.sections)))
    noted = (*find_stop(preflight), *incomplete, *_reported(campus.snapshots))
    findings = (*noted, *find_doubled_keys(campus), *sides.findings, *staffless)
    return Detection(
        term=campus.snapshots.term,
        detected_at=campus.now,
        differences=(*differences, *word_held(sides, preflight)),
        findings=findings,
        preflight=preflight,
        compared=len(sides.registrations) + len(sides.teachers),
    )


def _reported(snapshots: RosterSnapshots) -> tuple[Finding, ...]:
    """Return what the connectors themselves found wrong with single rows, once where several reads met it."""
    return tuple(dict.fromkeys(finding for fetch in snapshots.fetches().values() for finding in fetch.findings))


def _differences(sides: Sides, cases: list[Case], trust: Trust, resolver: IdentityResolver) -> list[Difference]:
    """Return the differences from the outside in: people, places, moves, single enrolments."""
    moves, rest = pair_moves(sides.campus, cases)
    rows, about_people, about_places = split_cases(rest)
    return [
        *people_differences(sides, group_by_person(about_people), trust, resolver),
        *place_differences(sides, group_by_section(about_places), trust),
        *(move_difference(sides.campus, move) for move in moves),
        *offer_archives(sides.campus, one_by_one(sides.campus, rows)),
    ]
