"""The second look at a request before it leaves: whatever is found stops the call, and nothing is sent (S229)."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from domain.errors import LeakStopped
from privacy.models.coding import searching, strings_of
from privacy.vocabulary import LeakCheck, Scope

_OPAQUE = re.compile(
    r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:run|evt|cnv|per|chg|decision)_[0-9a-z]{12,})\b"
)
"""Random names in a run's labels, whose digits say nothing about anyone."""


def stop_leaks(check: LeakCheck, texts: Iterable[str], scope: Scope) -> None:
    """Raise LeakStopped where a text still identifies someone, DetectionFailed where that could not be seen."""
    distinct = [text for text in dict.fromkeys(texts) if text]
    with searching():
        leaks = check.look(distinct, scope)
    if leaks:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(Counter(leak.kind for leak in leaks).items()))
        raise LeakStopped(
            f"The second check found identifiers in what was about to leave ({kinds}); nothing was sent.",
            field="text",
            fix="Report the conversation's id to the data protection officer; the detector has missed something.",
        )


def label_texts(tags: Sequence[str] | None, metadata: Mapping[str, Any] | None, name: str | None) -> list[str]:
    """Return the texts of a run's labels without its random names."""
    return [_OPAQUE.sub("", text) for text in strings_of([list(tags or ()), dict(metadata or {}), name or ""])]
