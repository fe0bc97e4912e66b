"""An outside system in memory, so that a benchmark measures what governing costs and not what a network does."""

from collections.abc import Mapping, Sequence

from domain.changes import Change
from domain.ids import ChangeId
from domain.images import Image
from domain.ports import Capabilities, Receipt


class MemorySystem:
    """An outside system that is a dictionary: what is written is what is read back."""

    def __init__(self) -> None:
        self.images: dict[str, Image] = {}

    def capabilities(self) -> Capabilities:
        """Say what it can do."""
        return Capabilities(system="memory", version="1", reads=frozenset({"enrol"}), writes=frozenset({"enrol"}))

    def observe(self, changes: Sequence[Change]) -> Mapping[ChangeId, Image]:
        """Return the present images."""
        return {change.change_id: self.images.get(change.natural_key, Image.absent()) for change in changes}

    def apply(self, changes: Sequence[Change]) -> Mapping[ChangeId, Receipt]:
        """Write the images that the changes want."""
        self.images.update({change.natural_key: change.after for change in changes})
        return {change.change_id: Receipt(change=change.change_id, accepted=True) for change in changes}
