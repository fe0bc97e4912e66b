"""Without a model, questions are answered by intent and template, through the same tools, door and agent loop."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from pydantic import BaseModel

from domain.errors import AccessDenied, ConfigurationError
from privacy.models.crossing import Crossing
from privacy.models.door import ModelDoor
from privacy.models.offline.intents import Answer, Intent, Intents, Slot, load_intents
from privacy.models.offline.model import OfflineModel
from privacy.models.offline.wording import MOST_ROWS, word_result
from privacy.models.provider import OFFLINE
from tests.privacy.models.doubles import ANA, CROSSING, Book, entrance_of

LABEL = "Offline answer, no model was asked."
CODE = "[STUDENT_7QF4ZK92]"


@tool
def find_roster(section: str) -> str:
    """Read the roster of a section."""
    rows = [{"person": CODE, "status": "registered"}, {"person": "[STUDENT_8RG5ZM34]", "status": None}]
    return json.dumps({"section": section, "read_at": "2026-09-21 09:00", "students": rows})


@tool
def explain_changes(person: str) -> str:
    """Say what was changed for a person, and why."""
    row = {"at": "2026-09-20", "action": "deactivate", "rule": "R48", "reason": "dropped before census"}
    return json.dumps({"person": person, "changes": [{**row, "decided_by": "policy"}]})


@tool
def list_waiting_approvals() -> str:
    """List what waits for approval."""
    return json.dumps({"approvals": []})


@tool
def search_policies(question: str) -> str:
    """Search the policies."""
    return json.dumps({"passages": [{"text": f"On {question}", "source": "catalog, page 4"}]})


TOOLS = [find_roster, explain_changes, list_waiting_approvals, search_policies]


@dataclass(frozen=True)
class Acting:
    """What a graph run carries in its context."""

    crossing: Crossing


def _agent(tools: Any = TOOLS, book: Book | None = None) -> Any:
    door = ModelDoor(inner=OfflineModel(), entrance=entrance_of(OFFLINE, book))
    return create_agent(door, tools, system_prompt="You help advisors.", context_schema=Acting)


def _ask(question: Any, **more: Any) -> AIMessage:
    state = _agent(**more).invoke({"messages": question}, context=Acting(CROSSING))
    answer = state["messages"][-1]
    assert isinstance(answer, AIMessage)
    return answer


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "Who is on the roster of 202680-10001?",
            "2 on the roster of 202680-10001, as of 2026-09-21 09:00:\n"
            f"- {CODE}, registered\n- [STUDENT_8RG5ZM34], unknown",
        ),
        (
            "Why was Ana Diaz dropped?",
            f"1 recorded for {CODE}:\n- 2026-09-20: deactivate, by rule R48 (dropped before census), decided by policy",
        ),
        ("What is waiting for my approval?", "Nothing waits for approval."),
        (
            "What is the policy on late withdrawal?",
            "The policies say:\n- On What is the policy on late withdrawal? (catalog, page 4)",
        ),
    ],
)
def test_a_known_question_is_looked_up_and_worded_through_create_agent(question: str, expected: str) -> None:
    book = Book()
    answer = _ask(question, book=book)
    assert answer.content == f"{LABEL} {expected}"
    assert answer.response_metadata["offline"] is True
    assert answer.response_metadata["intents"] == "offline_v1"
    assert [body["class"] for body in book.bodies("model_call")] == ["inside", "inside"]


def test_the_door_finds_the_crossing_in_the_graphs_context_and_refuses_without_one() -> None:
    with pytest.raises(AccessDenied):
        _agent().invoke({"messages": "Who is on the roster of 202680-10001?"})
    book = Book()
    asyncio.run(_agent(book=book).ainvoke({"messages": "Why was Ana Diaz dropped?"}, context=Acting(CROSSING)))
    assert [subject.handle for subject in book.entries[0][4]] == [ANA]


def test_a_code_named_earlier_answers_a_later_question() -> None:
    said = [HumanMessage(f"Tell me about {CODE}"), AIMessage("Yes?"), HumanMessage("What happened?")]
    assert f"1 recorded for {CODE}" in str(_ask(said).content)


def test_a_facet_of_a_code_means_its_person() -> None:
    assert f"1 recorded for {CODE}" in str(_ask(f"Why was {CODE[:-1]}.email] dropped?").content)


def test_what_is_missing_is_asked_for_and_what_is_unknown_is_offered_honestly() -> None:
    assert _ask("Who is on the roster?").content == (
        f"{LABEL} Name a section by term and CRN, such as 202680-12345, and I can look it up."
    )
    offered = str(_ask("Write a poem", tools=[find_roster]).content)
    assert offered.startswith(f"{LABEL} I answer only what I can look up.")
    assert offered.endswith("these:\n- who is on the roster of a section")
    assert _ask("Who is on the roster of 202680-10001?", tools=[]).content == f"{LABEL} Nothing can be looked up here."


def test_it_says_the_same_each_time_and_streams_the_same() -> None:
    model = OfflineModel().bind_tools(TOOLS)
    first, second = (model.invoke("Who is on the roster of 202680-10001?") for _ in range(2))
    assert first.tool_calls == second.tool_calls
    chunks = list(model.stream("Who is on the roster of 202680-10001?"))
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk  # type: ignore[assignment]
    assert (whole.content, whole.tool_calls) == (first.content, first.tool_calls)
    assert whole.response_metadata["offline"] is True
    assert len(chunks) > 5


def test_it_streams_through_the_door_and_the_graph() -> None:
    parts = [
        message.content
        for message, _ in _agent().stream(
            {"messages": "What waits for approval?"}, context=Acting(CROSSING), stream_mode="messages"
        )
        if message.type == "AIMessageChunk"
    ]
    assert "".join(parts).endswith(f"{LABEL} Nothing waits for approval.")
    assert len(parts) > 5


def test_failed_and_unknown_tools_are_told_as_they_are() -> None:
    call = {"name": "other", "args": {}, "id": "1", "type": "tool_call"}
    said = [HumanMessage("x"), AIMessage("", tool_calls=[call])]
    model = OfflineModel()
    assert model.invoke([*said, ToolMessage("plain", tool_call_id="1")]).content == f"{LABEL} other answered: plain"
    failed = model.invoke([*said, ToolMessage("secret trace", tool_call_id="1", status="error")]).content
    assert "The look-up failed" in str(failed)
    assert "secret" not in str(failed)
    assert "The tool answered: [1]" in str(
        model.invoke([HumanMessage("x"), ToolMessage("[1]", tool_call_id="2")]).content
    )


def test_with_nothing_asked_it_offers_what_it_can() -> None:
    said = OfflineModel().bind_tools(TOOLS).invoke([AIMessage("Hello")]).content
    assert str(said).startswith(f"{LABEL} I answer only")


def test_it_never_makes_up_a_structured_answer() -> None:
    class Label(BaseModel):
        """A label."""

        label: str

    door = ModelDoor(inner=OfflineModel(), entrance=entrance_of(OFFLINE)).within(CROSSING)
    assert door.with_structured_output(Label).invoke("Which label?") is None


def test_long_results_are_cut_and_say_so() -> None:
    words = load_intents()
    answer = Answer(opening="$count:", rows="rows", row="$text")
    said = word_result(json.dumps({"rows": list(range(MOST_ROWS + 3))}), {}, answer, words)
    assert said.endswith("and 3 more")
    assert word_result("{}", {}, Answer(opening="$text"), words) == "unknown"
    assert word_result("plain", {}, Answer(opening="$text"), words) == "plain"


def test_intents_are_data_and_another_set_can_be_added() -> None:
    mine = Intent(
        name="seats",
        says="seats",
        patterns=("seats",),
        tool="seats",
        arguments={"room": "room"},
        answer=Answer(opening="$n"),
    )
    joined = load_intents().plus((mine,), {"room": Slot(what="a room", pattern=r"room \w+")})
    model = OfflineModel(intents=joined).bind_tools(
        [{"type": "function", "function": {"name": "seats", "description": "", "parameters": {}}}]
    )
    assert model.invoke("seats in room B12?").tool_calls[0]["args"] == {"room": "room B12"}


@pytest.mark.parametrize(
    "text",
    ["intents: [", "version: x", None, "x: 1\nslots: {}", "pattern"],
)
def test_a_bad_intents_file_is_named(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "intents.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(ConfigurationError):
        load_intents(file)
    for broken in ({"what": "x"}, {"what": "x", "pattern": "("}):
        with pytest.raises(Exception, match=r"pattern|unterminated|missing"):
            Slot.model_validate(broken)
    shipped = load_intents().model_dump()
    shipped["intents"][0]["arguments"] = {"section": "nowhere"}
    with pytest.raises(ValueError, match="unknown slot nowhere"):
        Intents.model_validate(shipped)
