"""Attempted hours, pace, maximum time frame, repeats and withdrawals after the drop (R111, S116)."""

from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from domain.drop_policy import ProgressStandard, RepeatLimit
from domain.drops import Progress
from domain.rules.drop.transcript import TranscriptOutcome

_HUNDRED = Decimal(100)


class HoursAfter(NamedTuple):
    """Hours after the drop; ``pace_percent`` is rounded down and None before any hour was attempted."""

    attempted: Decimal
    completed: Decimal
    pace_percent: Decimal | None
    meets_pace: bool
    maximum_hours: Decimal
    within_maximum: bool


class AttemptsAfter(NamedTuple):
    """Attempts and withdrawals after the drop, and whether the limits leave another one."""

    attempts: int
    another_attempt: bool
    withdrawals: int
    within_withdrawals: bool


def hours_after(
    progress: Progress, hours: Decimal, outcome: TranscriptOutcome, standard: ProgressStandard
) -> HoursAfter:
    """Count a W as attempted and not completed; a drop without record counts as neither (R111).

    Shares are compared exactly, and shown to two places rounded down, so that a pace below the standard never looks
    like one that meets it. Other classes of the term are left out: nobody knows how they end.
    """
    attempted = progress.attempted + (hours if outcome is TranscriptOutcome.WITHDRAWAL else 0)
    maximum = progress.programme_hours * standard.maximum_percent / _HUNDRED
    pace = (progress.completed * _HUNDRED / attempted).quantize(Decimal("0.01"), ROUND_DOWN) if attempted else None
    return HoursAfter(
        attempted=attempted,
        completed=progress.completed,
        pace_percent=pace,
        meets_pace=progress.completed * _HUNDRED >= standard.pace_percent * attempted,
        maximum_hours=maximum,
        within_maximum=attempted <= maximum,
    )


def attempts_after(progress: Progress, outcome: TranscriptOutcome, limit: RepeatLimit) -> AttemptsAfter:
    """Count attempts of the course and withdrawals over all studies; a W counts as the table says (R111)."""
    withdrawn = outcome is TranscriptOutcome.WITHDRAWAL
    attempts = progress.earlier_attempts + (1 if withdrawn and limit.withdrawal_is_attempt else 0)
    withdrawals = progress.withdrawals + (1 if withdrawn else 0)
    most = limit.withdrawals_at_most
    return AttemptsAfter(
        attempts=attempts,
        another_attempt=attempts < limit.attempts_at_most,
        withdrawals=withdrawals,
        within_withdrawals=most is None or withdrawals <= most,
    )
