"""What comes back through the door: answers, streams and failures, each settled in the ledger (S224)."""

import asyncio
import json
import logging

import pytest
from langchain_core.messages import AIMessageChunk

from domain.errors import (
    ConfigurationError,
    CredentialRejected,
    LeakStopped,
    LedgerUnavailable,
    ProvostError,
    RefusedBySystem,
    Throttled,
    Unreachable,
)
from tests.privacy.models.asking import CODE, Watcher, ask, clean, drain, find
from tests.privacy.models.conftest import OpenSite, Site
from tests.privacy.models.doubles import ANA
from tests.privacy.models.provider_server import Say


def test_answers_come_back_in_codes_with_usage(open_site: OpenSite) -> None:
    site = open_site(Say(f"{CODE} is enrolled."))
    answer = site.door.invoke("Where is Ana Diaz?")
    assert answer.content == f"{CODE} is enrolled."
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["total_tokens"] == 50


def joined(chunks: list[AIMessageChunk]) -> AIMessageChunk:
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk  # type: ignore[assignment]
    return whole


@pytest.mark.parametrize("form", ["stream", "astream"])
def test_streams_give_words_tool_fragments_and_usage(open_site: OpenSite, form: str) -> None:
    site = open_site(Say("One two three", calls=(("find", {"who": CODE}), ("find", {"who": "x"}))))
    bound = site.door.bind_tools([find])
    chunks = list(bound.stream("Ana Diaz")) if form == "stream" else asyncio.run(drain(bound.astream("Ana Diaz")))
    whole = joined(chunks)
    assert len(chunks) > 5
    assert str(whole.content).strip() == "One two three"
    assert [call["args"] for call in whole.tool_calls] == [{"who": CODE}, {"who": "x"}]
    assert whole.usage_metadata is not None
    assert whole.usage_metadata["input_tokens"] == 30
    clean(site.server.everything)
    (result,) = site.book.bodies("model_result")
    assert (result["outcome"], result["input_tokens"], result["output_tokens"]) == ("answered", 30, 20)


@pytest.mark.parametrize("form", ["stream", "astream"])
def test_a_leak_stops_a_stream_before_its_first_word(site: Site, form: str) -> None:
    with pytest.raises(LeakStopped):
        ask(site.door, form, {}, "Okafor")
    assert site.server.heard == []


def test_a_stream_left_early_is_settled_as_abandoned(open_site: OpenSite) -> None:
    site = open_site(Say("one two three four"))
    stream = site.door.stream("x")
    next(stream)
    stream.close()
    assert site.book.bodies("model_result")[0]["outcome"] == "abandoned"


def test_a_stream_that_breaks_off_is_unreachable(open_site: OpenSite) -> None:
    site = open_site(Say("one two three four", hang_up_after=3))
    with pytest.raises(Unreachable):
        list(site.door.stream("x"))
    assert site.book.bodies("model_result")[0]["code"] == "PV102"


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (400, ConfigurationError),
        (401, CredentialRejected),
        (403, CredentialRejected),
        (404, ConfigurationError),
        (422, ConfigurationError),
        (429, Throttled),
        (500, Unreachable),
        (503, Unreachable),
    ],
)
@pytest.mark.parametrize("form", ["invoke", "stream", "ainvoke", "astream"])
def test_failures_are_ours_and_quote_nothing(
    open_site: OpenSite, caplog: pytest.LogCaptureFixture, status: int, failure: type[ProvostError], form: str
) -> None:
    said = json.dumps({"error": {"message": "Ana Diaz A00123456 is not allowed", "code": "Diaz"}})
    site, watcher = open_site(Say(status=status, body=said)), Watcher()
    caplog.set_level(logging.DEBUG)
    with pytest.raises(failure) as raised:
        ask(site.door, form, {"callbacks": [watcher]})
    error = raised.value
    clean(f"{error!s} {error.__context__!r} {error.__cause__!r} {caplog.text} {watcher.seen}")
    assert error.fix
    assert site.book.bodies("model_result")[0]["code"] == error.code


def test_an_answer_that_is_no_answer_is_unreachable_or_refused(open_site: OpenSite) -> None:
    site = open_site(Say(status=200), timeout_seconds=2.0)
    site.server.script = [Say(status=302, body="elsewhere")]
    with pytest.raises(ProvostError) as raised:
        site.door.invoke("x")
    assert isinstance(raised.value, Unreachable | ConfigurationError | RefusedBySystem)


def test_a_call_the_ledger_does_not_take_is_not_made(site: Site) -> None:
    site.book.full = True
    for form in ("invoke", "stream", "ainvoke", "astream"):
        with pytest.raises(LedgerUnavailable):
            ask(site.door, form, {})
    assert site.server.heard == []


def test_a_hung_provider_is_given_up(open_site: OpenSite) -> None:
    site = open_site(Say(pause=1.0), timeout_seconds=0.2)
    for form in ("invoke", "stream", "ainvoke", "astream"):
        with pytest.raises(Unreachable):
            ask(site.door, form, {})


def test_failures_that_may_pass_are_tried_again(open_site: OpenSite) -> None:
    site = open_site(Say(status=500), Say("Back."), max_retries=1)
    assert site.door.invoke("x").content == "Back."
    assert len(site.server.heard) == 2
    assert len(site.book.bodies("model_call")) == 1


def test_s224_the_ledger_holds_who_why_and_hashes_and_no_text(open_site: OpenSite) -> None:
    site = open_site(Say("The answer"), input_price="2", output_price="5")
    site.door.invoke("Where is Ana Diaz?")
    (call,), (result,) = site.book.bodies("model_call"), site.book.bodies("model_result")
    kind, actor, run, _, subjects = site.book.entries[0]
    assert (kind, actor, run) == ("model_call", "user:advisor", "run_x")
    assert [subject.handle for subject in subjects] == [ANA]
    assert (call["purpose"], call["agent"], call["prompt"]) == ("advising", "chat", "advising_v1")
    assert call["content"] == ["free_text", "residual"]
    assert len(call["request"]) == len(result["answer"]) == 64
    assert (result["cost"], result["currency"], result["answered_by"]) == ("0.00016", "USD", "test-model")
    text = json.dumps([call, result])
    assert "The answer" not in text
    assert "STUDENT" not in text
    ((key, spent),) = site.counters.snapshot().items()
    assert (key.outcome.value, spent.calls, spent.input_tokens, str(spent.cost)) == ("answered", 1, 30, "0.00016")


def test_a_cancelled_call_is_settled(open_site: OpenSite) -> None:
    site = open_site(Say(pause=2.0))

    async def leave() -> None:
        async with asyncio.timeout(0.3):
            await site.door.ainvoke("x")

    with pytest.raises(TimeoutError):
        asyncio.run(leave())
    assert site.book.bodies("model_result")[0]["outcome"] == "abandoned"
