"""Intents as data: what a question looks like, which tool answers it, and how the answer is worded.

The file that ships is ``intents_v1.yaml``; a caller may load another of the same shape, such as the chat's own.
"""

import re
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Self

from pydantic import Field, ValidationError, model_validator

from domain.errors import ConfigurationError
from domain.records import Record

SHIPPED = "intents_v1.yaml"


class Slot(Record):
    """A piece of a question that a tool needs: found by a pattern, or the whole of it.

    ``shape`` words the value from the pattern's named groups; ``what`` says for a person what is missing. An
    ``optional`` slot may be left out; one ``of_question`` is looked for in the question only, never in what was said
    before.
    """

    what: str
    pattern: str = ""
    shape: str = ""
    whole: bool = False
    optional: bool = False
    of_question: bool = False

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if not self.whole and not self.pattern:
            raise ValueError("a slot needs a pattern, unless it is the whole question")
        re.compile(self.pattern)
        return self

    def find(self, text: str) -> str:
        """Return the first value in a text; empty where there is none."""
        if self.whole:
            return text.strip()
        found = re.search(self.pattern, text)
        if found is None:
            return ""
        return Template(self.shape).substitute(found.groupdict()) if self.shape else found.group()


class Answer(Record):
    """How a tool's result is worded: ``rows`` names the list in it, ``empty`` is said where that has nothing."""

    opening: str
    rows: str = ""
    row: str = ""
    empty: str = ""


class Intent(Record):
    """One sort of question; ``says`` is how the offer to answer it is worded, ``arguments`` maps arguments to slots."""

    name: str
    says: str
    patterns: tuple[str, ...] = Field(min_length=1)
    tool: str
    arguments: dict[str, str]
    answer: Answer

    @cached_property
    def _compiled(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(pattern) for pattern in self.patterns)

    def fits(self, question: str) -> bool:
        """Tell whether a question in lower case is of this sort."""
        return any(pattern.search(question) for pattern in self._compiled)


class Intents(Record):
    """Everything the offline model knows: its intents in order of precedence, the slots they use, and its own words."""

    version: str
    label: str
    asking: str
    failed: str
    unknown_tool: str
    missing: str
    help: str
    nothing: str
    more: str
    slots: dict[str, Slot]
    intents: tuple[Intent, ...]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for intent in self.intents:
            if unknown := set(intent.arguments.values()) - set(self.slots):
                raise ValueError(f"intent {intent.name} uses the unknown slot {min(unknown)}")
            for pattern in intent.patterns:
                re.compile(pattern)
        return self

    def plus(self, intents: tuple[Intent, ...], slots: dict[str, Slot]) -> "Intents":
        """Return these with further intents before them, which win where both fit."""
        joined = self.model_dump() | {"intents": (*intents, *self.intents), "slots": {**self.slots, **slots}}
        return Intents.model_validate(joined)


def load_intents(file: Path | None = None) -> Intents:
    """Read an intents file, the shipped one where none is named; ConfigurationError names the first fault."""
    import yaml

    shipped = files("privacy.models.offline").joinpath(SHIPPED)
    try:
        text = file.read_text(encoding="utf-8") if file else shipped.read_text(encoding="utf-8")
        return Intents.model_validate(yaml.safe_load(text))
    except (OSError, yaml.YAMLError, re.error) as broken:
        kind = type(broken).__name__
        raise ConfigurationError(
            f"The intents cannot be read ({kind}).", field="intents", fix="Correct the file."
        ) from broken
    except ValidationError as invalid:
        first = invalid.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        fix = "Correct the file; intents_v1.yaml shows the shape."
        raise ConfigurationError(f"The intents are not valid: {first['msg']}.", field=place, fix=fix) from None
