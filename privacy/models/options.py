"""What may go along with messages, in codes: tools, stop words and the user field. What is not named here does not go.

Names of tools and of their parameters are ours and stay; a name that would be an identifier stops the call. All that
words something for the model (descriptions, titles, choices, examples, defaults) is coded like any text.
"""

from collections.abc import Mapping
from typing import Any

from domain.errors import ConfigurationError
from privacy.models.coding import Coder, strings_of
from privacy.models.own_texts import NOTHING_OWN, OwnTexts

_NUMBERS = frozenset(
    {
        *("temperature", "top_p", "max_tokens", "max_completion_tokens", "seed", "stream", "stream_usage"),
        *("parallel_tool_calls", "strict", "n"),
    }
)
_TOOLS = "tools"
_NAMES = frozenset({"tool_choice", "reasoning_effort", "verbosity"})
_SPOKEN = frozenset({"description", "title", "enum", "const", "default", "examples", "example"})
_NAMED = frozenset({"properties", "$defs", "definitions", "patternProperties", "dependentSchemas"})


def code_options(options: Mapping[str, Any], coder: Coder, own: OwnTexts = NOTHING_OWN) -> dict[str, Any]:
    """Return the options in codes, those of our own as they are; ConfigurationError for one the door does not know."""
    return {
        key: value if key == _TOOLS and own.are_tools(value) else _code_option(key, value, coder)
        for key, value in options.items()
    }


def option_texts(options: Mapping[str, Any], own: OwnTexts = NOTHING_OWN) -> list[str]:
    """Return every text of the options; plain numbers such as a seed are none, tools of our own are left out."""
    return list(strings_of([value for key, value in options.items() if _is_searched(key, value, own)]))


def _is_searched(key: str, value: Any, own: OwnTexts) -> bool:  # noqa: ANN401 an option of any type
    return key not in _NUMBERS and not (key == _TOOLS and own.are_tools(value))


def _code_option(key: str, value: Any, coder: Coder) -> Any:  # noqa: ANN401 an option of any type
    if key in (_TOOLS, "response_format"):
        return _code_schema(value, coder)
    if key == "user":
        return coder.deep(value)
    numeric = value is None or isinstance(value, bool | int | float)
    if key in _NAMES or (key in _NUMBERS and numeric):
        return value
    raise ConfigurationError(
        f"The model door does not let the option {key} through.",
        field=key if key.isidentifier() else "options",
        fix="Leave it out; privacy/models/options.py lists what may go along with messages.",
    )


def _code_schema(node: Any, coder: Coder) -> Any:  # noqa: ANN401 any part of a JSON schema
    if isinstance(node, Mapping):
        return {key: _code_part(key, value, coder) for key, value in node.items()}
    if isinstance(node, list):
        return [_code_schema(each, coder) for each in node]
    return node


def _code_part(key: str, value: Any, coder: Coder) -> Any:  # noqa: ANN401 any part of a JSON schema
    if key in _NAMED and isinstance(value, Mapping):
        return {name: _code_schema(each, coder) for name, each in value.items()}
    return coder.deep(value) if key in _SPOKEN else _code_schema(value, coder)
