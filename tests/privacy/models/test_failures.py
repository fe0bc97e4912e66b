"""Whatever a client raises becomes a failure of ours, and whatever form an inner model has, it is settled."""

import asyncio
import ssl
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from domain.errors import DetectionFailed, InternalError, ProvostError, RefusedBySystem, Throttled, Unreachable
from privacy.models.coding import Coder
from privacy.models.door import ModelDoor
from privacy.models.embedding_door import EmbeddingDoor
from privacy.models.failures import map_failure
from privacy.models.messages import code_messages, holds_unsearchable
from privacy.models.provider import OFFLINE
from privacy.models.reach import check_provider
from tests.privacy.models.doubles import CROSSING, Book, KnownPeople, entrance_of, provider_at
from tests.privacy.models.provider_server import Say, provider_server

CODE = "[STUDENT_7QF4ZK92]"


class LengthFinishReasonError(Exception):
    """Named as the client library names it."""


class APIResponseValidationError(Exception):
    """Named as the client library names it."""

    status_code = 200


@pytest.mark.parametrize(
    ("raised", "meant"),
    [
        (Throttled("slow"), Throttled),
        (TimeoutError(), Unreachable),
        (ConnectionResetError(), Unreachable),
        (LengthFinishReasonError("Ana Diaz"), RefusedBySystem),
        (APIResponseValidationError("Ana Diaz"), Unreachable),
        (KeyError("Ana Diaz"), InternalError),
    ],
)
def test_a_failure_says_who_must_act_and_quotes_nothing(raised: Exception, meant: type[ProvostError]) -> None:
    found = map_failure(raised)
    assert type(found) is meant
    assert "Ana" not in str(found)


class Still(BaseChatModel):
    """A model that cannot stream, and answers or fails as it is told."""

    failure: Any = None

    @property
    def _llm_type(self) -> str:
        return "still"

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> ChatResult:
        if self.failure is not None:
            raise self.failure
        usage = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}
        call = {"name": "find", "args": {"who": CODE}, "id": "call_1", "type": "tool_call"}
        message = AIMessage("Found.", tool_calls=[call], usage_metadata=usage)
        return ChatResult(generations=[ChatGeneration(message=message)])


async def _astream(door: ModelDoor) -> list[Any]:
    return [chunk async for chunk in door.astream("x")]


@pytest.mark.parametrize("form", ["stream", "astream"])
def test_a_model_that_cannot_stream_gives_its_answer_in_one_piece(form: str) -> None:
    book = Book()
    door = ModelDoor(inner=Still(), entrance=entrance_of(OFFLINE, book)).within(CROSSING)
    chunks = list(door.stream("x")) if form == "stream" else asyncio.run(_astream(door))
    assert chunks[0].content == "Found."
    assert chunks[0].tool_calls[0]["args"] == {"who": CODE}
    (result,) = book.bodies("model_result")
    assert (result["outcome"], result["input_tokens"], result["output_tokens"]) == ("answered", 1, 2)


def test_a_model_that_breaks_is_a_fault_of_ours_without_its_text() -> None:
    door = ModelDoor(inner=Still(failure=ValueError("Ana Diaz")), entrance=entrance_of(OFFLINE)).within(CROSSING)
    with pytest.raises(InternalError) as broken:
        door.invoke("x")
    assert broken.value.__context__ is None


def test_an_interrupted_batch_of_vectors_is_settled(tls: ssl.SSLContext) -> None:
    class Interrupted:
        def embed_documents(self, texts: list[str]) -> Any:
            raise KeyboardInterrupt

    book = Book()
    with pytest.raises(KeyboardInterrupt):
        EmbeddingDoor(Interrupted(), entrance_of(OFFLINE, book)).within(CROSSING).embed_documents(["x"])
    assert book.bodies("model_result")[0]["outcome"] == "abandoned"


def test_text_that_only_looks_like_json_is_searched_as_text() -> None:
    coder = Coder(KnownPeople(), CROSSING)
    assert coder.json_text("[Ana Diaz") == f"[{CODE}"
    assert coder.json_text('{"a": "Ana Diaz", "a": "x"}') == f'{{"a": "{CODE}", "a": "x"}}'
    assert coder.deep(("Ana Diaz", 4)) == [CODE, 4]
    assert coder.deep({"Ana Diaz": 4}) == {CODE: 4}
    plain = HumanMessage(["Ana Diaz", {"type": "text", "text": "x", "extras": ["Ana Diaz", {"note": "Ana Diaz"}]}])
    (coded,) = code_messages([plain], coder)
    assert not holds_unsearchable([plain])
    assert coded.content == [CODE, {"type": "text", "text": "x", "extras": [CODE, {"note": CODE}]}]


class Refusing(KnownPeople):
    """A scrubber that itself says that it cannot vouch for a text."""

    def scrub(self, *_args: Any) -> Any:
        raise DetectionFailed("A recognizer ran late.")


def test_a_scrubber_that_cannot_vouch_is_believed() -> None:
    with pytest.raises(DetectionFailed, match="ran late"):
        Coder(Refusing(), CROSSING).text("x")


def test_a_list_of_models_that_is_none_is_said_to_be_none(tls: ssl.SSLContext) -> None:
    with provider_server(Say(listed=False)) as server:
        found = check_provider(provider_at(server.url), tls)[1]
    assert "cannot be read" in found.message
