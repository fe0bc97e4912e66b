"""Restoring a stream: any chunking gives what the whole gives, with a few characters of hold-back (PRIVACY.md 6.5)."""

import asyncio
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy.scrub.pieces import cut
from privacy.scrub.streaming import StreamRestore
from privacy.vocabulary import Restored, Scope, Sink
from tests.privacy.scrub.campus import ADVISOR
from tests.privacy.scrub.test_restoring import GUARDED
from tests.privacy.scrub.test_spelling import MANGLED, spelled

REPLY = (
    "{ana} has handed in 7 of 9 essays, the last on 2026-09-03. Ask {bob}'s tutor, or see the "
    "[advising page](https://campus.example/advise) before census. {bare}?"
)
OPENERS = ["[", "]", "(", ")", "!", "`", "```", "``", "~~~", "~", "<", ">", "\\", "&", "&#91;", "%5B", "_", "/", "-"]
ADDRESSES = ["//", ":", ".", "www.", "https:", "data:", "evil.example/"]
FRAGMENTS = ["STUDENT", "student_", "7QF4", "TK23", "7QF4TK23", ".first", ".email]", "'s", "a", "é", "学生", "handed"]
PARTS = st.one_of(
    st.sampled_from([spelled(form) for form in MANGLED.values()]),
    st.sampled_from([form.format(spelled("[STUDENT_{}]")) for form in GUARDED.values()]),
    st.sampled_from(OPENERS),
    st.sampled_from(ADDRESSES),
    st.sampled_from(FRAGMENTS),
    st.sampled_from([" ", "\n", "\n\n", "\u200b"]),
)


@pytest.fixture
def reply(scrubber, conversation) -> str:
    ana, bob = scrubber.scrub("Ana Quispe|Robert Nguyen", conversation, Scope()).text.split("|")
    return REPLY.format(ana=ana, bob=bob, bare=ana[1:-1].lower())


def chunked(text: str, chance: random.Random) -> list[str]:
    """Cut at random: mostly a few characters, as tokens come, now and then many."""
    chunks, place = [], 0
    while place < len(text):
        length = chance.randint(1, 12) if chance.random() < 0.9 else chance.randint(1, 60)
        chunks.append(text[place : place + length])
        place += length
    return chunks


class AsItStands:
    """Renders pieces so that it shows what was read as a code, with no vault to ask."""

    def render(self, pieces) -> Restored:
        return Restored(text="".join(f"<{piece.code.symbols}>" if piece.code else piece.text for piece in pieces))


@pytest.mark.slow
def test_ten_thousand_random_chunkings_give_the_whole_and_hold_back_at_most_four_characters(reply):
    whole = AsItStands().render(cut(reply).pieces).text
    chance, held = random.Random(20261127), []
    for _ in range(10_000):
        stream, said = StreamRestore(AsItStands()), []
        for chunk in chunked(reply, chance):
            said.append(stream.feed(chunk))
            held.append(stream.held)
        assert "".join(said) + stream.finish() == whole
    assert sum(held) / len(held) <= 4, "mean characters held back, over all chunks"


def test_a_stream_restores_what_the_whole_restores(scrubber, conversation, reply):
    whole = scrubber.restore(reply, conversation, ADVISOR, Sink.SCREEN)
    assert "Ana Quispe has handed" in whole.text
    assert whole.text.endswith("Ana Quispe?")
    chance = random.Random(3)
    for _ in range(40):
        stream = scrubber.stream(conversation, ADVISOR, Sink.SCREEN)
        assert "".join(stream.over(chunked(reply, chance))) == whole.text
        assert stream.total == whole.model_copy(update={"text": ""})
        assert stream.held == 0


def test_an_asynchronous_stream_restores_the_same(scrubber, conversation, reply):
    async def parts():
        for chunk in chunked(reply, random.Random(4)):
            yield chunk

    async def collect() -> str:
        stream = scrubber.stream(conversation, ADVISOR, Sink.SCREEN)
        return "".join([part async for part in stream.over_async(parts())])

    assert asyncio.run(collect()) == scrubber.restore(reply, conversation, ADVISOR, Sink.SCREEN).text


def test_each_person_and_field_is_asked_about_once_in_a_stream(scrubber, access, conversation, reply):
    before = len(access.asked)
    list(scrubber.stream(conversation, ADVISOR, Sink.SCREEN).over(reply))
    asked = [(person, field) for _, people, field, _ in access.asked[before:] for person in people]
    assert len(asked) == len(set(asked)) == 2


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=400)
@given(st.lists(PARTS, min_size=1, max_size=9), st.data())
def test_any_text_in_any_chunks_comes_out_as_the_whole_does(parts, data):
    text = "".join(parts)
    places = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=12)))
    stream = StreamRestore(AsItStands())
    chunks = [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]
    assert "".join(stream.over(chunks)) == AsItStands().render(cut(text).pieces).text
    assert "".join(piece.text for piece in cut(text).pieces) == text


def test_text_in_a_script_without_spaces_is_not_held_back():
    assert cut("学生已经提交了作业", final=False).held_from == 9
