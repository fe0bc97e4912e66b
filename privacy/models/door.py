"""The chat model that graphs use: whatever inner model stands behind it, it only ever sees codes.

Scrub, policy, second look and ledger come before the provider, and before any callback, so that a tracer sees what the
provider sees. Answers come back as they are, still in codes: names are put back at sinks only (S230).
"""
# ruff: noqa: ANN401 LangChain's own signatures are open

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult, LLMResult
from langchain_core.prompt_values import PromptValue
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import ensure_config
from langchain_core.tools import BaseTool
from pydantic import Field, SkipValidation

from domain.errors import ConfigurationError, InternalError
from privacy.models.admission import Coded, Labels
from privacy.models.crossing import Crossing
from privacy.models.entrance import ADMISSION, Entrance
from privacy.models.replies import Reply, as_chunk
from privacy.models.structured import StructuredAnswer


class ModelDoor(BaseChatModel):
    """A chat model behind the boundary; safe for many threads and many conversations.

    Raises AccessDenied without a crossing, PolicyDenied for content the provider may not get, LeakStopped and
    DetectionFailed where the boundary holds the request back, LedgerUnavailable where it cannot be recorded, and a
    failure of ``privacy.models.failures`` where the provider fails. None of them quotes a text.
    """

    inner: BaseChatModel = Field(repr=False, exclude=True)
    entrance: SkipValidation[Entrance] = Field(repr=False, exclude=True)
    crossing: Crossing | None = Field(default=None, repr=False, exclude=True)
    cache: Literal[False] = False

    def within(self, crossing: Crossing) -> "ModelDoor":
        """Return the same door for one task."""
        return self.model_copy(update={"crossing": crossing})

    @property
    def _llm_type(self) -> str:
        return "provost-door"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.entrance.provider.model, "provider": self.entrance.provider.name}

    def _get_invocation_params(self, stop: list[str] | None = None, **kwargs: Any) -> dict[str, Any]:
        kwargs.pop(ADMISSION, None)
        return super()._get_invocation_params(stop=stop, **kwargs)

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Bind tools in the inner model's own form; their words are coded when the call is made."""
        kwargs.pop("ls_structured_output_format", None)
        bound = self.inner.bind_tools(tools, tool_choice=tool_choice, **kwargs)
        options: Mapping[str, Any] = getattr(bound, "kwargs", {})
        return self.bind(**{key: value for key, value in options.items() if not key.startswith("ls_")})

    def with_structured_output(
        self,
        schema: dict[str, Any] | type,
        *,
        include_raw: bool = False,
        method: str = "function_calling",
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, dict[str, Any] | Any]:
        """Return answers in a schema, by a tool call; ConfigurationError for any other way to ask for one."""
        if method != "function_calling" or kwargs.pop("strict", None):
            fix = "Use method='function_calling'; every compatible endpoint understands it."
            raise ConfigurationError("Only tool calls give structured answers here.", field="method", fix=fix)
        return StructuredAnswer(self.bind_tools([schema], tool_choice="any", **kwargs), schema, raw=include_raw)

    def generate(
        self,
        messages: list[list[BaseMessage]],
        stop: list[str] | None = None,
        callbacks: Any = None,
        *,
        tags: list[str] | None = None,
        metadata: dict[str, Any] | None = None,
        run_name: str | None = None,
        run_id: Any = None,
        **kwargs: Any,
    ) -> LLMResult:
        """Admit the request, then let LangChain's own machinery go on with it in codes."""
        coded, named = self._admit(messages, stop, Labels(tags, metadata, run_name, callbacks), kwargs)
        return super().generate(coded.batches, coded.stop, run_id=run_id, **named, **coded.options)

    async def agenerate(
        self,
        messages: list[list[BaseMessage]],
        stop: list[str] | None = None,
        callbacks: Any = None,
        *,
        tags: list[str] | None = None,
        metadata: dict[str, Any] | None = None,
        run_name: str | None = None,
        run_id: Any = None,
        **kwargs: Any,
    ) -> LLMResult:
        """Admit the request, as ``generate`` does."""
        coded, named = self._admit(messages, stop, Labels(tags, metadata, run_name, callbacks), kwargs)
        return await super().agenerate(coded.batches, coded.stop, run_id=run_id, **named, **coded.options)

    def stream(
        self,
        input: LanguageModelInput,  # noqa: A002 named by the base class
        config: RunnableConfig | None = None,
        *,
        stop: list[str] | None = None,
        **kwargs: Any,
    ) -> Iterator[AIMessageChunk]:
        """Admit the request and stream the answer, still in codes."""
        coded, config = self._admit_input(input, config, stop, kwargs)
        yield from super().stream(coded.batches[0], config, stop=coded.stop, **coded.options)

    async def astream(
        self,
        input: LanguageModelInput,  # noqa: A002 named by the base class
        config: RunnableConfig | None = None,
        *,
        stop: list[str] | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[AIMessageChunk]:
        """Admit the request and stream the answer, still in codes."""
        coded, config = self._admit_input(input, config, stop, kwargs)
        async for chunk in super().astream(coded.batches[0], config, stop=coded.stop, **coded.options):
            yield chunk

    def stream_events(self, *_args: Any, **_kwargs: Any) -> Any:
        """Refuse: this protocol, experimental still, would show the request to its reader before it is coded."""
        raise _no_events()

    def astream_events(self, *_args: Any, **_kwargs: Any) -> Any:
        """Refuse, as ``stream_events`` does; a graph's own ``astream`` gives messages as they come."""
        raise _no_events()

    def _convert_input(self, model_input: LanguageModelInput) -> PromptValue:
        try:
            return super()._convert_input(model_input)
        except Exception as failure:  # noqa: BLE001 its text may quote the messages
            kind = type(failure).__name__
        raise InternalError(f"The input of a model cannot be read as messages ({kind}).", field="messages")

    def _admit(
        self, batches: list[list[BaseMessage]], stop: list[str] | None, labels: Labels, options: dict[str, Any]
    ) -> tuple[Coded, dict[str, Any]]:
        """Return the request in codes, and its labels by the names that LangChain gives them."""
        coded = self.entrance.admit(self.crossing, batches, stop, labels, options)
        return coded, _named(coded.labels)

    def _admit_input(
        self,
        given: LanguageModelInput,
        config: RunnableConfig | None,
        stop: list[str] | None,
        options: dict[str, Any],
    ) -> tuple[Coded, RunnableConfig]:
        config = ensure_config(config)
        labels = Labels(config.get("tags"), config.get("metadata"), config.get("run_name"), config.get("callbacks"))
        messages = self._convert_input(given).to_messages()
        coded, every = self._admit([messages], stop, labels, options)
        named = {key: value for key, value in every.items() if key in config}
        return coded, RunnableConfig(**{**config, **named})  # type: ignore[typeddict-item]

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        with Reply(self.entrance.begin(messages, stop, kwargs)) as reply:
            result = self.inner._generate(messages, stop=stop, run_manager=run_manager, **kwargs)
            reply.read_result(result)
        return result

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        with Reply(self.entrance.begin(messages, stop, kwargs)) as reply:
            result = await self.inner._agenerate(messages, stop=stop, run_manager=run_manager, **kwargs)
            reply.read_result(result)
        return result

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        with Reply(self.entrance.begin(messages, stop, kwargs)) as reply:
            if not _streams(self.inner):
                result = self.inner._generate(messages, stop=stop, run_manager=run_manager, **kwargs)
                yield reply.read(as_chunk(result))
            else:
                for chunk in self.inner._stream(messages, stop=stop, run_manager=run_manager, **kwargs):
                    yield reply.read(chunk)
            reply.ended = True

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        with Reply(self.entrance.begin(messages, stop, kwargs)) as reply:
            if not _streams(self.inner):
                result = await self.inner._agenerate(messages, stop=stop, run_manager=run_manager, **kwargs)
                yield reply.read(as_chunk(result))
            else:
                async for chunk in self.inner._astream(messages, stop=stop, run_manager=run_manager, **kwargs):
                    yield reply.read(chunk)
            reply.ended = True


def _streams(model: BaseChatModel) -> bool:
    kind = type(model)
    return kind._stream is not BaseChatModel._stream or kind._astream is not BaseChatModel._astream


def _named(labels: Labels) -> dict[str, Any]:
    return {
        "callbacks": labels.callbacks,
        "tags": labels.tags,
        "metadata": labels.metadata,
        "run_name": labels.name,
    }


def _no_events() -> ConfigurationError:
    fix = "Use stream or astream on the model, or stream_mode on the graph."
    return ConfigurationError("The model door gives no event stream.", field="stream_events", fix=fix)
