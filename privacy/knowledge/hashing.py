"""Our own embedding: words and their letter groups hashed into a vector, so that nothing is downloaded or sent.

It finds other forms and misspellings of the same words; it knows nothing of meaning.
"""

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from math import log, sqrt
from typing import TYPE_CHECKING

import numpy as np

from privacy.knowledge.words import plain_words

if TYPE_CHECKING:
    from privacy.knowledge.vocabulary import Matrix

GROUP_LENGTHS = (3, 4, 5)
GROUP_WEIGHT = 0.5
_SIGN_BIT = 31


class HashingEmbedder:
    """Fits ``Embedder``; the same text gives the same vector on every machine, of length 1 unless it has no words."""

    leaves = False

    def __init__(self, dimensions: int = 1024) -> None:
        self.dimensions = dimensions
        self.name = f"hashing-1-{dimensions}"

    def embed(self, texts: Sequence[str]) -> "Matrix":
        """Return one row for each text."""
        matrix = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(matrix, texts, strict=True):
            self._fill(row, text)
        return matrix

    def _fill(self, row: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]", text: str) -> None:
        for (feature, weight), count in Counter(_features(text)).items():
            digest = zlib.crc32(feature.encode())
            row[digest % self.dimensions] += (1 if digest >> _SIGN_BIT else -1) * weight * (1 + log(count))
        length = sqrt(float(row @ row))
        if length:
            row /= length


def _features(text: str) -> Iterator[tuple[str, float]]:
    for word in plain_words(text):
        yield f"={word}", 1.0
        bounded = f" {word} "
        for length in GROUP_LENGTHS:
            for start in range(len(bounded) - length + 1):
                yield bounded[start : start + length], GROUP_WEIGHT
