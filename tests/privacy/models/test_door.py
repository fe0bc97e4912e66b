"""The door: what leaves holds codes only, in every part; what is held back is never sent (S228, S229)."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from pydantic import BaseModel, Field

from domain.errors import (
    AccessDenied,
    ConfigurationError,
    InternalError,
    LeakStopped,
    PolicyDenied,
)
from tests.privacy.models.asking import CODE, CONVERSATION, Watcher, clean, find
from tests.privacy.models.conftest import OpenSite, Site
from tests.privacy.models.doubles import CROSSING


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


def test_input_that_is_no_message_is_refused_without_being_quoted(site: Site) -> None:
    with pytest.raises(InternalError) as refused:
        site.door.invoke([{"Ana Diaz": "Ana Diaz"}])  # type: ignore[list-item]
    clean(f"{refused.value!s} {refused.value.__context__!r}")


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
