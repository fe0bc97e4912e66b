"""What the tests of the door ask, in every form of asking, and a tracer that keeps what it is shown."""

import asyncio
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool

from privacy.models.door import ModelDoor
from tests.privacy.models.doubles import SECRETS

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


async def drain(stream: Any) -> list[AIMessageChunk]:
    return [chunk async for chunk in stream]


def ask(door: ModelDoor, form: str, config: Any, text: str = "Ana Diaz") -> None:
    if form == "invoke":
        door.invoke(text, config)
    elif form == "stream":
        list(door.stream(text, config))
    elif form == "ainvoke":
        asyncio.run(door.ainvoke(text, config))
    else:
        asyncio.run(drain(door.astream(text, config)))
