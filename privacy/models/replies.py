"""Reads what comes back, for its usage and its hash, and settles the call however it ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import NoReturn, Self

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from privacy.models.call_record import OpenCall
from privacy.models.coding import strings_of
from privacy.models.failures import map_failure
from privacy.models.usage import Usage


class Reply:
    """One call's answer while it is read; as a context it settles the call and maps what the provider raised.

    ``ended`` is set once the provider has said everything.
    """

    def __init__(self, call: OpenCall) -> None:
        self._call = call
        self._said: list[str] = []
        self._usage, self._model = Usage(), ""
        self.ended = False

    def read(self, chunk: ChatGenerationChunk) -> ChatGenerationChunk:
        """Take note of one part of the answer and hand it on."""
        self._note(chunk.message)
        self._model = str((chunk.generation_info or {}).get("model_name", "")) or self._model
        return chunk

    def read_result(self, result: ChatResult) -> ChatResult:
        """Take note of an answer that came in one piece and hand it on."""
        for generation in result.generations:
            self._note(generation.message)
        self._model = str((result.llm_output or {}).get("model_name", "")) or self._model
        self.ended = True
        return result

    def _note(self, message: BaseMessage) -> None:
        self._said.extend(strings_of([message.content, getattr(message, "tool_call_chunks", ())]))
        self._said.extend(strings_of(getattr(message, "tool_calls", ())))
        self._model = str(message.response_metadata.get("model_name", "")) or self._model
        usage = message.usage_metadata if isinstance(message, AIMessage) else None
        if usage is not None:
            was = self._usage
            self._usage = Usage(
                was.input_tokens + usage["input_tokens"], was.output_tokens + usage["output_tokens"], True
            )

    def __enter__(self) -> Self:
        """Begin to read."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, failure: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Settle the call: answered, failed, or left by its reader before the end."""
        if isinstance(failure, Exception):
            fail(self._call, failure)
        elif self.ended:
            self._call.answered(self._usage, self._said, self._model)
        else:
            self._call.abandoned(self._usage)


def fail(call: OpenCall, failure: Exception) -> NoReturn:
    """Settle a call that failed and raise its failure without what it stands for, whose text may repeat the request."""
    mapped = map_failure(failure)
    call.failed(mapped)
    try:
        raise mapped from None
    finally:
        mapped.__context__ = None


@contextmanager
def settling(call: OpenCall) -> Iterator[None]:
    """Settle a call that fails within; the caller settles one that is answered."""
    try:
        yield
    except Exception as failure:  # noqa: BLE001 whatever a client raises may quote the request
        fail(call, failure)
    except BaseException:
        call.abandoned(Usage())
        raise


def as_chunk(result: ChatResult) -> ChatGenerationChunk:
    """Return a whole answer as the only part of a stream."""
    message = result.generations[0].message
    content = message.model_dump(exclude={"type", "name"})
    return ChatGenerationChunk(message=AIMessageChunk(**content), generation_info={**(result.llm_output or {})})
