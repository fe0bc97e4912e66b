"""Presidio as it comes, for the benchmark: its sixteen default recognizers, or a deny-list of names.

Kept in ``privacy`` because nothing else may import Presidio. The defaults run on the ``no_op`` engine, and the e-mail
recognizer is kept from the network, which it would ask for the list of public suffixes.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from privacy.detect.engines import LANGUAGE, open_engine

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer


class PlainAnalyzer:
    """Presidio without anything of ours; ``count`` says how many spans it found."""

    def __init__(self, recognizers: "list[EntityRecognizer]") -> None:
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

        registry: RecognizerRegistry = RecognizerRegistry(recognizers=recognizers)
        self.recognizer_count = len(recognizers)
        self._analyzer: AnalyzerEngine = AnalyzerEngine(
            registry=registry, nlp_engine=open_engine(), supported_languages=[LANGUAGE]
        )

    def count(self, text: str) -> int:
        """Analyze a text and return the number of spans."""
        return len(self._analyzer.analyze(text=text, language=LANGUAGE))


def default_analyzer() -> PlainAnalyzer:
    """Presidio with the recognizers that its own loader gives for English and the United States without a model."""
    from presidio_analyzer import RecognizerRegistry

    _keep_offline()
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=[LANGUAGE], nlp_engine=open_engine(), countries=["us"])
    return PlainAnalyzer(list(registry.recognizers))


def deny_list_analyzer(names: Iterable[str]) -> PlainAnalyzer:
    """Presidio with one recognizer that holds the names as a deny-list."""
    from presidio_analyzer import PatternRecognizer

    return PlainAnalyzer([PatternRecognizer(supported_entity="PERSON", deny_list=list(names))])


def _keep_offline() -> None:
    """Give the e-mail recognizer the suffix list inside the package instead of one from the network."""
    import tldextract

    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
