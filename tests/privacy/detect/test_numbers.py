"""Where words and numbers stand, which short numbers count, and that a remembered answer is the directory's own."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.detect.lexicon import Lexicon
from privacy.detect.matcher import Matcher, Sight
from privacy.detect.reading import Reading
from privacy.detect.view import View
from privacy.directory.folding import WORD
from privacy.directory.hashing import Space
from tests.privacy.people import NOBODY, ROBERT, ROSTER, directory

SIGHT = Sight(directory())
PLAIN = st.text(alphabet="ab A.,-_\n019", max_size=80)
ANY = st.text(alphabet="ab é王.,-_\n019٣", max_size=80)


def read(text: str) -> Reading:
    return Reading(View(text), SIGHT.lexicon, SIGHT.scope_index(NOBODY))


@given(st.one_of(PLAIN, ANY), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_words_stand_where_a_plain_search_finds_them_in_whatever_order_they_are_asked(text, random):
    places = [match.span() for match in WORD.finditer(text)]
    reading, order = read(text), list(range(len(places)))
    random.shuffle(order)
    assert {at: reading.span(at) for at in order} == dict(enumerate(places))


@given(st.one_of(PLAIN, ANY))
@settings(max_examples=300, deadline=None)
def test_digits_stand_where_a_plain_search_finds_them(text):
    assert [tuple(run) for run in read(text).digits] == [(*m.span(), m[0]) for m in re.finditer(r"\d+", text)]


FOUND = (
    "user 123456", "User 123 456", "id: 12-34-56", "student_id 123456", "#123456", "(ids) 123456", "Banner is 123 456",
    "login was: a123456", "SIS\n123456", "see A0123456", "number 00123456", "555-123-4567", "nr. 120 400",
    "call 555 and user 123456",
)  # fmt: skip
LEFT = ("paid 123456", "rows 123 456", "said 12-34-56", "of 5 123456", "userids 123456", "id 5 123 456", "120 400")


@pytest.mark.parametrize("text", FOUND)
def test_a_short_number_counts_after_a_word_that_says_so(text):
    assert [hit.people for hit in Matcher(directory()).find(text, NOBODY)] == [(ROBERT.handle,)]


@pytest.mark.parametrize("text", LEFT)
def test_a_short_number_without_such_a_word_is_left(text):
    assert Matcher(directory()).find(text, NOBODY) == ()


@pytest.mark.parametrize(("text", "found"), [("123456", 1), ("123 456", 0), ("of 5 123456", 1)])
def test_six_digits_in_one_group_are_enough_for_someone_in_scope(text, found):
    assert len(Matcher(directory()).find(text, ROSTER)) == found


def test_an_id_is_found_in_one_word_with_joints():
    for text in ("see x7788990 now", "in x77-88.990.pdf", "nguyen_r.lee wrote"):
        assert [hit.people for hit in Matcher(directory()).find(text, NOBODY)] == [(ROBERT.handle,)], text


def test_whose_an_identifier_is_stays_the_same_when_it_is_remembered_and_when_the_memory_is_full(monkeypatch):
    monkeypatch.setattr("privacy.detect.lexicon.REMEMBERED", 2)
    lexicon, hashed = Lexicon(directory()), directory().hashed
    asked = [hashed(Space.NUMBER, "123456"), hashed(Space.NUMBER, "1"), hashed(Space.PHONE, "551234567")]
    first = lexicon.whose(asked)
    assert first[0] is not None
    assert first[2] is not None
    assert first[1] is None
    for _ in range(3):
        assert lexicon.whose(asked) == first
        assert lexicon.whose(asked[1:]) == first[1:]
        assert lexicon.whose(list(range(5))) == [None] * 5
