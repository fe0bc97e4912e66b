"""A whole agent loop over the door and a provider: tools are called with codes, and only codes are ever sent."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langchain_core.tools import tool

from domain.errors import DetectionFailed, LeakStopped
from privacy.models.coding import strings_of
from privacy.models.crossing import Crossing
from privacy.models.door import ModelDoor
from tests.privacy.models.conftest import OpenSite
from tests.privacy.models.doubles import CROSSING, SECRETS, KnownPeople
from tests.privacy.models.provider_server import Say

CODE = "[STUDENT_7QF4ZK92]"


@dataclass(frozen=True)
class Acting:
    """A run's context."""

    crossing: Crossing


def _loop(open_site: OpenSite, given: list[Any], result: str) -> tuple[Any, Any]:
    @tool
    def find_student(who: str) -> str:
        """Find a student."""
        given.append(who)
        return result

    calls = (("find_student", {"who": CODE}),)
    site = open_site(Say(calls=calls), Say(f"{CODE} is registered."), crossing=None)
    return site, create_agent(site.door, [find_student], system_prompt="Help with Ana Diaz.", context_schema=Acting)


@pytest.mark.parametrize("form", ["invoke", "ainvoke", "stream"])
def test_create_agent_works_over_the_door_and_sends_codes_only(open_site: OpenSite, form: str) -> None:
    given: list[Any] = []
    site, agent = _loop(open_site, given, json.dumps({"name": "Ana Diaz", "sis_id": "x"}))
    asked, context = {"messages": "Where is Ana Diaz?"}, Acting(CROSSING)
    if form == "invoke":
        said = agent.invoke(asked, context=context)["messages"][-1].content
    elif form == "ainvoke":
        said = asyncio.run(agent.ainvoke(asked, context=context))["messages"][-1].content
    else:
        parts = [part for part, _ in agent.stream(asked, context=context, stream_mode="messages")]
        said = "".join(str(part.content) for part in parts if isinstance(part, AIMessage)).strip()
    assert said == f"{CODE} is registered."
    assert given == [CODE]
    assert len(site.server.heard) == 2
    assert [secret for secret in SECRETS if secret in site.server.everything] == []
    assert len(site.book.bodies("model_result")) == 2


def test_a_tool_result_that_leaks_stops_the_loop(open_site: OpenSite) -> None:
    site, agent = _loop(open_site, [], "See Okafor")
    with pytest.raises(LeakStopped):
        agent.invoke({"messages": "Where is she?"}, context=Acting(CROSSING))
    assert len(site.server.heard) == 1


class Broken(KnownPeople):
    """A scrubber whose recognizer fails, with a text in its failure."""

    def scrub(self, *_args: Any) -> Any:
        raise ValueError("Ana Diaz")

    scrub_fields = scrub


class Blind:
    """A second check that fails."""

    def look(self, *_args: Any) -> Any:
        raise RuntimeError("Ana Diaz")


def test_a_search_that_fails_is_a_stop_without_its_text(open_site: OpenSite) -> None:
    site = open_site()
    entrance = site.door.entrance
    for broken in (
        type(entrance)(entrance.provider, Broken(), entrance.check, entrance.record),
        type(entrance)(entrance.provider, entrance.scrubber, Blind(), entrance.record),
    ):
        door = ModelDoor(inner=site.door.inner, entrance=broken, crossing=CROSSING)
        with pytest.raises(DetectionFailed) as failed:
            door.invoke("Ana Diaz")
        assert "Ana" not in f"{failed.value!s} {failed.value.__cause__!r} {failed.value.__context__!r}"
    assert site.server.heard == []


def test_a_request_too_deep_to_be_searched_is_not_sent() -> None:
    deep: Any = "x"
    for _ in range(100):
        deep = [deep]
    with pytest.raises(DetectionFailed):
        list(strings_of(deep))
