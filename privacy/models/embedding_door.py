"""Vectors of texts, by the same door: coded, allowed, looked at again and on record before anything is sent (S227).

A vector gives its text back to whoever tries hard enough, so only coded text is ever turned into one.
"""

from dataclasses import dataclass, replace

from langchain_core.embeddings import Embeddings

from privacy.models.crossing import Crossing
from privacy.models.entrance import Entrance
from privacy.models.replies import settling
from privacy.models.usage import Usage


@dataclass(frozen=True)
class EmbeddingDoor(Embeddings):
    """Embeddings behind the boundary; raises what ``ModelDoor`` raises. Bind a task with ``within`` first."""

    inner: Embeddings
    entrance: Entrance
    crossing: Crossing | None = None

    def within(self, crossing: Crossing) -> "EmbeddingDoor":
        """Return the same door for one task."""
        return replace(self, crossing=crossing)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector per text, in order."""
        coded, call = self.entrance.admit_texts(self.crossing, texts, self.entrance.provider.embedding_model)
        with settling(call):
            vectors = self.inner.embed_documents(coded)
        call.answered(Usage(), (), self.entrance.provider.embedding_model)
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of one text."""
        return self.embed_documents([text])[0]
