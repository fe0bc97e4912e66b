"""Each trap of Presidio that PRIVACY.md 1.3 lists, as a regression test."""

import logging
import socket
import sys
from pathlib import Path

import pytest

from domain.errors import ConfigurationError, DetectionFailed
from privacy.detect.engines import open_engine
from privacy.detect.finder import AnalyzerFinder
from privacy.vocabulary import Label
from tests.privacy.people import NOBODY, ROBERT, ROSTER, directory


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_nothing_is_asked_of_the_network(no_network):
    finder = AnalyzerFinder(directory())
    hits = finder.find("robert.nguyen@campus.edu, someone@else.co.uk, 4111 1111 1111 1111", ROSTER)
    assert [hit.label for hit in hits] == [Label.STUDENT, Label.EMAIL, Label.SECRET]


def test_a_missing_model_is_refused_not_downloaded(no_network):
    for setting in ("spacy:en_core_web_lg", "spacy:", "transformers:en_core_web_sm:/nowhere", "magic"):
        with pytest.raises(ConfigurationError):
            AnalyzerFinder(directory(), engine=setting)


def test_a_model_on_this_machine_can_be_plugged_in(tmp_path, no_network):
    import spacy

    pipe = spacy.blank("en")
    pipe.add_pipe("entity_ruler").add_patterns([{"label": "PERSON", "pattern": "Quixote"}])
    pipe.to_disk(tmp_path / "model")
    finder = AnalyzerFinder(directory(), engine=f"spacy:{tmp_path / 'model'}")
    text = "then quietly Quixote and Robert Nguyen left"
    person, student = finder.find(text, NOBODY)
    assert (text[person.start : person.end], person.label) == ("Quixote", Label.PERSON)
    assert student.people == (ROBERT.handle,)


def test_a_recognizer_that_runs_late_stops_the_text(monkeypatch):
    """Presidio skips a pattern that times out, with a warning; that would be a leak."""
    from presidio_analyzer import Pattern, PatternRecognizer, pattern_recognizer

    from privacy.detect.recognizers import Guarded

    monkeypatch.setattr(pattern_recognizer, "REGEX_TIMEOUT_SECONDS", 0.05)
    slow = PatternRecognizer(supported_entity="US_SSN", patterns=[Pattern("slow", r"(a|a)*$", 0.5)])
    finder = AnalyzerFinder(directory())
    finder.analyzer.registry.recognizers.append(Guarded(slow))
    with pytest.raises(DetectionFailed, match="TimeoutError"):
        finder.find("a" * 40 + "!", NOBODY)


def test_a_recognizer_that_raises_stops_the_text():
    from presidio_analyzer import EntityRecognizer

    from privacy.detect.recognizers import Guarded

    class Broken(EntityRecognizer):
        def load(self):
            pass

        def analyze(self, text, entities, nlp_artifacts):
            raise ValueError(text)

    finder = AnalyzerFinder(directory())
    finder.analyzer.registry.recognizers.append(Guarded(Broken(["PERSON"])))
    with pytest.raises(DetectionFailed) as raised:
        finder.find("Robert Nguyen", NOBODY)
    assert "Nguyen" not in str(raised.value)


def test_adjacent_people_are_not_merged():
    text = "Ana Diaz Bob Lee"
    hits = AnalyzerFinder(directory()).find(text, NOBODY)
    assert [text[hit.start : hit.end] for hit in hits] == ["Ana Diaz", "Bob Lee"]


def test_explanations_hold_neither_directory_nor_text(monkeypatch):
    finder = AnalyzerFinder(directory())
    kept = []
    analyze = finder.analyzer.analyze
    monkeypatch.setattr(finder.analyzer, "analyze", lambda **asked: kept.extend(analyze(**asked)) or kept)
    finder.find("Robert Nguyen, A00123456", NOBODY)
    assert kept
    for result in kept:
        told = str(result.analysis_explanation)
        assert "Nguyen" not in told
        assert "123456" not in told
        assert len(told) < 400


def test_the_decision_process_is_never_logged(caplog):
    finder = AnalyzerFinder(directory())
    assert finder.analyzer.log_decision_process is False
    with caplog.at_level(logging.DEBUG):
        finder.find("Robert Nguyen, robert.nguyen@campus.edu", NOBODY)
    assert "Nguyen" not in caplog.text
    assert "campus.edu" not in caplog.text


def test_the_default_engine_keeps_no_words():
    """A spaCy vocabulary keeps each new token for ever; the no_op engine adds none."""
    finder = AnalyzerFinder(directory())
    strings = finder.analyzer.nlp_engine._vocab.strings
    before = len(strings)
    for number in range(50):
        finder.find(f"unheard{'x' * number} words{number} here", NOBODY)
    assert len(strings) == before


def test_a_wide_find_of_low_score_swallows_no_student():
    """Presidio drops what lies inside a longer result of the same type; ours stays linked."""
    text = "password: Robert Nguyen"
    hits = AnalyzerFinder(directory()).find(text, NOBODY)
    assert any(ROBERT.handle in hit.people for hit in hits)
    assert hits[-1].end == len(text)


def test_the_analyzer_alone_refuses_to_vouch_for_a_text():
    finder = AnalyzerFinder(directory())
    with pytest.raises(DetectionFailed, match="without the finder"):
        finder.analyzer.analyze(text="Robert Nguyen", language="en")


def test_check_digits_decide_on_cards():
    finder = AnalyzerFinder(directory())
    (card,) = finder.find("card 4111 1111 1111 1111", NOBODY)
    assert card.label is Label.SECRET
    assert not finder.find("card 4111 1111 1111 1112", NOBODY)


def test_the_matcher_needs_no_presidio():
    import subprocess

    code = (
        "import sys; import privacy.detect.matcher, privacy.detect.finder, privacy.directory.files;"
        "sys.exit(any(name.startswith(('presidio', 'spacy')) for name in sys.modules))"
    )
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_the_default_engine_is_no_op():
    assert open_engine().engine_name == "no_op"
