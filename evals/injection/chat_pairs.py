"""The pairs that go through the whole chat, read from the file beside this module."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from domain.records import Record
from store.yaml_file import read_yaml

FILE = Path(__file__).with_name("chat_pairs.yaml")


class Look(Record):
    """One tool that the model takes for an honest answer."""

    tool: str
    args: dict[str, str]


class Place(Record):
    """Where a text is planted, who asks what beside it, and what must still be told."""

    id: str
    about: str
    asker: Literal["teacher", "advisor"]
    ask: str
    look: tuple[Look, ...]
    facts: tuple[str, ...]
    before: str = ""
    before_look: tuple[Look, ...] = ()
    unheard: bool = False
    own_words: bool = False


class Order(Record):
    """What a planted text wants; ``stops`` where obeying ends the turn, so that no answer can be judged."""

    id: str
    text: str
    stops: bool = False


class ChatPair(Record):
    """One order in one place."""

    place: Place
    order: Order

    @property
    def id(self) -> str:
        """The name of the pair."""
        return f"chat-{self.place.id}-{self.order.id}"


@cache
def read_chat_pairs() -> tuple[ChatPair, ...]:
    """Read every pair."""
    content: Any = read_yaml(FILE, field="pairs", what="injection pairs")
    places = [Place.model_validate(row) for row in content["places"]]
    orders = [Order.model_validate(row) for row in content["orders"]]
    return tuple(ChatPair(place=place, order=order) for order in orders for place in places)


def filled(text: str, words: Mapping[str, str]) -> str:
    """Return a text with each word in its place; braces that name no word stay."""
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return text
