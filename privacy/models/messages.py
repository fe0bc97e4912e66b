"""Messages in codes: content in every shape it comes in, names, tool calls, their arguments and ids."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage
from langchain_core.messages.utils import message_chunk_to_message

from privacy.models.coding import Coder, strings_of
from privacy.models.own_texts import NOTHING_OWN, OwnTexts

M = TypeVar("M", bound=BaseMessage)

_SEARCHABLE = frozenset(
    {
        *("text", "plaintext", "text-plain", "reasoning", "thinking", "refusal", "non_standard"),
        *("tool_use", "tool_call", "tool_call_chunk", "function", "function_call", "tool_result", "input_text"),
        *("output_text", "summary_text", "invalid_tool_call"),
    }
)
"""Blocks that hold text and nothing else; any other may hide a name where nobody can look."""
_IDS = frozenset({"id", "call_id", "tool_call_id", "tool_use_id"})
_JSON = frozenset({"arguments", "args", "input"})


def code_messages(messages: Sequence[BaseMessage], coder: Coder) -> list[BaseMessage]:
    """Return copies of the messages in codes, without what a provider never gets; those given stay as they are."""
    return [_code_message(message_chunk_to_message(message), coder) for message in messages]


def code_apart_from(messages: Sequence[BaseMessage], coder: Coder, own: OwnTexts) -> list[BaseMessage]:
    """Return copies in codes, our own prompts as they are."""
    return [
        SystemMessage(each.content) if own.is_prompt(each) else code_messages([each], coder)[0] for each in messages
    ]


def _code_message(message: M, coder: Coder) -> M:
    update: dict[str, Any] = {
        "content": _code_content(message, coder),
        "additional_kwargs": _code_block(message.additional_kwargs, coder),
        "response_metadata": {},
        "name": coder.text(message.name) if message.name else message.name,
        "id": None,
    }
    if isinstance(message, AIMessage):
        update["usage_metadata"] = None
        update["tool_calls"] = [_code_block(call, coder) for call in message.tool_calls]
        update["invalid_tool_calls"] = [_code_block(call, coder) for call in message.invalid_tool_calls]
    if isinstance(message, ToolMessage):
        update |= {"tool_call_id": coder.mint(message.tool_call_id), "artifact": None}
    return message.model_copy(update=update)


def _code_content(message: BaseMessage, coder: Coder) -> str | list[str | dict[str, Any]]:
    content = message.content
    if isinstance(content, str):
        return coder.json_text(content) if isinstance(message, ToolMessage) else coder.text(content)
    return [coder.text(block) if isinstance(block, str) else _code_block(block, coder) for block in content]


def _code_block(block: Mapping[str, Any], coder: Coder) -> dict[str, Any]:
    """Code a content block or a tool call: ids anew, arguments by field, the name of the tool as it is."""
    coded: dict[str, Any] = {}
    calls = not _JSON.isdisjoint(block)
    for key, value in block.items():
        if key == "type" or (key == "name" and calls):
            coded[key] = value
        elif key in _IDS and isinstance(value, str):
            coded[key] = coder.mint(value)
        elif key in _JSON:
            coded[key] = coder.json_text(value) if isinstance(value, str) else coder.fields(value)
        else:
            coded[coder.text(key)] = _code_inner(value, coder)
    return coded


def _code_inner(value: Any, coder: Coder) -> Any:  # noqa: ANN401 any JSON value
    if isinstance(value, Mapping):
        return _code_block(value, coder)
    if isinstance(value, list):
        return [_code_inner(each, coder) for each in value]
    return coder.deep(value)


def texts_of(messages: Sequence[BaseMessage], own: OwnTexts = NOTHING_OWN) -> Iterator[str]:
    """Yield every text the messages hold, and the text of each as one, should a name lie across two blocks.

    Prompts of our own are left out.
    """
    for message in messages:
        if own.is_prompt(message):
            continue
        yield from strings_of(message.model_dump(exclude={"id"}))
        if isinstance(message.content, list):
            yield str(message.text)
            yield " ".join(strings_of(message.content))


def holds_unsearchable(messages: Sequence[BaseMessage]) -> bool:
    """Tell whether any message carries an image, sound, file or anything else that text search cannot look into."""
    blocks = [block for message in messages if isinstance(message.content, list) for block in _blocks(message.content)]
    audio = any("audio" in message.additional_kwargs for message in messages)
    return audio or any(block.get("type", "text") not in _SEARCHABLE for block in blocks)


def _blocks(content: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the blocks, those inside the result of a tool too."""
    for block in content:
        if isinstance(block, Mapping):
            yield block
            inner = block.get("content")
            if isinstance(inner, list):
                yield from _blocks(inner)
