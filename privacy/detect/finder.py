"""The finder: Presidio's AnalyzerEngine as the frame, our steps and a few of its recognizers inside, hits outside.

Presidio is imported when the first finder is built. Its engine logs no decision process, which would write the text to
a log, and its anonymizer, which merges neighbours, has no part in this.
"""

from typing import TYPE_CHECKING

from domain.errors import DetectionFailed
from privacy.detect.engines import LANGUAGE, NO_ENGINE, open_engine
from privacy.detect.found import Found, Step
from privacy.detect.matcher import Sight, failed
from privacy.detect.merge import merge_found
from privacy.detect.steps import Search
from privacy.directory.index import Directory
from privacy.vocabulary import Facet, Hit, Label, Scope

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerResult

_FOREIGN: dict[str, tuple[Step, Facet, Label]] = {
    "CREDIT_CARD": (Step.PATTERN, Facet.TEXT, Label.SECRET),
    "IBAN_CODE": (Step.PATTERN, Facet.TEXT, Label.SECRET),
    "PERSON": (Step.CUE, Facet.NAME, Label.PERSON),
    "EMAIL_ADDRESS": (Step.PATTERN, Facet.EMAIL, Label.EMAIL),
    "PHONE_NUMBER": (Step.PATTERN, Facet.PHONE, Label.PHONE),
    "US_SSN": (Step.PATTERN, Facet.NATIONAL_ID, Label.NATIONAL_ID),
}
"""What entities of recognizers that are not ours mean here; others, such as places and dates, are left standing."""


class AnalyzerFinder:
    """The default ``Finder``; safe for many threads at once.

    ``engine`` names a language model that is installed on this machine (``engines.open_engine``); its people are added
    to what our own steps find.
    """

    def __init__(self, directory: Directory, engine: str = NO_ENGINE) -> None:
        """Build the analyzer; raises ConfigurationError where the model is not installed."""
        self._sight = Sight(directory)
        self.analyzer = _build_analyzer(engine)

    def use(self, directory: Directory) -> None:
        """Search with another state of the directory from now on; searches under way end with theirs."""
        self._sight = Sight(directory)

    def find(self, text: str, scope: Scope) -> tuple[Hit, ...]:
        """Return disjoint hits in order of place; raises DetectionFailed where a recognizer failed or ran late."""
        sight = self._sight
        try:
            search = sight.search(text, scope)
            return merge_found(self._analyze(search), sight.directory) if text else ()
        except DetectionFailed:
            raise
        except Exception as error:  # noqa: BLE001 whatever fails must stop the text
            raise failed("The analyzer", error) from None

    def _analyze(self, search: Search) -> list[Found]:
        from privacy.detect.recognizers import CURRENT

        token = CURRENT.set(search)
        try:
            results = self.analyzer.analyze(
                text=search.text, language=LANGUAGE, score_threshold=0.0, return_decision_process=True
            )
        finally:
            CURRENT.reset(token)
        return [found for result in results if (found := _as_found(result)) is not None]


def _build_analyzer(engine: str) -> "AnalyzerEngine":
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

    from privacy.detect.recognizers import NoContext, own_recognizers

    recognizers = own_recognizers()
    if engine != NO_ENGINE:
        recognizers.append(_model_recognizer())
    return AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=recognizers, supported_languages=[LANGUAGE]),
        nlp_engine=open_engine(engine),
        log_decision_process=False,
        context_aware_enhancer=NoContext(),
        supported_languages=[LANGUAGE],
    )


def _model_recognizer() -> "EntityRecognizer":
    from presidio_analyzer.predefined_recognizers import SpacyRecognizer

    from privacy.detect.recognizers import Guarded

    return Guarded(SpacyRecognizer(supported_entities=["PERSON"]))


def _as_found(result: "RecognizerResult") -> Found | None:
    from privacy.detect.recognizers import FOUND

    found = (result.recognition_metadata or {}).get(FOUND)
    if isinstance(found, Found):
        return found
    meaning = _FOREIGN.get(result.entity_type)
    if meaning is None:
        return None
    step, facet, label = meaning
    reason = f"found by Presidio as {result.entity_type.lower().replace('_', ' ')}"
    return Found(result.start, result.end, step, facet, label, (), result.score, reason)
