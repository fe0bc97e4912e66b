"""What the control face refuses."""

from __future__ import annotations


class BadRequestError(Exception):
    """A call that makes no sense; the message says what would."""
