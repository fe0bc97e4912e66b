"""Answers in a schema: the model's tool call, read into it, without a chain whose callbacks would see the request."""

from typing import Any

from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage
from langchain_core.output_parsers.openai_tools import JsonOutputKeyToolsParser, PydanticToolsParser
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel

from domain.errors import InvalidRecord


class StructuredAnswer(Runnable[LanguageModelInput, Any]):
    """Asks a model that has one tool bound, and returns the tool's arguments as the schema; None where it called none.

    With ``raw`` the answer is a mapping of ``raw``, ``parsed`` and ``parsing_error``. Raises InvalidRecord where the
    arguments do not fit the schema.
    """

    def __init__(
        self, bound: Runnable[LanguageModelInput, AIMessage], schema: dict[str, Any] | type, *, raw: bool
    ) -> None:
        self._bound, self._raw, self._parser = bound, raw, _parser_of(schema)

    def invoke(self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any) -> Any:  # noqa: A002, ANN401
        """Ask, and read the answer."""
        return self._read(self._bound.invoke(input, config, **kwargs))

    async def ainvoke(self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any) -> Any:  # noqa: A002, ANN401
        """Ask, and read the answer."""
        return self._read(await self._bound.ainvoke(input, config, **kwargs))

    def _read(self, message: AIMessage) -> Any:  # noqa: ANN401 as the schema says
        parsed: object = None
        misfit: InvalidRecord | None = None
        try:
            parsed = self._parser.invoke(message)
        except Exception as failure:  # noqa: BLE001 its text quotes the answer
            kind = type(failure).__name__
            fix = "Ask again, or let a person decide."
            misfit = InvalidRecord(f"A model's answer does not fit its schema ({kind}).", field="answer", fix=fix)
        if self._raw:
            return {"raw": message, "parsed": parsed, "parsing_error": misfit}
        if misfit is not None:
            raise misfit
        return parsed


def _parser_of(schema: dict[str, Any] | type) -> Runnable[AIMessage, Any]:
    if isinstance(schema, type) and issubclass(schema, BaseModel):
        return PydanticToolsParser(tools=[schema], first_tool_only=True)
    name = convert_to_openai_tool(schema)["function"]["name"]
    return JsonOutputKeyToolsParser(key_name=name, first_tool_only=True)
