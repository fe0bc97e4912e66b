"""What holds for any text: hits are disjoint and in order, a planted name is found anywhere, threads agree."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DetectionFailed
from evals.privacy.messages import write_messages
from evals.privacy.people import campus_people
from privacy.detect import steps
from privacy.detect.decoding import views_of
from privacy.detect.finder import AnalyzerFinder
from privacy.detect.matcher import Matcher
from privacy.directory.folding import fold
from tests.privacy.people import ANA, EVERYONE, NOBODY, ROBERT, ROSTER, directory

MATCHER = Matcher(directory())
MESSY = st.text(alphabet=st.sampled_from(list("aeRN nguyebrt.,-_@<>/&;%#=\\u0069*\n\t\u200b\u0301éÃ王0123456789")))


@given(MESSY)
@settings(max_examples=300, deadline=None)
def test_hits_are_disjoint_in_order_and_inside(text):
    end = 0
    for hit in MATCHER.find(text, ROSTER):
        assert end <= hit.start < hit.end <= len(text)
        end = hit.end


@given(MESSY)
@settings(max_examples=300, deadline=None)
def test_every_view_knows_where_its_characters_are_from(text):
    for view in views_of(text):
        for at in range(len(view.text)):
            start, end = view.place(at, at + 1)
            assert 0 <= start < end <= len(text)


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_a_name_is_found_whatever_stands_around_it(before, after):
    text = f"{before}\n\nRobert Nguyen\n\n{after}"
    start = len(before) + 2
    covered = {at for hit in MATCHER.find(text, NOBODY) for at in range(hit.start, hit.end)}
    assert set(range(start, start + 6)) | set(range(start + 7, start + 13)) <= covered


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


def test_thirty_two_threads_agree():
    finder = AnalyzerFinder(directory())
    texts = (
        write_messages(list(campus_people(40, seed=1)), 40, seed=1)
        + ["Robert Nguyen A00123456", "Will may, Nguyen"] * 8
    )
    alone = [AnalyzerFinder(directory()).find(text, ROSTER) for text in texts]
    with ThreadPoolExecutor(32) as pool:
        for together in pool.map(lambda _: [finder.find(text, ROSTER) for text in texts], range(32)):
            assert together == alone


def test_another_directory_is_used_from_the_next_search_on():
    matcher = Matcher(directory())
    matcher.use(directory().with_changes(removed=[ROBERT.handle]))
    assert not matcher.find("A00123456", NOBODY)
    assert matcher.find("Ana Diaz", NOBODY)[0].people == (ANA.handle,)


def test_scopes_are_remembered_only_a_while():
    matcher = Matcher(directory())
    for known in EVERYONE:
        matcher.find("x", ROSTER.model_copy(update={"people": frozenset([known.handle])}))
    assert len(matcher._sight._scopes) == len(EVERYONE)
    assert matcher.find("Robert", ROSTER)


@pytest.mark.parametrize("kind", [Matcher, AnalyzerFinder])
def test_a_step_that_fails_stops_the_text_and_tells_nothing_of_it(kind, monkeypatch):
    def broken(reading):
        raise RuntimeError(reading.text)

    monkeypatch.setitem(steps.GROUPS, "patterns", (broken,))
    with pytest.raises(DetectionFailed) as raised:
        kind(directory()).find("Robert Nguyen", NOBODY)
    assert "Nguyen" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_hits_explain_themselves_without_the_text():
    for hit in MATCHER.find("Robert Nguyen, A00123456, robert.nguyen@campus.edu, Dr. Smithers", NOBODY):
        assert hit.recognizer
        assert hit.reason
        for told in ("robert", "nguyen", "123456", "smithers"):
            assert told not in f"{hit.recognizer} {hit.reason}".lower()


LONG = [
    "a" * 200_000,
    "<" * 60_000,
    "<a " * 40_000,
    "<!--" * 30_000,
    "&" * 60_000,
    "%41" * 40_000,
    "a b " * 40_000,
    "1 " * 60_000,
    "@" * 60_000,
    "a@" * 40_000,
    "dot at " * 20_000,
    "a.b-c_" * 20_000,
    "12 oak " * 20_000,
    "-----BEGIN PRIVATE KEY-----" * 4_000,
    "password " * 15_000,
    "Robert " * 20_000,
    "王" * 20_000,
    "é" * 60_000,
    "\\u0041" * 20_000,
]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("text", LONG, ids=[text[:12] for text in LONG])
@pytest.mark.slow
def test_no_text_stalls_the_search(text):
    """Twice the text may take about twice the time, not four times: nothing here is quadratic."""
    half = _seconds(text[: len(text) // 2])
    whole = _seconds(text)
    assert whole < 3.5 * half + 0.5


def _seconds(text: str) -> float:
    import time

    best = float("inf")
    for _ in range(2):
        started = time.thread_time()
        MATCHER.find(text, NOBODY)
        best = min(best, time.thread_time() - started)
    return best
