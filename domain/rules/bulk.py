"""Safety in numbers: an empty, shrunken or incomplete source never becomes a mass change (R58, R66 to R68, R70)."""

from decimal import Decimal

from pydantic import Field

from domain.setting import Setting


class BulkLimits(Setting):
    """How far counts may differ before a run, or one section of it, stops (S51, R66, R67, R68).

    The policy file says every one of them; there is no default, so that nothing is compared that nobody bounded.
    """

    shrunk_share: Decimal = Field(
        ge=0, le=1, description="Share of the rows of the last good read that may be gone (R66, R68)."
    )
    run_difference_share: Decimal = Field(
        ge=0, le=1, description="Share by which roster totals may differ before the run stops (S51)."
    )
    run_difference_minimum: int = Field(
        ge=0, description="Difference of the totals below which its share is not looked at (S51)."
    )
    section_removal_share: Decimal = Field(
        ge=0, le=1, description="Share of one section's roster that may be removed unasked (R58, R67)."
    )
    section_removal_minimum: int = Field(
        ge=0, description="Removals in one section below which its share is not looked at (R67)."
    )


def is_empty_source(rows: int, counterpart_rows: int) -> bool:
    """Tell whether a source is empty where the other system shows that something must be there (R66)."""
    return rows == 0 and counterpart_rows > 0


def has_shrunk(rows: int, earlier_rows: int | None, limit: Decimal) -> bool:
    """Tell whether too large a share of an earlier good read is gone (R66, R68); no earlier read, no answer."""
    return bool(earlier_rows) and Decimal(rows) < (1 - limit) * Decimal(earlier_rows or 0)


def difference_share(sis: int, lms: int) -> Decimal:
    """Return by what share of the larger total two totals differ, between 0 and 1 (S51)."""
    return Decimal(abs(sis - lms)) / Decimal(max(sis, lms, 1))


def differs_too_much(sis: int, lms: int, limits: BulkLimits) -> bool:
    """Tell whether two roster totals differ so much that a source must be at fault, and the run stops (S51)."""
    large = abs(sis - lms) >= limits.run_difference_minimum
    return large and difference_share(sis, lms) > limits.run_difference_share


def removes_too_many(removals: int, roster: int, limits: BulkLimits) -> bool:
    """Tell whether so many of one roster would go that a person must look: a purge, or a broken source (R58, R67)."""
    if removals < limits.section_removal_minimum:
        return False
    return Decimal(removals) > limits.section_removal_share * Decimal(max(roster, 1))


def may_conclude_from_absence(*, complete: bool, rows: int, expected: int | None) -> bool:
    """Tell whether a missing row proves anything: only when the whole fetch arrived, by its own count too (R70)."""
    return complete and (expected is None or rows >= expected)
