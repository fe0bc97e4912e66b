"""Scrubbing text: one code per person, round trips, coded text kept, typed-in look-alikes made harmless (S229)."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import DetectionFailed
from privacy.scrub.replacing import NOT_A_CODE
from privacy.vault import new_conversation
from privacy.vault.symbols import new_symbols
from privacy.vocabulary import Facet, Hit, Label, Scope, Sink
from tests.privacy.scrub.campus import ADVISOR, ANA, BOB, KIM, ExactFinder

NOBODY = Scope()
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def test_name_id_and_address_of_a_person_share_one_code(scrubber, conversation):
    text = "Ana Quispe (A00417722) wrote from aquispe@campus.example to Kim Haddad."
    done = scrubber.scrub(text, conversation, NOBODY)
    symbols = re.search(r"\[STUDENT_(\w{8})]", done.text).group(1)
    assert re.fullmatch(
        rf"\[STUDENT_{symbols}] \(\[STUDENT_{symbols}\.id]\) wrote from \[STUDENT_{symbols}\.email] "
        r"to \[INSTRUCTOR_\w{8}]\.",
        done.text,
    )
    assert done.people == {ANA, KIM}
    assert done.replaced == 4


def test_once_spoken_of_a_first_name_alone_is_the_same_person(scrubber, finder, conversation):
    first = scrubber.scrub("Robert Nguyen came by. Robert was late.", conversation, NOBODY)
    codes = re.findall(r"\[STUDENT_(\w{8})(?:\.first)?]", first.text)
    assert len(codes) == 2
    assert len(set(codes)) == 1
    later = scrubber.scrub("Did Robert hand it in?", conversation, NOBODY)
    assert later.text == f"Did [STUDENT_{codes[0]}.first] hand it in?"
    assert finder.asked[-1].spoken_of == {BOB}
    assert scrubber.scrub("Did Robert hand it in?", new_conversation(), NOBODY).replaced == 0


def test_a_name_that_two_people_have_is_ambiguous_and_restored_as_text(scrubber, conversation):
    done = scrubber.scrub("Sam Lee asked.", conversation, NOBODY)
    assert re.fullmatch(r"\[AMBIGUOUS_\w{8}] asked\.", done.text)
    assert done.people == frozenset()
    assert scrubber.restore(done.text, conversation, ADVISOR, Sink.SCREEN).text == "Sam Lee asked."


def test_a_text_nobody_has_on_record_gets_a_code_of_its_own(scrubber, conversation):
    done = scrubber.scrub("Write to mom@home.example.", conversation, NOBODY)
    assert re.fullmatch(r"Write to \[EMAIL_\w{8}]\.", done.text)
    assert scrubber.restore(done.text, conversation, ADVISOR, Sink.SCREEN).text == "Write to mom@home.example."


def test_a_certain_person_is_labelled_by_what_they_are(vault, access, conversation):
    from privacy.people import PeopleInMemory
    from privacy.scrub import ConversationScrubber
    from tests.privacy.scrub.campus import PEOPLE

    class ByMail(ExactFinder):
        def find(self, text, scope):
            return tuple(hit._replace(label=Label.EMAIL) for hit in super().find(text, scope))

    known = ConversationScrubber(vault, ByMail(), access, PeopleInMemory(PEOPLE))
    assert known.scrub("khaddad@campus.example", conversation, NOBODY).text.startswith("[INSTRUCTOR_")
    unknown = ConversationScrubber(vault, ByMail(), access)
    assert unknown.scrub("khaddad@campus.example", new_conversation(), NOBODY).text.startswith("[PERSON_")


NAMED = ["Ana Quispe", "Quispe, Ana", "A00417722", "88120", "aquispe7", "aquispe@campus.example", "Robert Nguyen"]
NAMED_TOO = ["Kim Haddad", "Sam Lee", "x@y.example"]
PLAIN = ["the", "essay", "due", "2026-09-03", "(", ")", "\n", "é", "学生", "[sic]", "_", "**"]
WORDS = st.sampled_from([*NAMED, *NAMED_TOO, *PLAIN])


@SHARED
@given(st.lists(WORDS, max_size=14).map(" ".join))
def test_restoring_for_a_reader_who_may_see_all_gives_the_text_back(scrubber, text):
    conversation = new_conversation()
    done = scrubber.scrub(text, conversation, NOBODY)
    assert not any(word in done.text for word in ("Quispe", "Nguyen", "Haddad", "A00417722", "88120", "aquispe", "@"))
    assert scrubber.restore(done.text, conversation, ADVISOR, Sink.SCREEN).text == text


@SHARED
@given(st.lists(WORDS, max_size=10).map(" ".join))
def test_scrubbing_twice_changes_nothing(scrubber, text):
    conversation = new_conversation()
    once = scrubber.scrub(text, conversation, NOBODY).text
    again = scrubber.scrub(once, conversation, NOBODY)
    assert (again.text, again.replaced) == (once, 0)


def test_a_mangled_code_of_this_conversation_is_put_right(scrubber, conversation):
    name = scrubber.scrub("Ana Quispe", conversation, NOBODY).text
    assert scrubber.scrub(f"ask {name[1:-1].lower()} again", conversation, NOBODY).text == f"ask {name} again"


@pytest.mark.parametrize(
    "spelling", ["[STUDENT_{}]", "STUDENT_{}", "[student {}]", "[STUDENT_{}.email]", "［STUDENT＿{}］"]
)
def test_a_typed_in_code_of_another_conversation_is_made_harmless(scrubber, conversation, spelling):
    foreign = scrubber.scrub("Ana Quispe", new_conversation(), NOBODY).text[9:-1]
    for symbols in (foreign, new_symbols(), "ABCDEFGH", "12345678"):
        if spelling == "STUDENT_{}" and symbols == "ABCDEFGH":
            continue
        done = scrubber.scrub(f"Show me {spelling.format(symbols)} now", conversation, NOBODY)
        assert done.text == f"Show me {NOT_A_CODE} now"
        assert scrubber.scrub(done.text, conversation, NOBODY).text == done.text


def test_prose_that_only_resembles_a_code_is_left_alone(scrubber, conversation):
    text = (
        "The [student feedback] of STUDENT services, STUDENT_AID, STUDENT_FEEDBACK, student_address1 and staff_only: "
        "see [1], [draft] and BIOL_2041."
    )
    assert scrubber.scrub(text, conversation, NOBODY).text == text


def test_an_identifier_that_runs_into_a_code_is_replaced_up_to_the_code(vault, access, conversation):
    from privacy.scrub import ConversationScrubber

    class Greedy:
        def find(self, text, scope):
            return (Hit(0, len(text), Label.PERSON, Facet.NAME, (), "greedy", 1.0, "all of it"),)

    name = ConversationScrubber(vault, ExactFinder(), access).scrub("Ana Quispe", conversation, NOBODY).text
    done = ConversationScrubber(vault, Greedy(), access).scrub(f"Maria {name} Lopez", conversation, NOBODY)
    assert re.fullmatch(r"\[PERSON_\w{8}]" + re.escape(name) + r"\[PERSON_\w{8}]", done.text)


@pytest.mark.parametrize("hits", [[(3, 2)], [(0, 99)], [(0, 4), (2, 6)], [(5, 7), (0, 2)], [(1, 1)]])
def test_a_finder_that_answers_nonsense_stops_the_text(vault, access, conversation, hits):
    from privacy.scrub import ConversationScrubber

    class Nonsense:
        def find(self, text, scope):
            return tuple(Hit(*place, Label.PERSON, Facet.NAME, (), "x", 1.0, "x") for place in hits)

    with pytest.raises(DetectionFailed):
        ConversationScrubber(vault, Nonsense(), access).scrub("some text", conversation, NOBODY)


def test_a_finder_that_breaks_stops_the_text_and_its_words_do_not_travel(vault, access, conversation):
    from privacy.scrub import ConversationScrubber

    class Broken:
        def find(self, text, scope):
            raise ValueError(f"bad text: {text}")

    with pytest.raises(DetectionFailed) as caught:
        ConversationScrubber(vault, Broken(), access).scrub("Ana Quispe", conversation, NOBODY)
    assert "Ana" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_eight_threads_scrub_the_same_conversation_alike(scrubber, conversation):
    text = "Ana Quispe (A00417722) and Robert Nguyen met Kim Haddad; Ana wrote x@y.example."
    with ThreadPoolExecutor(8) as pool:
        done = set(pool.map(lambda _: scrubber.scrub(text, conversation, NOBODY).text, range(24)))
    assert len(done) == 1
