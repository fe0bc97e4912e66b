"""Our steps as recognizers of Presidio's registry, and a guard around recognizers that are not ours.

A recognizer of Presidio that runs late skips its pattern and warns, which would let an identifier pass; the guard takes
a late or failed recognizer as a failed search (PRIVACY.md 1.3, 1).
"""

import time
from contextvars import ContextVar

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult, pattern_recognizer
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import CreditCardRecognizer, IbanRecognizer

from domain.errors import DetectionFailed
from privacy.detect.found import Found
from privacy.detect.matcher import failed
from privacy.detect.merge import RECOGNIZER_OF_STEP
from privacy.detect.steps import GROUPS, Search
from privacy.vocabulary import Label

CURRENT: ContextVar[Search] = ContextVar("the search under way")
"""Set by the finder around one call of the analyzer, so that the recognizers share views and words."""
FOUND = "found"
_FEWEST_CARD_DIGITS = 12


class StepsRecognizer(EntityRecognizer):
    """One group of our steps: ``directory``, ``patterns`` or ``cues``."""

    def __init__(self, group: str) -> None:
        self._group, self._title = group, f"provost {group}"
        super().__init__(supported_entities=[label.value for label in Label], name=self._title)

    def load(self) -> None:
        """Nothing to load: the directory comes with the search."""

    def analyze(
        self,
        text: str,
        entities: list[str],  # noqa: ARG002 Presidio's signature
        nlp_artifacts: NlpArtifacts,  # noqa: ARG002 Presidio's signature
    ) -> list[RecognizerResult]:
        """Run the steps over the search under way; raises DetectionFailed where one fails or no search is open."""
        search = CURRENT.get(None)
        if search is None or search.text != text:
            raise DetectionFailed(
                "The analyzer was called without the finder.", field="text", fix="Call AnalyzerFinder.find."
            )
        try:
            return [_result(found) for found in search.run(self._group)]
        except Exception as error:  # noqa: BLE001 whatever fails must stop the text
            raise failed(f"The recognizer {self._title}", error) from None


class Guarded(EntityRecognizer):
    """A recognizer of Presidio or of a model, failing closed; it is not shown texts with fewer digits than it needs."""

    def __init__(self, inner: EntityRecognizer, fewest_digits: int = 0) -> None:
        self._inner, self._fewest_digits, self._title = inner, fewest_digits, type(inner).__name__
        super().__init__(supported_entities=list(inner.supported_entities), name=self._title)

    def load(self) -> None:
        """Load the recognizer inside."""
        self._inner.load()

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        """Run it; raises DetectionFailed where it failed, or took so long that it may have skipped a pattern."""
        if self._fewest_digits and sum(map(text.count, "0123456789")) < self._fewest_digits:
            return []
        started = time.monotonic()
        try:
            results = self._inner.analyze(text=text, entities=entities, nlp_artifacts=nlp_artifacts) or []
        except Exception as error:  # noqa: BLE001 whatever fails must stop the text
            raise failed(f"The recognizer {self._title}", error) from None
        if time.monotonic() - started >= pattern_recognizer.REGEX_TIMEOUT_SECONDS:
            raise failed(f"The recognizer {self._title}", TimeoutError())
        for result in results:
            result.recognition_metadata = {}
        return list(results)


class NoContext(ContextAwareEnhancer):
    """Leaves scores as they are: our steps weigh cues themselves, and Presidio's way copies every result deeply."""

    def __init__(self) -> None:
        super().__init__(
            context_similarity_factor=0.0,
            min_score_with_context_similarity=0.0,
            context_prefix_count=0,
            context_suffix_count=0,
        )

    def enhance_using_context(
        self,
        text: str,  # noqa: ARG002 Presidio's signature
        raw_results: list[RecognizerResult],
        *_: object,
        **__: object,
    ) -> list[RecognizerResult]:
        """Return the results unchanged."""
        return raw_results


def own_recognizers() -> list[EntityRecognizer]:
    """Our groups of steps, and of Presidio's recognizers the two whose check digits earn their time."""
    ours: list[EntityRecognizer] = [StepsRecognizer(group) for group in GROUPS]
    return [
        *ours,
        Guarded(CreditCardRecognizer(), _FEWEST_CARD_DIGITS),
        Guarded(IbanRecognizer(), _FEWEST_CARD_DIGITS),
    ]


def _result(found: Found) -> RecognizerResult:
    name = RECOGNIZER_OF_STEP[found.step]
    return RecognizerResult(
        entity_type=found.label.value,
        start=found.start,
        end=found.end,
        score=found.score,
        analysis_explanation=AnalysisExplanation(
            recognizer=name, original_score=found.score, textual_explanation=found.reason
        ),
        recognition_metadata={FOUND: found},
    )
