"""The keyword index: BM25 over stems, in memory only, so that no word of a text lies open on a disk."""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from privacy.knowledge.words import question_stems, stems


class KeywordIndex:
    """The words of one collection by chunk id; built anew whenever something in it changed.

    It keeps stems, not texts. With ``glossary`` a question is widened by what the campus calls the same.
    """

    def __init__(self, texts: Mapping[str, str], *, glossary: bool = True) -> None:
        self._words = question_stems if glossary else stems
        self._ids = list(texts)
        self._stems = [stems(text) for text in texts.values()]

    @cached_property
    def _index(self) -> Any:  # noqa: ANN401 the library has no types
        import bm25s

        index = bm25s.BM25()
        index.index(self._stems, show_progress=False)
        return index

    def find(self, question: str, allowed: Collection[str], limit: int) -> list[tuple[str, float]]:
        """Return the best of the allowed chunks with their scores, best first; nothing else is even scored."""
        asked = self._words(question)
        mask = np.fromiter((each in allowed for each in self._ids), dtype=np.float32, count=len(self._ids))
        if not asked or not mask.any() or not any(self._stems):
            return []
        scores = self._index.get_scores(asked, weight_mask=mask)
        return [(self._ids[place], float(scores[place])) for place in _best(scores, limit)]


def _best(scores: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]", limit: int) -> Sequence[int]:
    order = np.argsort(-scores, kind="stable")[:limit]
    return [int(place) for place in order if scores[place] > 0]
