"""Texts of our own files that go out with every request: a prompt, the words of tools.

They are constants that speak of nobody, so they are not searched. Searched, they would be stopped wherever somebody is
called by one of their words, such as Pass or Person. Only what equals such a text to the letter counts, and only where
it belongs: a prompt as a system message, the words of tools among the options, which no caller writes.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from langchain_core.messages import BaseMessage, SystemMessage

from privacy.models.coding import strings_of


class OwnTexts(NamedTuple):
    """What one use of a model ships: its prompts, and its tools in the form in which they are sent."""

    prompts: frozenset[str] = frozenset()
    tools: tuple[Any, ...] = ()
    tool_texts: tuple[str, ...] = ()

    @classmethod
    def of(cls, prompts: Iterable[str], tools: Iterable[Any]) -> "OwnTexts":
        """Return the own texts of these prompts and tools."""
        kept = tuple(tools)
        return cls(frozenset(prompts), kept, tuple(strings_of(kept)))

    def is_prompt(self, message: BaseMessage) -> bool:
        """Tell whether a message is one of the prompts and nothing else."""
        return isinstance(message, SystemMessage) and message.content in self.prompts

    def are_tools(self, value: Any) -> bool:  # noqa: ANN401 an option of any type
        """Tell whether an option is exactly the tools of our own, all of them in order."""
        return bool(self.tools) and isinstance(value, list) and tuple(value) == self.tools


NOTHING_OWN = OwnTexts()
