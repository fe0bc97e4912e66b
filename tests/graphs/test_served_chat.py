"""The chat as a served graph, around a room that is made up: what it hands back of a turn."""

from types import SimpleNamespace
from typing import Any

import pytest

from graphs.chat_events import ChatEnded, ChatSources, ChatWords
from graphs.served_chat import ChatQuestion, answer_question

WORDS = "Please talk to a person now."


def provost(*events: object) -> Any:
    kept = SimpleNamespace(answer="What was said before.", sources=(), steps=())
    room = SimpleNamespace(ask=lambda *_: iter(events), kept=lambda *_: [kept], begin=lambda _: "cnv_1")
    return SimpleNamespace(principals=SimpleNamespace(verify=lambda *_, **__: "somebody"), chat=room)


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVOST_TOKEN", "made up")


def test_r131_words_for_a_crisis_are_handed_back_though_nothing_of_the_turn_is_kept() -> None:
    turn = (ChatWords(text=WORDS), ChatEnded(model_label="no model", ms=1))
    answer = answer_question(provost(*turn), ChatQuestion(words="...", conversation="cnv_1"))
    assert (answer.answer, answer.failed) == (WORDS, None)


def test_an_answer_is_handed_back_in_the_codes_in_which_it_is_kept() -> None:
    turn = (ChatWords(text="Ana is well."), ChatSources(sources=()), ChatEnded(model_label="a model", ms=1))
    answer = answer_question(provost(*turn), ChatQuestion(words="How is Ana?", conversation="cnv_1"))
    assert answer.answer == "What was said before."
