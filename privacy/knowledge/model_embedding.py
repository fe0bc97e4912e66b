"""The provider's embedding model as the knowledge base asks it, through the model door (S227)."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from privacy.models.crossing import Crossing
from privacy.vault import new_conversation
from privacy.vocabulary import Scope

if TYPE_CHECKING:
    from privacy.knowledge.vocabulary import Matrix
    from privacy.models.embedding_door import EmbeddingDoor

_PROBE = "campus"
_ACTOR = "knowledge"


class ModelEmbedder:
    """Fits ``vocabulary.Embedder``; each call is a conversation of its own, so no code links two texts."""

    leaves = True

    def __init__(self, door: "EmbeddingDoor", name: str) -> None:
        self._door, self.name = door, f"model-{name}"

    @cached_property
    def dimensions(self) -> int:
        """How many numbers a vector of this model has, asked of it once."""
        return int(self.embed([_PROBE]).shape[1])

    def embed(self, texts: Sequence[str]) -> "Matrix":
        """Return one row for each text; raises what the model door raises."""
        crossing = Crossing(conversation=new_conversation(), scope=Scope(), actor=_ACTOR, purpose="knowledge embedding")
        return np.asarray(self._door.within(crossing).embed_documents(list(texts)), dtype=np.float32)
