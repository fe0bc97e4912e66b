"""Evidence of engagement is kept before access ends, and a re-registration ends the matter (R51, R52, R116)."""

from datetime import datetime

from domain.engagement import EngagementRead


def may_end_access(kept: EngagementRead | None, left_at: datetime | None) -> bool:
    """Tell whether access may change: a complete reading taken at or after the drop is kept (R116).

    A reading from before the drop could miss work handed in between; one that is not complete proves no last day.
    """
    return kept is not None and left_at is not None and kept.complete and kept.read_at >= left_at


def is_registered_again(drop_sequence: int, registered_again_sequence: int | None) -> bool:
    """Tell whether the student registered again after the drop, so that nothing of it is left to do (R51, R52)."""
    return registered_again_sequence is not None and registered_again_sequence > drop_sequence
