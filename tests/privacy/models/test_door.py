"""The door: what leaves holds codes only, in every part; what is held back is never sent (S228, S229)."""

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler, CallbackManager
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from pydantic import BaseModel, Field

from domain.errors import (
    AccessDenied,
    ConfigurationError,
    CredentialRejected,
    InternalError,
    InvalidRecord,
    LeakStopped,
    LedgerUnavailable,
    PolicyDenied,
    ProvostError,
    RefusedBySystem,
    Throttled,
    Unreachable,
)
from privacy.models.door import ModelDoor
from tests.privacy.models.conftest import OpenSite, Site
from tests.privacy.models.doubles import ANA, CROSSING, SECRETS
from tests.privacy.models.provider_server import Say

CODE = "[STUDENT_7QF4ZK92]"
CONVERSATION = [
    SystemMessage("You help with Ana Diaz."),
    HumanMessage("Ask about Ana Diaz, A00123456", name="Ana Diaz"),
    HumanMessage([{"type": "text", "text": "Her mail is ana.diaz@northfield.example"}]),
    AIMessage(
        "Looking up Ana Diaz",
        tool_calls=[
            {"name": "find", "args": {"who": "Ana Diaz", "sis_id": 4711}, "id": "call_Ana Diaz", "type": "tool_call"}
        ],
        additional_kwargs={"note": "Ana Diaz"},
        response_metadata={"said": "Ana Diaz"},
        id="msg-Ana Diaz",
    ),
    ToolMessage('{"name": "Ana Diaz", "sis_id": "someone"}', tool_call_id="call_Ana Diaz", artifact="Ana Diaz"),
]


@tool
def find(who: str) -> str:
    """Find Ana Diaz or another student."""
    return who


class Watcher(BaseCallbackHandler):
    """Keeps everything a tracer would see."""

    raise_error = True

    def __init__(self) -> None:
        self.seen: list[str] = []

    def on_chat_model_start(self, serialized: Any, messages: Any, **kwargs: Any) -> None:
        self.seen.append(f"{serialized} {messages} {kwargs}")

    def on_llm_start(self, *args: Any, **kwargs: Any) -> None:
        self.seen.append(f"{args} {kwargs}")

    def on_llm_error(self, error: BaseException, **kwargs: Any) -> None:
        self.seen.append(f"{error!r} {error.__context__!r} {error.__cause__!r} {kwargs}")

    def on_llm_end(self, response: Any, **kwargs: Any) -> None:
        self.seen.append(f"{response} {kwargs}")

    def on_llm_new_token(self, token: Any, **kwargs: Any) -> None:
        self.seen.append(f"{token} {kwargs}")

    def on_chain_start(self, serialized: Any, inputs: Any, **kwargs: Any) -> None:
        self.seen.append(f"{serialized} {inputs} {kwargs}")


def clean(text: str) -> None:
    assert [secret for secret in SECRETS if secret in text] == []


def test_s229_every_part_of_a_request_leaves_in_codes(site: Site) -> None:
    asked = site.door.bind_tools([find])
    answer = asked.invoke(CONVERSATION, stop=["Ana Diaz"], user="Ana Diaz")
    assert answer.content == "Noted."
    (body,) = site.server.bodies
    clean(site.server.everything)
    assert CODE in body["messages"][0]["content"]
    assert body["stop"] == [CODE]
    assert body["user"] == CODE
    assert CODE in body["tools"][0]["function"]["description"]
    assert body["tools"][0]["function"]["name"] == "find"


def test_tool_arguments_are_coded_by_field_and_call_ids_still_pair(site: Site) -> None:
    site.door.invoke(CONVERSATION)
    said = site.server.bodies[0]["messages"]
    call = said[3]["tool_calls"][0]
    assert json.loads(call["function"]["arguments"]) == {"who": CODE, "sis_id": "[STUDENT_7QF4ZK92.id]"}
    assert said[4]["tool_call_id"] == call["id"]
    assert json.loads(said[4]["content"]) == {"name": CODE, "sis_id": "[STUDENT_7QF4ZK92.id]"}


def test_the_messages_of_the_caller_stay_as_they_are(site: Site) -> None:
    before = [message.model_dump_json() for message in CONVERSATION]
    site.door.invoke(CONVERSATION)
    assert [message.model_dump_json() for message in CONVERSATION] == before


def test_choices_examples_and_defaults_of_a_tool_are_coded_and_its_own_names_stay(site: Site) -> None:
    class Pick(BaseModel):
        """Choose one."""

        title: str = Field(
            description="as in Ana Diaz", examples=["Ana Diaz"], json_schema_extra={"enum": ["Ana Diaz"]}
        )

    site.door.bind_tools([Pick]).invoke("go")
    clean(site.server.everything)
    parameters = site.server.bodies[0]["tools"][0]["function"]["parameters"]
    assert parameters["properties"]["title"]["enum"] == [CODE]
    assert parameters["required"] == ["title"]


@pytest.mark.parametrize(
    "given",
    [
        [HumanMessage("Is Okafor there?")],
        [SystemMessage("Okafor"), HumanMessage("x")],
        [HumanMessage([{"type": "text", "text": "Oka"}, {"type": "text", "text": "for is ill"}])],
        [AIMessage("", tool_calls=[{"name": "find", "args": {"Okafor": 1}, "id": "1", "type": "tool_call"}])],
        [HumanMessage("x"), AIMessage("", tool_calls=[{"name": "find", "args": {"n": 123456789}, "id": "1"}])],
        [ToolMessage("Okafor", tool_call_id="1")],
        [HumanMessage("x", additional_kwargs={"hint": "Okafor"})],
    ],
)
def test_s229_what_the_scrubber_misses_the_second_look_stops_and_nothing_is_sent(site: Site, given: list[Any]) -> None:
    watcher = Watcher()
    with pytest.raises(LeakStopped) as stopped:
        site.door.invoke(given, {"callbacks": [watcher]})
    assert site.server.heard == []
    assert watcher.seen == []
    assert "Okafor" not in str(stopped.value)
    assert site.book.bodies("model_call") == []
    assert site.book.bodies("model_stopped")[0]["code"] == "PV352"


def test_stop_words_tool_words_and_labels_are_looked_at_too(site: Site) -> None:
    @tool("okafor_lookup", description="See Okafor.")
    def lookup(x: str) -> str:
        return x

    with pytest.raises(LeakStopped):
        site.door.invoke("x", stop=["Okafor"])
    with pytest.raises(LeakStopped):
        site.door.bind_tools([lookup]).invoke("x")
    with pytest.raises(LeakStopped):
        site.door.invoke("x", {"tags": ["Okafor"]})
    with pytest.raises(LeakStopped):
        site.door.invoke("x", {"metadata": {"advisor": "Okafor"}})
    with pytest.raises(LeakStopped):
        site.door.invoke("x", {"run_name": "Okafor"})
    assert site.server.heard == []


def test_s228_tracers_see_what_the_provider_sees(site: Site) -> None:
    watcher = Watcher()
    config = {"callbacks": [watcher], "tags": ["Ana Diaz"], "metadata": {"who": "Ana Diaz"}, "run_name": "Ana Diaz"}
    bound = site.door.bind_tools([find])
    bound.invoke(CONVERSATION, config)
    asyncio.run(bound.ainvoke(CONVERSATION, config))
    list(bound.stream(CONVERSATION, config))
    manager = CallbackManager(
        [watcher], [watcher], inheritable_metadata={"who": "Ana Diaz"}, inheritable_tags=["Ana Diaz"]
    )
    site.door.invoke(CONVERSATION, {"callbacks": manager})
    assert len([seen for seen in watcher.seen if "Looking up" in seen]) >= 4
    for seen in watcher.seen:
        clean(seen)


def test_tracers_of_structured_answers_see_codes_too(open_site: OpenSite) -> None:
    class Answer(BaseModel):
        """An answer."""

        label: str

    site = open_site(Say(calls=(("Answer", {"label": "ok"}),)))
    watcher = Watcher()
    structured = site.door.with_structured_output(Answer, method="function_calling")
    assert structured.invoke("About Ana Diaz", {"callbacks": [watcher]}) == Answer(label="ok")
    assert asyncio.run(structured.ainvoke("About Ana Diaz", {"callbacks": [watcher]})) == Answer(label="ok")
    raw = site.door.with_structured_output(Answer, include_raw=True).invoke("x")
    assert (raw["parsed"], raw["parsing_error"]) == (Answer(label="ok"), None)
    for seen in watcher.seen:
        clean(seen)
    assert site.server.bodies[0]["tool_choice"] == "required"
    with pytest.raises(ConfigurationError):
        site.door.with_structured_output(Answer, method="json_schema")


def test_an_answer_that_does_not_fit_its_schema_is_named_without_its_text(open_site: OpenSite) -> None:
    class Answer(BaseModel):
        """An answer."""

        number: int

    site = open_site(Say(calls=(("Answer", {"number": "Ana Diaz"}),)))
    with pytest.raises(InvalidRecord) as misfit:
        site.door.with_structured_output(Answer).invoke("x")
    clean(f"{misfit.value!s} {misfit.value.__context__!r}")
    assert site.door.with_structured_output({"title": "Answer", "type": "object", "properties": {}}).invoke("x")


def test_answers_come_back_in_codes_with_usage(open_site: OpenSite) -> None:
    site = open_site(Say(f"{CODE} is enrolled."))
    answer = site.door.invoke("Where is Ana Diaz?")
    assert answer.content == f"{CODE} is enrolled."
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["total_tokens"] == 50


def _joined(chunks: list[AIMessageChunk]) -> AIMessageChunk:
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk  # type: ignore[assignment]
    return whole


async def _drain(stream: Any) -> list[AIMessageChunk]:
    return [chunk async for chunk in stream]


@pytest.mark.parametrize("form", ["stream", "astream"])
def test_streams_give_words_tool_fragments_and_usage(open_site: OpenSite, form: str) -> None:
    site = open_site(Say("One two three", calls=(("find", {"who": CODE}), ("find", {"who": "x"}))))
    bound = site.door.bind_tools([find])
    chunks = list(bound.stream("Ana Diaz")) if form == "stream" else asyncio.run(_drain(bound.astream("Ana Diaz")))
    whole = _joined(chunks)
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
        _ask(site.door, form, {}, "Okafor")
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


def test_without_conversation_scope_or_purpose_nothing_is_asked(open_site: OpenSite) -> None:
    site = open_site(crossing=None)
    for crossing in (
        None,
        CROSSING.model_copy(update={"conversation": ""}),
        CROSSING.model_copy(update={"purpose": ""}),
    ):
        door = site.door.within(crossing) if crossing else site.door
        with pytest.raises(AccessDenied):
            door.invoke("x")
        with pytest.raises(AccessDenied):
            list(door.stream("x"))
    with pytest.raises(AccessDenied):
        site.door._generate([HumanMessage("x")])
    assert site.server.heard == []


def test_what_cannot_be_searched_is_never_sent(open_site: OpenSite) -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    for flags in ({"contract": True}, {"contract": False, "local": True, "local_opened": True}):
        site = open_site(**flags)
        for block in (image, {"type": "file", "file": {"file_id": "1"}}, {"type": "something_new", "x": 1}):
            with pytest.raises(PolicyDenied):
                site.door.invoke([HumanMessage([block])])
        with pytest.raises(PolicyDenied):
            site.door.invoke([ToolMessage([{"type": "tool_result", "content": [image]}], tool_call_id="1")])
        assert site.server.heard == []


@pytest.mark.parametrize("option", ["extra_body", "extra_headers", "model", "base_url", "functions"])
def test_options_the_door_does_not_know_do_not_go(site: Site, option: str) -> None:
    with pytest.raises(ConfigurationError, match=option):
        site.door.invoke("x", **{option: {"a": "b"}})
    assert site.server.heard == []


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
        _ask(site.door, form, {"callbacks": [watcher]})
    error = raised.value
    clean(f"{error!s} {error.__context__!r} {error.__cause__!r} {caplog.text} {watcher.seen}")
    assert error.fix
    assert site.book.bodies("model_result")[0]["code"] == error.code


def _ask(door: ModelDoor, form: str, config: Any, text: str = "Ana Diaz") -> None:
    if form == "invoke":
        door.invoke(text, config)
    elif form == "stream":
        list(door.stream(text, config))
    elif form == "ainvoke":
        asyncio.run(door.ainvoke(text, config))
    else:
        asyncio.run(_drain(door.astream(text, config)))


def test_an_answer_that_is_no_answer_is_unreachable_or_refused(open_site: OpenSite) -> None:
    site = open_site(Say(status=200), timeout_seconds=2.0)
    site.server.script = [Say(status=302, body="elsewhere")]
    with pytest.raises(ProvostError) as raised:
        site.door.invoke("x")
    assert isinstance(raised.value, Unreachable | ConfigurationError | RefusedBySystem)


def test_input_that_is_no_message_is_refused_without_being_quoted(site: Site) -> None:
    with pytest.raises(InternalError) as refused:
        site.door.invoke([{"Ana Diaz": "Ana Diaz"}])  # type: ignore[list-item]
    clean(f"{refused.value!s} {refused.value.__context__!r}")


def test_a_call_the_ledger_does_not_take_is_not_made(site: Site) -> None:
    site.book.full = True
    for form in ("invoke", "stream", "ainvoke", "astream"):
        with pytest.raises(LedgerUnavailable):
            _ask(site.door, form, {})
    assert site.server.heard == []


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


def test_a_hung_provider_is_given_up(open_site: OpenSite) -> None:
    site = open_site(Say(pause=1.0), timeout_seconds=0.2)
    for form in ("invoke", "stream", "ainvoke", "astream"):
        with pytest.raises(Unreachable):
            _ask(site.door, form, {})


def test_failures_that_may_pass_are_tried_again(open_site: OpenSite) -> None:
    site = open_site(Say(status=500), Say("Back."), max_retries=1)
    assert site.door.invoke("x").content == "Back."
    assert len(site.server.heard) == 2
    assert len(site.book.bodies("model_call")) == 1


def test_the_event_protocols_are_refused(site: Site) -> None:
    for ask in (site.door.stream_events, site.door.astream_events):
        with pytest.raises(ConfigurationError):
            ask("Ana Diaz", version="v2")


def test_many_conversations_share_one_door_and_none_sees_another(site: Site) -> None:
    def ask(number: int) -> str:
        crossing = CROSSING.model_copy(update={"conversation": f"cnv_{number}", "run": f"run_{number}"})
        return str(site.door.within(crossing).invoke(f"Ana Diaz, question {number}").content)

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ask, range(32))) == ["Noted."] * 32
    pairs = {(run, body["conversation"]) for kind, _, run, body, _ in site.book.entries if kind == "model_call"}
    assert pairs == {(f"run_{number}", f"cnv_{number}") for number in range(32)}
    assert sum(spent.calls for spent in site.counters.snapshot().values()) == 32
    clean(site.server.everything)


def test_a_cancelled_call_is_settled(open_site: OpenSite) -> None:
    site = open_site(Say(pause=2.0))

    async def leave() -> None:
        async with asyncio.timeout(0.3):
            await site.door.ainvoke("x")

    with pytest.raises(TimeoutError):
        asyncio.run(leave())
    assert site.book.bodies("model_result")[0]["outcome"] == "abandoned"
