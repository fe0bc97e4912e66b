"""One request on its way through the door: coded in every part, and what it turned out to hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.callbacks import BaseCallbackManager
from langchain_core.messages import BaseMessage

from domain.ids import RecordHandle
from privacy.models.coding import Coder
from privacy.models.crossing import ContentKind, Crossing
from privacy.models.messages import code_apart_from, holds_unsearchable, texts_of
from privacy.models.options import code_options, option_texts
from privacy.models.own_texts import NOTHING_OWN, OwnTexts


@dataclass(frozen=True)
class Admission:
    """Whose request it is, what it turned out to hold and of whom it speaks; travels from the door's entry to the wire.

    Its text names nobody, as its fields are never shown.
    """

    crossing: Crossing = field(repr=False)
    model: str = field(repr=False)
    content: frozenset[ContentKind] = field(repr=False)
    people: frozenset[RecordHandle] = field(repr=False)


@dataclass(frozen=True)
class Labels:
    """What a run is called: tags, metadata and name reach callbacks and tracers, and are coded like any text."""

    tags: list[str] | None = None
    metadata: dict[str, Any] | None = None
    name: str | None = None
    callbacks: Any = None

    def coded(self, coder: Coder) -> "Labels":
        """Return the labels in codes, those of an inherited callback manager too."""
        return Labels(
            tags=[coder.text(tag) for tag in self.tags] if self.tags else self.tags,
            metadata=_coded_mapping(self.metadata, coder) if self.metadata else self.metadata,
            name=coder.text(self.name) if self.name else self.name,
            callbacks=_coded_manager(self.callbacks, coder),
        )


@dataclass(frozen=True)
class Coded:
    """One request in codes."""

    batches: list[list[BaseMessage]]
    stop: list[str] | None
    options: dict[str, Any]
    labels: Labels

    def texts(self, own: OwnTexts = NOTHING_OWN) -> list[str]:
        """Return everything that would leave and is not our own, apart from the labels, which reach callbacks only."""
        said = [text for batch in self.batches for text in texts_of(batch, own)]
        return [*said, *(self.stop or ()), *option_texts(self.options, own)]

    def content(self, coder: Coder, crossing: Crossing) -> frozenset[ContentKind]:
        """Return what the request holds: what the caller vouches for, and what was found in it."""
        found = {ContentKind.RESIDUAL} if coder.found else set()
        if any(holds_unsearchable(batch) for batch in self.batches):
            found.add(ContentKind.UNSEARCHABLE)
        return crossing.content | found


def code_request(  # noqa: PLR0917 the parts of a request
    batches: Sequence[Sequence[BaseMessage]],
    stop: Sequence[str] | None,
    options: Mapping[str, Any],
    labels: Labels,
    coder: Coder,
    own: OwnTexts = NOTHING_OWN,
) -> Coded:
    """Put codes in place of identifiers everywhere in a request but in what is our own."""
    return Coded(
        batches=[code_apart_from(batch, coder, own) for batch in batches],
        stop=[coder.text(word) for word in stop] if stop is not None else None,
        options=code_options(options, coder, own),
        labels=labels.coded(coder.apart()),
    )


def _coded_mapping(values: Mapping[str, Any], coder: Coder) -> dict[str, Any]:
    return {coder.text(str(key)): coder.deep(value) for key, value in values.items()}


def _coded_manager(callbacks: Any, coder: Coder) -> Any:  # noqa: ANN401 handlers or a manager
    """Return a callback manager whose own labels are in codes; single handlers bring none."""
    if not isinstance(callbacks, BaseCallbackManager):
        return callbacks
    manager = callbacks.copy()
    manager.tags = [coder.text(tag) for tag in manager.tags]
    manager.inheritable_tags = [coder.text(tag) for tag in manager.inheritable_tags]
    manager.metadata = _coded_mapping(manager.metadata, coder)
    manager.inheritable_metadata = _coded_mapping(manager.inheritable_metadata, coder)
    return manager
