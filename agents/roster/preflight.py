"""Counts before anything is written: rosters that differ, students only one side has, and when to stop (S51, S52)."""

from collections import Counter
from collections.abc import Iterable, Sequence

from agents.roster.cases import Case
from agents.roster.comparing import Sides
from agents.roster.detected import Difference, Preflight, SectionCount
from agents.roster.wording import CERTAIN
from domain.changes import Tier
from domain.errors import LimitExceeded
from domain.evidence import Evidence
from domain.findings import Discrepancy, DiscrepancyType, Finding, Handling, Severity
from domain.ids import RuleId, SectionKey
from domain.lms import LmsState
from domain.records import RegistrationStatus
from domain.rules.bulk import BulkLimits, difference_share, differs_too_much, removes_too_many
from domain.rules.facts import LIVE_STATES, SectionStanding

COUNTED = frozenset({SectionStanding.LIVE, SectionStanding.MISPLACED})


def count_rosters(sides: Sides) -> tuple[SectionCount, ...]:
    """Count the students of every live section in both systems, by section key."""
    registered = {key for key, row in sides.registrations.items() if row.status is RegistrationStatus.REGISTERED}
    present = {key for key, row in sides.found.students.items() if row.first.state in LIVE_STATES}
    sis, lms = _by_section(registered), _by_section(present)
    only_sis, only_lms = _by_section(registered - present), _by_section(present - registered)
    campus = sides.campus
    return tuple(
        SectionCount(
            section=section.key, sis=sis[text], lms=lms[text], only_sis=only_sis[text], only_lms=only_lms[text]
        )
        for text, section in campus.sections.items()
        if sides.sections[text] in COUNTED and section.key not in campus.lectures
    )


def _by_section(keys: Iterable[tuple[str, str]]) -> Counter[str]:
    return Counter(section for section, _ in keys)


def look_before(counts: Sequence[SectionCount], cases: Sequence[Case], limits: BulkLimits) -> Preflight:
    """Decide from the counts whether the run may go on, and which sections a person must look at first (S51, R67).

    A section that the LMS has but nobody was ever enrolled in is being provisioned and does not count as a mismatch.
    """
    filled = [count for count in counts if count.lms]
    sis_total, lms_total = sum(count.sis for count in filled), sum(count.lms for count in filled)
    stopped = differs_too_much(sis_total, lms_total, limits)
    share = difference_share(sis_total, lms_total)
    reason = f"Rosters differ by {share:.0%}: {sis_total} registered, {lms_total} in the LMS." if stopped else ""
    return Preflight(
        sis_total=sis_total,
        lms_total=lms_total,
        sections=tuple(count for count in counts if count.only_sis or count.only_lms),
        held=_held(counts, cases, limits),
        stopped=stopped,
        reason=reason,
    )


def find_stop(preflight: Preflight) -> tuple[Finding, ...]:
    """Word why totals that differ too much stop the run, so that staff hear of it like of any other stop (S51, R66)."""
    if not preflight.stopped:
        return ()
    fix = "Find out with the data office which side lost rows, have it delivered again, and run again."
    return (
        Finding(
            code=LimitExceeded.code,
            severity=Severity.STOP,
            subject="roster totals",
            message=f"{preflight.reason} Nothing is changed.",
            fix=fix,
        ),
    )


def _held(counts: Sequence[SectionCount], cases: Sequence[Case], limits: BulkLimits) -> tuple[SectionKey, ...]:
    removals = Counter(case.section for case in cases if is_removal(case))
    return tuple(count.section for count in counts if removes_too_many(removals[count.section], count.lms, limits))


def is_removal(case: Case) -> bool:
    """Tell whether settling the case takes access away without asking."""
    ends = case.verdict.wanted in {LmsState.DELETED, LmsState.INACTIVE, LmsState.COMPLETED}
    return ends and case.verdict.handling is Handling.CORRECT and case.facts.state in LIVE_STATES


def hold_sections(differences: Iterable[Difference], held: Iterable[SectionKey]) -> list[Difference]:
    """Raise what would be removed in held sections to a proposal, so that one approval covers the purge (R58)."""
    sections = frozenset(held)
    return [_raise_tier(each) if _is_held(each, sections) else each for each in differences]


def _is_held(difference: Difference, sections: frozenset[SectionKey]) -> bool:
    ends = any(change.kind == "deactivate" for change in difference.remedy)
    return ends and difference.discrepancy.section in sections


def _raise_tier(difference: Difference) -> Difference:
    raised = {"tier": Tier.PROPOSE, "handling": Handling.PROPOSE}
    remedy = tuple(change.model_copy(update={"tier": Tier.PROPOSE}) for change in difference.remedy)
    return Difference(discrepancy=difference.discrepancy.model_copy(update=raised), remedy=remedy)


def word_held(sides: Sides, preflight: Preflight) -> list[Difference]:
    """Return one count mismatch per held section: too much would go at once (S51, R67)."""
    counts = {count.section: count for count in preflight.sections}
    return [_count_mismatch(sides, counts[section]) for section in preflight.held if section in counts]


def _count_mismatch(sides: Sides, count: SectionCount) -> Difference:
    snapshots, now = sides.campus.snapshots, sides.campus.now
    sources = ((snapshots.registrations, f"{count.sis} registered"), (snapshots.enrollments, f"{count.lms} enrolled"))
    evidence = tuple(
        Evidence(source=fetch.source, record=f"section {count.section}", shows=shows, read_at=fetch.read_at)
        for fetch, shows in sources
    )
    return Difference(
        discrepancy=Discrepancy(
            type=DiscrepancyType.COUNT_MISMATCH,
            subject=f"section {count.section}",
            rule=RuleId("S51"),
            tier=Tier.PROPOSE,
            handling=Handling.TICKET,
            confidence=CERTAIN.confidence,
            confidence_basis=CERTAIN.basis,
            evidence=evidence,
            detected_at=now,
            section=count.section,
            details={"only_sis": str(count.only_sis), "only_lms": str(count.only_lms)},
        )
    )
