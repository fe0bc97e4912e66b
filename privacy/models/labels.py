"""The labels of a run as the second look reads them: they leave with a request as much as its messages do (S228)."""

from collections.abc import Mapping, Sequence
from typing import Any

from privacy.models.coding import OPAQUE, strings_of


def label_texts(tags: Sequence[str] | None, metadata: Mapping[str, Any] | None, name: str | None) -> list[str]:
    """Return the texts of a run's labels without its random names."""
    return [OPAQUE.sub("", text) for text in strings_of([list(tags or ()), dict(metadata or {}), name or ""])]
