"""The list of tools is the tools: nothing is given to an agent that is not listed, and nothing that proposes runs."""

import inspect
from typing import get_args

import pytest
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.tools import BaseTool

from agents.advisor.prompt import read_specialist
from domain.errors import ApprovalRequired
from graphs.advising.desk import Desk
from graphs.chat_proposing import MAY_ASK
from graphs.chat_watching import chat_middleware, specialist_middleware
from tools.catalog import consult_tools, propose_tools, read_tools
from tools.catalog.desk import AdvisingDesk
from tools.catalog.registry import TOOLS, Kind, Trust, looks_of, names_of, spec_named

LIVE = {
    each.name: (each, kind)
    for module, kind in ((read_tools, Kind.READ), (consult_tools, Kind.CONSULT), (propose_tools, Kind.PROPOSE))
    for each in vars(module).values()
    if isinstance(each, BaseTool)
}


def test_the_registry_is_the_live_tools() -> None:
    assert {spec.name: (spec.tool, spec.kind) for spec in TOOLS} == LIVE
    assert len({spec.name for spec in TOOLS}) == len(TOOLS)
    assert all(spec.because.endswith(".") for spec in TOOLS)
    assert spec_named("drop_everything") is None


def test_s260_no_tool_lets_a_model_name_its_caller() -> None:
    for spec in TOOLS:
        asked = set(spec.tool.tool_call_schema.model_json_schema()["properties"])  # type: ignore[union-attr]
        assert asked <= {"course", "person", "section", "question", "trait", "when", "about", "specialist"}, spec.name


def test_every_specialist_that_can_be_consulted_has_looks_and_a_prompt_and_nothing_that_proposes() -> None:
    consulted = get_args(consult_tools.Consulted)
    assert set(consulted) == {spec.specialist for spec in TOOLS if spec.kind is Kind.READ} - {"", "knowledge"}
    for name in consulted:
        assert {each.name for each in looks_of(name)} <= set(names_of(Kind.READ))
        assert read_specialist(name).count("Your field is") == 1
        assert not any(isinstance(each, HumanInTheLoopMiddleware) for each in specialist_middleware())


def test_every_read_tool_is_a_look_that_the_desk_takes() -> None:
    for name in names_of(Kind.READ):
        asked, taken = inspect.signature(getattr(AdvisingDesk, name)), inspect.signature(getattr(Desk, name))
        assert asked.parameters.keys() == taken.parameters.keys()
        assert {*asked.parameters} - {"self", "caller"} == {*LIVE[name][0].args} - {"runtime"}


def test_what_anyone_may_have_written_is_known_to_be_quoted() -> None:
    quoting = {spec.name for spec in TOOLS if spec.trust is Trust.QUOTES}
    assert {"search_policies", "show_learning_path", "list_missing_work", "read_outreach"} <= quoting


def test_a_propose_tool_refuses_to_run_and_somebody_is_named_who_may_ask() -> None:
    asked = {"course": "BIOL 101", "person": "[STUDENT_7QF4TK23]", "about": "grades"}
    for name in names_of(Kind.PROPOSE):
        with pytest.raises(ApprovalRequired):
            LIVE[name][0].invoke(asked)
    assert MAY_ASK.keys() == set(names_of(Kind.PROPOSE))


def test_every_propose_tool_is_stopped_before_anything_retries_or_words_errors() -> None:
    middleware = {each.name: (place, each) for place, each in enumerate(chat_middleware())}
    gate_place, gate = middleware["HumanInTheLoopMiddleware"]
    assert gate.interrupt_on.keys() == set(names_of(Kind.PROPOSE))  # type: ignore[attr-defined]
    assert all(each["allowed_decisions"] == ["respond"] for each in gate.interrupt_on.values())  # type: ignore[attr-defined]
    assert gate_place < middleware["ToolErrorMiddleware"][0] < middleware["ToolRetryMiddleware"][0]
    retrying = middleware["ToolRetryMiddleware"][1]
    assert set(retrying._tool_filter) == set(names_of(Kind.READ))  # type: ignore[attr-defined]
    assert middleware["Limits"][0] < middleware["ToolErrorMiddleware"][0]
