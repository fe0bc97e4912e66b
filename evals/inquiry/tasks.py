"""The questions, read from the file beside this module."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from domain.records import Record
from store.yaml_file import read_yaml

FILE = Path(__file__).with_name("tasks.yaml")
Asker = Literal["teacher", "registrar", "student", "advisor", "instructional_designer", "program"]


class Inquiry(Record):
    """One question: who asks, about which seat, what must and must not be in the answer."""

    id: str
    kind: str
    role: Asker
    seat: int
    ask: str
    facts: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    sources: int = 0
    refused: bool = False
    proposes: bool = False


@cache
def read_inquiries() -> tuple[Inquiry, ...]:
    """Read every question."""
    content: Any = read_yaml(FILE, field="tasks", what="questions")
    return tuple(Inquiry.model_validate(row) for row in content["tasks"])
