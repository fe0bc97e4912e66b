"""What a drop leaves on the transcript: no record, a W, or nothing without a person (R48 to R50)."""

from datetime import date
from enum import StrEnum

from domain.drop_policy import PartDates
from domain.records import RegistrationStatus
from domain.rules.registrations import CensusSide, census_side


class TranscriptOutcome(StrEnum):
    """What the transcript shows after the drop."""

    NO_RECORD = "no_record"
    WITHDRAWAL = "w"
    TOO_LATE = "too_late"
    UNKNOWN = "unknown"


def transcript_outcome(
    left_on: date | None, dates: PartDates, *, status: RegistrationStatus, census_on: date | None = None
) -> TranscriptOutcome:
    """Say what a drop on a campus day leaves: nothing by census, a W until its last day, later nothing by rule.

    ``census_on`` is the section's own census, which goes before that of its part (R33). What the institution itself
    cancelled leaves no record on any day (R58). Without a date nobody guesses (R50); a day after the part has no answer
    either.
    """
    if status is RegistrationStatus.CANCELED:
        return TranscriptOutcome.NO_RECORD
    if left_on is None or left_on > dates.end_on:
        return TranscriptOutcome.UNKNOWN
    if census_side(left_on, census_on or dates.no_record_through_on) is CensusSide.ON_OR_BEFORE:
        return TranscriptOutcome.NO_RECORD
    return TranscriptOutcome.WITHDRAWAL if left_on <= dates.withdraw_through_on else TranscriptOutcome.TOO_LATE
