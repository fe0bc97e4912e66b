"""A chat model without a model: it recognises a few questions, asks the tool for each, and words what was found.

The same question with the same tools gives the same answer. Every answer says, in its text and in its metadata, that no
model was asked.
"""
# ruff: noqa: ANN401 LangChain's own signatures are open

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.messages.tool import ToolCall, tool_call, tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import Field

from privacy.models.offline.intents import Intent, Intents, load_intents
from privacy.models.offline.wording import fill, word_result, word_unknown

_LONGEST_QUESTION = 2000
_WORDS = re.compile(r"\S+\s*|\s+")


class OfflineModel(BaseChatModel):
    """Answers by intent and template; deterministic, in this process, asking nobody."""

    intents: Intents = Field(default_factory=load_intents, repr=False)
    cache: Literal[False] = False

    @property
    def _llm_type(self) -> str:
        return "provost-offline"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **_kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Let the model use tools; a forced choice is noted and ignored, since nothing here can make up arguments."""
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], tool_choice=tool_choice)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 named by the base class
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002 named by the base class
        **kwargs: Any,
    ) -> ChatResult:
        answer = self._answer(messages, _names(kwargs.get("tools")))
        return ChatResult(generations=[ChatGeneration(message=answer)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 named by the base class
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002 named by the base class
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        answer = self._answer(messages, _names(kwargs.get("tools")))
        for word in _WORDS.findall(str(answer.content)):
            yield ChatGenerationChunk(message=AIMessageChunk(content=word))
        yield ChatGenerationChunk(message=_last_chunk(answer))

    def _answer(self, messages: Sequence[BaseMessage], tools: frozenset[str]) -> AIMessage:
        """Word the results that have come since the last question, or else look the question up."""
        question, since = _last_question(messages)
        results = [message for message in since if isinstance(message, ToolMessage)]
        if results:
            return self._say("\n".join(self._word(result, since) for result in results), "answer")
        return self._look_up(question, messages, [each for each in self.intents.intents if each.tool in tools])

    def _look_up(self, question: str, messages: Sequence[BaseMessage], offered: Sequence[Intent]) -> AIMessage:
        lowered = question.lower()
        intent = next((each for each in offered if each.fits(lowered)), None)
        if intent is None:
            return self._say(self._offer(offered), "help")
        arguments: dict[str, str] = {}
        for argument, slot in intent.arguments.items():
            value = self._find(slot, question, messages)
            if not value and not self.intents.slots[slot].optional:
                return self._say(fill(self.intents.missing, {"what": self.intents.slots[slot].what}), intent.name)
            arguments[argument] = value
        call = tool_call(name=intent.tool, args=arguments, id=_call_id(intent.tool, arguments, len(messages)))
        return self._say(fill(self.intents.asking, {"tool": intent.tool}), intent.name, [call])

    def _find(self, slot: str, question: str, messages: Sequence[BaseMessage]) -> str:
        """Return a slot's value from the question, else from what was said before it, the latest first."""
        known = self.intents.slots[slot]
        alone = known.whole or known.of_question
        said = [each for each in reversed(messages) if not isinstance(each, SystemMessage)]
        texts = [question] if alone else [question, *(str(each.text) for each in said)]
        return next((value for text in texts if (value := known.find(text))), "")

    def _word(self, result: ToolMessage, since: Sequence[BaseMessage]) -> str:
        call = next((each for each in _calls(since) if each["id"] == result.tool_call_id), None)
        tool = call["name"] if call else result.name or "The tool"
        if result.status == "error":
            return fill(self.intents.failed, {"text": str(result.text)})
        intent = next((each for each in self.intents.intents if each.tool == tool), None)
        if intent is None:
            return word_unknown(tool, str(result.text), self.intents)
        return word_result(str(result.text), call["args"] if call else {}, intent.answer, self.intents)

    def _offer(self, offered: Sequence[Intent]) -> str:
        if not offered:
            return self.intents.nothing
        return "\n".join([self.intents.help, *(f"- {intent.says}" for intent in offered)])

    def _say(self, text: str, intent: str, calls: Sequence[ToolCall] = ()) -> AIMessage:
        about = {"model_name": "offline", "offline": True, "intents": self.intents.version, "intent": intent}
        return AIMessage(
            f"{self.intents.label} {text}" if text else "",
            tool_calls=list(calls),
            response_metadata=about,
            usage_metadata={"input_tokens": 0, "output_tokens": 0, "total_tokens": 0},
        )


def _last_question(messages: Sequence[BaseMessage]) -> tuple[str, Sequence[BaseMessage]]:
    """Return what a person asked last, and the messages since."""
    for place in range(len(messages) - 1, -1, -1):
        if isinstance(messages[place], HumanMessage):
            return str(messages[place].text)[:_LONGEST_QUESTION], messages[place + 1 :]
    return "", messages


def _calls(messages: Sequence[BaseMessage]) -> Iterator[ToolCall]:
    for message in messages:
        if isinstance(message, AIMessage):
            yield from message.tool_calls


def _names(tools: Any) -> frozenset[str]:
    return frozenset(tool["function"]["name"] for tool in tools or ())


def _call_id(tool: str, arguments: dict[str, str], place: int) -> str:
    said = json.dumps([tool, arguments, place], sort_keys=True)
    return f"call_{hashlib.sha256(said.encode()).hexdigest()[:20]}"


def _last_chunk(answer: AIMessage) -> AIMessageChunk:
    fragments = [
        tool_call_chunk(name=call["name"], args=json.dumps(call["args"]), id=call["id"], index=index)
        for index, call in enumerate(answer.tool_calls)
    ]
    return AIMessageChunk(
        content="",
        tool_call_chunks=fragments,
        response_metadata=answer.response_metadata,
        usage_metadata=answer.usage_metadata,
        chunk_position="last",
    )
